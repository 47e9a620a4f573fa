"""A child that never comes to work; how, the settings' model path says."""

import json
import sys

from emocam.settings import Settings
from emocam.wire import decode_message

settings = Settings.from_dict(decode_message(sys.stdin.buffer.readline())["settings"])
if settings.model.path == "states":
    stated = {
        "error": "ModelError",
        "cause": "The model is cut short",
        "remedy": "Copy it again",
        "exit_code": 6,
    }
    print("some library's chatter", file=sys.stderr)
    print(json.dumps(stated), file=sys.stderr)
    sys.exit(6)
if settings.model.path == "warns":
    warning = {"warning": "SettingsError", "cause": "It is no file", "remedy": "Set another"}
    print(json.dumps(warning), file=sys.stderr)
    sys.exit(1)
print("illegal instruction, say", file=sys.stderr)
sys.exit(1)
