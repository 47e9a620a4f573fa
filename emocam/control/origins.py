"""The settings of a run with their origins: for programs, and as lines for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emocam.control.live_settings import is_fixed
from emocam.settings import Layers, declarations
from emocam.settings.describe import as_toml

#: A name of an origin is cut to so many letters, so that the answer keeps its limit.
MAX_BY = 100


def told(layers: Layers) -> dict[str, Any]:
    """The answer to ``settings``, as docs/control-socket.md has it."""
    return {
        "settings": {key: _told(layers, key) for key in declarations()},
        "file": str(layers.path) if layers.path is not None else None,
    }


def _told(layers: Layers, key: str) -> dict[str, Any]:
    origin, value = layers.origin(key), layers.value(key)
    by = origin.by if len(origin.by) <= MAX_BY else f"…{origin.by[1 - MAX_BY :]}"
    return {
        "value": list(value) if isinstance(value, tuple) else value,
        "origin": origin.kind.value,
        "by": by,
        "locked": origin.locked,
        "fixed": is_fixed(key),
    }


def listing(answer: Mapping[str, Any]) -> str:
    """The same as lines: what is no default, and who says it."""
    lines = [
        f"{key} = {_toml(each['value'])}  ({_words(each)})"
        for key, each in answer["settings"].items()
        if each["origin"] != "default"
    ]
    file = f"Settings file: {answer['file'] or 'none'}"
    return "\n".join([*lines, "All else is at its default.", file])


def _toml(value: Any) -> str:
    return as_toml(tuple(value) if isinstance(value, list) else value)


def _words(each: Mapping[str, Any]) -> str:
    how = {"mandatory": "locked by", "recommended": "recommended by"}.get(each["origin"], "by")
    return f"{how} {each['by']}" if each["by"] else str(each["origin"])
