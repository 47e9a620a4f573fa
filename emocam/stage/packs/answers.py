"""What ``emocam packs`` asks of the stage: one message in, one JSON object out.

The answer has ``error`` with ``cause`` and ``remedy`` where something was refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from emocam.errors import EmoCamError, OutputError, PackError, WireError
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.pack import Pack, find_pack
from emocam.stage.packs import store, system
from emocam.stage.packs.inspection import Findings, inspect_path
from emocam.stage.packs.manifest import identifier

Answer = dict[str, Any]


def answer(message: Mapping[str, Any]) -> Answer:
    """The answer to ``{"type": "packs", "do": …}``; never raises EmoCamError."""
    try:
        return _ACTS[str(message.get("do"))](message)
    except EmoCamError as error:
        return {"error": _told(error)}
    except KeyError:
        return {"error": _told(WireError("The stage was asked something that it does not know"))}


def _told(error: EmoCamError) -> Answer:
    return {"cause": error.cause, "remedy": error.remedy}


def _list(_: Mapping[str, Any]) -> Answer:
    names = [(name, "built in") for name in store.built_in()]
    names.append((system.ID, "this machine's font"))
    names += [(name, "installed") for name in store.installed()]
    return {"packs": [_line(name, origin) for name, origin in names]}


def _line(name: str, origin: str) -> Answer:
    try:
        return {"id": name, "origin": origin, **_about(find_pack(name))}
    except PackError as error:
        return {"id": name, "origin": origin, "problem": _told(error)}


def _about(pack: Pack) -> Answer:
    manifest = pack.manifest
    return {
        "name": manifest.name,
        "author": manifest.author,
        "licence": manifest.licence,
        "version": manifest.version,
        "pictures": [str(picture) for picture in Picture if picture in manifest.entries],
    }


def _check(message: Mapping[str, Any]) -> Answer:
    return _report(inspect_path(_path(message, "path")))


def _report(findings: Findings) -> Answer:
    return {
        "id": findings.manifest.id,
        "name": findings.manifest.name,
        "version": findings.manifest.version,
        "pictures": len(findings.manifest.entries),
        "problems": [_told(problem) for problem in findings.problems],
        "notes": findings.notes,
    }


def _install(message: Mapping[str, Any]) -> Answer:
    findings = inspect_path(_path(message, "path"))
    report = _report(findings)
    if not findings.problems:
        try:
            replace = message.get("replace") is True
            report["replaced"] = store.install(findings.manifest, findings.files, replace)
        except PackError as error:
            report["problems"] = [_told(error)]
    return report


def _remove(message: Mapping[str, Any]) -> Answer:
    name = _name(message)
    store.remove(name)
    return {"id": name}


def _sheet(message: Mapping[str, Any]) -> Answer:
    from emocam.stage.packs.sheet import sheet

    name = _name(message)
    path = _path(message, "output")
    find_pack(name)  # the sheet itself would draw the default pack instead
    drawn = sheet(Settings().replace("avatar.pack", name))
    try:
        if path.exists() and not path.is_file():
            raise OSError("it is no file")
        beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            drawn.save(beside, format="PNG", optimize=True)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise OutputError(f"{path} cannot be written: {reason}", "Name another file") from None
    return {"id": name, "output": str(path), "width": drawn.width, "height": drawn.height}


def _name(message: Mapping[str, Any]) -> str:
    """The pack's word, whether its word or its name was given."""
    given = str(message.get("name", ""))
    return identifier(given) or given


def _path(message: Mapping[str, Any], key: str) -> Path:
    return Path(str(message.get(key, "")))


_ACTS: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
    "list": _list,
    "check": _check,
    "install": _install,
    "remove": _remove,
    "sheet": _sheet,
}
