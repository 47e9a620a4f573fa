"""For the other systems: a configuration profile, a JSON schema, and a file to start from."""

from __future__ import annotations

import json
import plistlib
import uuid
from typing import Any

from emocam.settings.declaration import Declaration, Value
from emocam.settings.describe import as_toml
from emocam.settings.policy.macos import DOMAIN
from emocam.settings.schema import declarations

_NAMES = uuid.uuid5(uuid.NAMESPACE_DNS, "policy.emocam.org")


def _safest() -> dict[str, Value]:
    return {key: each.privacy for key, each in declarations().items() if each.privacy is not None}


def mobileconfig() -> bytes:
    """A profile that locks the privacy settings at their safest, to be edited."""
    payload = {
        **_payload("settings", DOMAIN, "EmoCam"),
        **{key: _plain(value) for key, value in _safest().items()},
        "Recommended": {},
    }
    profile = {
        **_payload("profile", "Configuration", "EmoCam: privacy settings at their safest"),
        "PayloadDescription": "Edit the settings below; docs/policy.md lists them all.",
        "PayloadOrganization": "Your organisation",
        "PayloadScope": "System",
        "PayloadContent": [payload],
    }
    return plistlib.dumps(profile, sort_keys=False)


def _payload(name: str, kind: str, words: str) -> dict[str, Any]:
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{DOMAIN}.{name}",
        "PayloadUUID": str(uuid.uuid5(_NAMES, name)).upper(),
        "PayloadDisplayName": words,
    }


def schema() -> bytes:
    """A JSON schema of the files in ``/etc/emocam/policy.d``."""
    groups: dict[str, dict[str, Any]] = {}
    for key, about in declarations().items():
        group, _, name = key.partition(".")
        groups.setdefault(group, {})[name] = {
            "description": about.description,
            **_schema(about),
            "default": _plain(about.default),
        }
    level = _closed({group: _closed(names) for group, names in groups.items()})
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policies of EmoCam",
        **_closed({name: {"$ref": "#/$defs/level"} for name in ("mandatory", "recommended")}),
        "$defs": {"level": level},
    }
    return json.dumps(whole, indent=2, ensure_ascii=False).encode() + b"\n"


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _schema(about: Declaration) -> dict[str, Any]:
    if isinstance(about.default, bool):
        return {"type": "boolean"}
    if isinstance(about.default, int | float):
        limits = {
            "minimum": about.minimum,
            "maximum": about.maximum,
            "multipleOf": about.multiple,
        }
        kind = "integer" if isinstance(about.default, int) else "number"
        return {"type": kind, **{name: each for name, each in limits.items() if each is not None}}
    if isinstance(about.default, tuple):
        return {"type": "array", "items": _word(about)}
    return _word(about)


def _word(about: Declaration) -> dict[str, Any]:
    if about.choices:
        return {"enum": list(about.choices)}
    word: dict[str, Any] = {"type": "string", "maxLength": 4096}
    if about.pattern is not None:
        word["pattern"] = f"^(?:{about.pattern})$"
    return word


def example() -> bytes:
    """A policy file to start from: privacy settings at their safest, all others as comments."""
    lines = [
        "# Policies of EmoCam. Copy this to /etc/emocam/policy.d/50-local.toml and edit it;",
        "# emocam policy check FILE finds mistakes, docs/policy.md says the rest.",
        "# Written by python -m tools.policy.",
    ]
    safest = _safest()
    for level, words in (("mandatory", "locked"), ("recommended", "until the user chooses")):
        group = ""
        for key, about in declarations().items():
            table, _, name = key.partition(".")
            if table != group:
                group = table
                lines += ["", f"# {words}", f"[{level}.{group}]"]
            closed = level == "mandatory" and key in safest
            line = f"{name} = {as_toml(safest[key] if closed else about.default)}"
            lines.append(line if closed else f"# {line}")
    return ("\n".join(lines) + "\n").encode()


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value
