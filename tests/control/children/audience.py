"""A stage whose readers a test counts: the file named in AUDIENCE holds how many there are."""

import json
import os
import sys
import threading
import time
from pathlib import Path

counted = Path(os.environ["AUDIENCE"])
pictures = counted.with_name("pictures.txt").open("a")


def listen() -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "scene":
            pictures.write(message["figures"][0]["picture"] + "\n")
            pictures.flush()
    os._exit(0)


def say(state: str, **values: object) -> None:
    print(json.dumps({"type": "status", "state": state, **values}), flush=True)


threading.Thread(target=listen, daemon=True).start()
missing = Path(os.environ.get("AUDIENCE_MISSING", "/no/such/file"))
if missing.exists():
    say("waiting", cause="There is no camera yet", remedy="Load it", code="missing")
while missing.exists():
    time.sleep(0.02)
say("publishing", device="/dev/video9", width=1280, height=720, fps=30, format="I420", frames=1)
told = None
while True:
    count = int(counted.read_text() or 0)
    if count != told:
        told = count
        say("watched", how="event", count=count, names=["a program"] * bool(count))
    time.sleep(0.02)
