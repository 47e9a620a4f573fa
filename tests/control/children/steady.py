"""A sensing process that does its work; a model called "bad" it cannot use."""

import json
import os
import sys
import threading

from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.wire import Reading, decode_message, encode_reading, quantise

message = decode_message(sys.stdin.buffer.readline())
if Settings.from_dict(message["settings"]).model.path == "bad":
    stated = {"error": "ModelError", "cause": "It is bad", "remedy": "Mend it", "exit_code": 6}
    print(json.dumps(stated), file=sys.stderr)
    sys.exit(6)
if message.get("rehearse"):
    sys.exit(0)


def end() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end, daemon=True).start()
for sequence in range(10_000):
    reading = Reading(SensorState.FACE, sequence, sequence * 200, quantise([0, 1] + [0] * 6), 0, 1)
    sys.stdout.buffer.write(encode_reading(reading))
    sys.stdout.buffer.flush()
    threading.Event().wait(0.2)
