"""``emocam policy``: what the administrator set, and whether what they wrote can be used."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from emocam.errors import EmoCamError, ExitCode, PolicyError, SettingsError
from emocam.settings.declaration import Value
from emocam.settings.describe import as_toml
from emocam.settings.layers import Kind, Layers
from emocam.settings.load import MAX_FILE_SIZE, LoadedSettings, refuse_oversize
from emocam.settings.policy import Policy, Reading, judged
from emocam.settings.schema import declarations

Say = Callable[[str], None]


def show(options: argparse.Namespace, loaded: LoadedSettings, say: Say) -> ExitCode:
    """Say what is set; the exit code tells whether something was wrong."""
    policy = loaded.policy or Policy()
    found = told(policy, loaded.layers)
    if options.json:
        say(json.dumps(found, indent=2))
    else:
        say("\n".join(_lines(found, policy.words)))
    return ExitCode.PROBLEM if policy.problems else ExitCode.OK


def told(policy: Policy, layers: Layers) -> dict[str, Any]:
    """All that policies say, and what would hold without them.

    Args:
        policy: of the machine.
        layers: with the policy in them.
    """
    policies = []
    for level, said in ((Kind.MANDATORY, policy.mandatory), (Kind.RECOMMENDED, policy.recommended)):
        for key in (key for key in declarations() if key in said):
            own = layers.without(key, level)
            policies.append(
                {
                    "key": key,
                    "level": level.value,
                    "value": _plain(said[key].value),
                    "by": said[key].by,
                    "holds": layers.origin(key).kind is level,
                    "own": _plain(own.value(key)),
                    "own_origin": own.origin(key).kind.value,
                }
            )
    return {
        "policies": policies,
        "sources": list(policy.sources),
        "closed": policy.closed,
        "doubted": sorted(policy.doubted),
        "problems": _problems(policy.problems),
    }


def check(options: argparse.Namespace, say: Say) -> ExitCode:
    """Say of each file what is wrong with it; the exit code tells whether anything is."""
    found: dict[str, dict[str, Any]] = {}
    for path in options.file:
        policy = judged(_read(path))
        found[str(path)] = {
            "mandatory": len(policy.mandatory) if not policy.closed else None,
            "recommended": len(policy.recommended),
            "problems": _problems((*policy.problems, *_oversize(policy))),
        }
    good = not any(each["problems"] for each in found.values())
    if options.json:
        say(json.dumps({"ok": good, "files": found}, indent=2))
    else:
        for name, each in found.items():
            for problem in each["problems"]:
                say(f"{problem['cause']}. {problem['remedy']}")
            if not each["problems"]:
                locks, more = each["mandatory"], each["recommended"]
                say(f"{name} is good: it locks {locks} settings and recommends {more}.")
    return ExitCode.OK if good else ExitCode.PROBLEM


def _oversize(policy: Policy) -> list[EmoCamError]:
    layers = policy.over(Layers())
    try:
        refuse_oversize(layers.settings(), layers)
    except SettingsError as error:
        return [error]
    return []


def _read(path: Path) -> Reading:
    from emocam.settings.policy import linux, macos

    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        problem = PolicyError(f"{path} cannot be read: {error.strerror}", "Name a file")
        return Reading(str(path), damage=(problem,))
    if len(data) > MAX_FILE_SIZE:
        problem = PolicyError(f"{path} is larger than {MAX_FILE_SIZE >> 20} MiB", "Make it smaller")
        return Reading(str(path), damage=(problem,))
    profile = path.suffix in (".plist", ".mobileconfig")
    return macos.parse(data, str(path)) if profile else linux.parse(data, str(path))


def _lines(found: dict[str, Any], closed: str) -> Iterable[str]:
    for problem in found["problems"]:
        yield f"Damaged: {problem['cause']}. {problem['remedy']}"
    if closed:
        yield closed
    if not found["policies"]:
        yield "The administrator of this machine sets nothing of EmoCam."
    for each in found["policies"]:
        how = "locked" if each["level"] == Kind.MANDATORY else "recommended"
        yield f"{each['key']} = {_toml(each['value'])}  ({how}, {each['by']})"
        own = f"{_toml(each['own'])} ({each['own_origin']})"
        yield f"    without it: {own}" if each["holds"] else f"    what holds: {own}"


def _toml(value: Any) -> str:
    return as_toml(tuple(value) if isinstance(value, list) else value)


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _problems(problems: Iterable[EmoCamError]) -> list[dict[str, str]]:
    return [{"cause": each.cause, "remedy": each.remedy} for each in problems]
