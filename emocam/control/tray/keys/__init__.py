"""Global keys: what they ask for (pure), and who listens, one file a platform.

No library is used that listens to all keys and picks out ours: a program that promises to see
little asks the system for these few combinations, and is told of no other key.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emocam.control.status import Status
from emocam.control.tray.menu import Request
from emocam.errors import TrayError
from emocam.settings.schema import Keys

#: What a key holds until it is pressed again.
_HELD = {"neutral": "neutral", "raise_hand": "raised_hand"}
#: What to bind where the desktop keeps the keys to itself.
COMMANDS = {
    "freeze": "emocam ctl freeze",
    "neutral": "emocam ctl hold neutral",
    "hide": "emocam ctl pause",
    "raise_hand": "emocam ctl hold raised-hand",
}


@dataclass(frozen=True, slots=True)
class Combination:
    """A key with its modifiers.

    Attributes:
        modifiers: some of ``ctrl``, ``alt``, ``shift`` and ``super``.
        key: a letter, a digit, or ``f1`` to ``f24``.
    """

    modifiers: frozenset[str]
    key: str

    @classmethod
    def parse(cls, text: str) -> Combination:
        """The combination in a setting, such as ``ctrl+alt+h``."""
        *modifiers, key = text.split("+")
        return cls(frozenset(modifiers), key)


def wanted(keys: Keys) -> dict[str, Combination]:
    """The combinations that the user set, by what they are for."""
    texts = {name: getattr(keys, name) for name in COMMANDS}
    return {name: Combination.parse(text) for name, text in texts.items() if text}


def request(name: str, status: Status) -> Request:
    """What a key asks for; the second press takes back what the first did.

    Args:
        name: one of :data:`COMMANDS`.
        status: of now.
    """
    if name == "hide":
        return Request("resume" if status["paused"] else "pause")
    if name == "freeze":
        return Request("release" if status["mode"] == "frozen" else "freeze")
    picture = _HELD[name]
    if status["mode"] == "held" and status["shown"] == [picture]:
        return Request("release")
    return Request("hold", {"picture": picture})


def listen(
    keys: Keys,
    pressed: Callable[[str], None],
    warn: Callable[[TrayError], None],
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Listen in a thread of its own for as long as the process lives.

    Args:
        keys: as set; without any nothing is done.
        pressed: is told what a key is for; called in that thread.
        warn: is told what cannot be had.
        environment: of the process.
    """
    combinations = wanted(keys)
    if not combinations:
        return
    if sys.platform == "win32":
        from emocam.control.tray.keys import windows

        windows.listen(combinations, pressed, warn)
    elif sys.platform != "darwin" and not environment.get("WAYLAND_DISPLAY"):
        from emocam.control.tray.keys import x11

        x11.listen(combinations, pressed, warn)
    else:
        warn(elsewhere(combinations))


def elsewhere(combinations: Mapping[str, Combination]) -> TrayError:
    """What is said where the system gives no program such keys."""
    commands = "; ".join(COMMANDS[name] for name in combinations)
    return TrayError(
        "This desktop gives programs no global keys",
        f"Bind these in its own settings: {commands}",
    )


def taken(name: str, keys: Mapping[str, Combination]) -> TrayError:
    """What is said of a combination that another program has."""
    words = "+".join([*sorted(keys[name].modifiers), keys[name].key])
    return TrayError(f"Another program has the keys {words}", f"Set keys.{name} to others")
