"""What ``emocam doctor`` finds, gathered from the three rooms."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence
from functools import partial

from emocam.control import doctor_run
from emocam.control.queries import Check, checks
from emocam.settings import LoadedSettings
from emocam.settings.policy import Policy

_MARKS = {"ok": "ok      ", "warning": "warning ", "problem": "PROBLEM "}


def examine(loaded: LoadedSettings) -> list[Check]:
    """All checks, control's own first.

    Args:
        loaded: what holds, with what was wrong with file and policies.
    """
    return [check for part in parts(loaded) for check in part()]


def parts(loaded: LoadedSettings) -> tuple[Callable[[], list[Check]], ...]:
    """The same in parts, each of which takes a moment, for who shows how far it is.

    Args:
        loaded: what holds, with what was wrong with file and policies.
    """
    rooms = ("emocam.sensing", "emocam.stage", "emocam.control.tray")
    return (
        lambda: _own(loaded),
        lambda: doctor_run.checks(loaded.settings),
        *(partial(checks, room, loaded.settings) for room in rooms),
    )


def _own(loaded: LoadedSettings) -> list[Check]:
    problems = loaded.problems
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    found = [Check("system", "ok", system)]
    if not (3, 11) <= sys.version_info < (3, 14):
        remedy = "Use Python 3.11, 3.12 or 3.13"
        found = [Check("system", "warning", f"{system} is not tested", remedy)]
    found += [Check("settings", "problem", each.cause, each.remedy) for each in problems]
    if not problems:
        found.append(Check("settings", "ok", "Each line of the settings file can be used"))
    found += _policy(loaded.policy)
    return found


def _policy(policy: Policy | None) -> list[Check]:
    if policy is None or not policy.sources:
        return []
    if policy.problems:
        words = f". {policy.words[:-1]}" if policy.closed else ""
        return [
            Check("policy", "problem", f"{each.cause}{words}", each.remedy)
            for each in policy.problems
        ]
    locked, recommended = len(policy.mandatory), len(policy.recommended)
    words = f"The administrator locks {locked} settings and recommends {recommended}"
    return [Check("policy", "ok", words)]


def report(found: Sequence[Check]) -> str:
    """The checks as lines for people."""
    lines = []
    for check in found:
        lines.append(f"{_MARKS[check.status]}{check.id}: {check.summary}.")
        if check.remedy:
            lines.append(f"          -> {check.remedy}")
    return "\n".join(lines)
