"""A sensing process that has gone bad; how, the settings' model path says."""

import json
import os
import signal
import sys
import time
from pathlib import Path

from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.wire import RENEWAL, Reading, decode_message, encode_reading, quantise

settings = Settings.from_dict(decode_message(sys.stdin.buffer.readline())["settings"])
how, _, marker = settings.model.path.partition(":")
out = sys.stdout.buffer


def say(sequence: int) -> None:
    reading = Reading(SensorState.FACE, sequence, sequence * 100, quantise([0, 1] + [0] * 6), 0, 1)
    out.write(encode_reading(reading))
    out.flush()


# The first life is bad, the second one good: what counts is that there is a second one.
first = not Path(marker).exists()
Path(marker).touch()
say(0)
warning = {"warning": "PackError", "cause": f"A drawing is bad ({how})", "remedy": "Mend it"}
for half in (json.dumps(warning)[:30], json.dumps(warning)[30:] + "\n"):
    sys.stderr.write(half)
    sys.stderr.flush()
    time.sleep(0.05)
if first:
    if how == "picture":
        out.write(b"\xff\xd8\xff\xe0" * 1000)
        out.flush()
        time.sleep(60)
    elif how == "flood":
        for sequence in range(1, 1000):
            say(sequence)
        time.sleep(60)
    elif how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "crash":
        print("some last words", file=sys.stderr)
        sys.exit(3)
    elif how == "renewal":
        sys.exit(RENEWAL)
    elif how == "deaf":
        sys.stdin.close()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)
sequence = 1
while True:
    time.sleep(0.1)
    say(sequence)
    sequence += 1
    if sequence == 5:
        out.write(encode_reading(Reading(SensorState.ENDED, sequence, 500)))
        out.flush()
        sys.exit(0)
