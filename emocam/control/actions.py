"""Everything that a user can do to a run: each action declared once, for every way to reach it.

Command line, control socket, tray, window and hotkeys take names, parameters and help from here.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from emocam.control.direction import HOLDABLE
from emocam.control.lecture import STATES
from emocam.errors import ControlError
from emocam.settings.schema import declarations

Result = dict[str, Any]


class Operations(Protocol):
    """What a run can do; each gives the status after it."""

    async def pause(self) -> Result:
        """Close the camera; done when the sensing process is gone."""

    async def resume(self) -> Result:
        """Go live."""

    async def hold(self, picture: str) -> Result:
        """Show a picture until it is released."""

    async def freeze(self) -> Result:
        """Keep what is shown until it is released."""

    async def release(self) -> Result:
        """Show what is read again."""

    async def preview(self, mode: str) -> Result:
        """Open or close the window with what EmoCam sees."""

    async def set(self, key: str, value: str) -> Result:
        """Change a setting for this run."""

    async def keep(self, key: str, value: str) -> Result:
        """Change a setting for this run and for those to come."""

    async def reset(self, key: str) -> Result:
        """Forget what the user said of a setting."""

    async def origins(self) -> Result:
        """The settings, and who says them; no status."""

    async def session_start(self) -> Result:
        """Begin a session log."""

    async def session_stop(self) -> Result:
        """End it."""

    async def lecture(self, name: str, position: str, state: str) -> Result:
        """Take where a recorded lecture is that the user watches."""

    async def status(self) -> Result:
        """What is going on."""

    async def quit(self) -> Result:
        """End the run."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of an action, always a text.

    Attributes:
        name: as in requests.
        help: one line for people.
        choices: the allowed words; empty if the run judges.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()

    def fit(self, value: str) -> str:
        """The value in its usual form; ``raised-hand`` is ``raised_hand``.

        Raises:
            ControlError: if it is none of the choices.
        """
        if not self.choices:
            return value
        plain = value.strip().lower().replace("-", "_")
        if plain in self.choices:
            return plain
        near = difflib.get_close_matches(plain[:64], self.choices, n=2, cutoff=0.5)
        remedy = f"Perhaps {' or '.join(near)} is meant" if near else _one_of(self.choices)
        raise ControlError(f'The {self.name} cannot be "{value[:64]}"', remedy)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done.

    Attributes:
        name: as on the command line and in requests.
        help: one line for people.
        perform: does it to a run; takes the arguments by name.
        parameters: what it needs.
        streams: whether the status is sent again and again afterwards.
    """

    name: str
    help: str
    perform: Callable[..., Awaitable[Result]]
    parameters: tuple[Parameter, ...] = ()
    streams: bool = False

    def fit(self, arguments: Mapping[str, str]) -> dict[str, str]:
        """The arguments in their usual form.

        Raises:
            ControlError: if one is missing, unknown or does not fit.
        """
        names = [parameter.name for parameter in self.parameters]
        if sorted(arguments) != sorted(names):
            needs = ", ".join(names) or "no arguments"
            raise ControlError(f"{self.name} takes {needs}", "See emocam ctl --help")
        return {each.name: each.fit(arguments[each.name]) for each in self.parameters}


_PICTURE = Parameter(
    "picture",
    "an expression, a reaction, or away",
    tuple(picture.value for picture in HOLDABLE),
)
_MODE = Parameter("mode", "whether it is to be open", ("on", "off"))
_LECTURE = (
    Parameter("name", "the lecture's name, as session logs are to have it"),
    Parameter("position", "seconds from its beginning"),
    Parameter("state", "what it does", STATES),
)
_KEY = Parameter("key", "the setting, such as avatar.pack", tuple(declarations()))
_VALUE = Parameter("value", "its value, as in the settings file")

ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Action("status", "say who watches, what the camera does and what is shown",
               lambda run: run.status()),
        Action("pause", "close the camera and show that you did", lambda run: run.pause()),
        Action("resume", "go live, whatever was paused, held or frozen", lambda run: run.resume()),
        Action("hold", "show one picture until release or resume",
               lambda run, picture: run.hold(picture), (_PICTURE,)),
        Action("freeze", "keep what is shown now until release or resume",
               lambda run: run.freeze()),
        Action("release", "take off what is held or frozen", lambda run: run.release()),
        Action("preview", "show you what EmoCam sees, in a window of its own",
               lambda run, mode: run.preview(mode), (_MODE,)),
        Action("set", "change a setting for this run",
               lambda run, key, value: run.set(key, value), (_KEY, _VALUE)),
        Action("keep", "change a setting for this run and for those to come",
               lambda run, key, value: run.keep(key, value), (_KEY, _VALUE)),
        Action("reset", "forget what you said of a setting, in this run and in your file",
               lambda run, key: run.reset(key), (_KEY,)),
        Action("settings", "say what is set, and who set it", lambda run: run.origins()),
        Action("session_start", "begin a session log: your expressions, each second, for you alone",
               lambda run: run.session_start()),
        Action("session_stop", "end the session log", lambda run: run.session_stop()),
        Action("lecture", "say where a recorded lecture is that you watch, every few seconds",
               lambda run, name, position, state: run.lecture(name, position, state), _LECTURE),
        Action("watch", "say the status at each change until Ctrl-C",
               lambda run: run.status(), streams=True),
        Action("quit", "end EmoCam", lambda run: run.quit()),
    )
}  # fmt: skip


def find(name: str) -> Action:
    """The action of a name.

    Raises:
        ControlError: if there is none.
    """
    if name in ACTIONS:
        return ACTIONS[name]
    raise ControlError(f'There is no action "{name[:64]}"', _one_of(tuple(ACTIONS)))


def _one_of(words: tuple[str, ...]) -> str:
    return f"Choose one of: {', '.join(words)}"
