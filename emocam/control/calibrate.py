"""``emocam attention calibrate``: the user looks at the corners of the screen, sensing measures.

Control sees no picture: a short-lived child of sensing says how many looks saw eyes, and at the end
five numbers, and anything else it may say is refused here.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from emocam.attention import Screen
from emocam.control.child import command
from emocam.errors import CameraError, EmoCamError, ProcessError
from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.settings.keep import kept, write_kept
from emocam.settings.layers import Layers
from emocam.wire import encode_message

KEY = "attention.calibration"
#: What a calibration asks for, in this order.
CORNERS = ("upper left", "upper right", "lower right", "lower left")
#: Looks at a corner that must have seen eyes, and how often one is asked for.
_ENOUGH, _TRIES = 3, 3
#: Longest line that is taken of the child, in bytes, and seconds that it has for one.
_LONGEST, _PATIENCE = 80, 60.0
#: Seconds to look where one is told, where nobody can press a key.
_UNATTENDED = 3.0
_TROUBLE = {
    SensorState.BUSY.label: (
        "Another program holds the webcam, or EmoCam itself",
        "Close it, or pause EmoCam first: emocam ctl pause",
    ),
    SensorState.ENDED.label: (
        "The recording in the webcam's place is over before the calibration is",
        "Give a longer one, or have it start again: --set camera.loop=true",
    ),
    SensorState.DENIED.label: ("The webcam may not be opened", "emocam doctor says what allows it"),
}


class Calibration:
    """One calibration: a child that looks when it is told to.

    Args:
        settings: ``camera`` and ``face`` count.

    Raises:
        ProcessError: if the child cannot be started.
    """

    def __init__(self, settings: Settings) -> None:
        try:
            self._child = subprocess.Popen(
                command("emocam.sensing", "--calibrate"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise ProcessError(f"Sensing cannot be started: {error.strerror}") from None
        self._tell({"type": "configure", "settings": settings.to_dict()})

    def look(self, corner: str) -> int:
        """Have it look while the user looks at a corner; takes about two seconds.

        Returns:
            How many looks saw eyes.

        Raises:
            EmoCamError: if the camera cannot be used.
        """
        self._tell({"type": "look", "corner": corner})
        seen = self._hear("seen")
        if type(seen) is not int or not 0 <= seen < 100:
            raise self._nonsense()
        return seen

    def finish(self) -> str:
        """End it; returns the calibration, empty where the corners could not be told apart.

        Raises:
            EmoCamError: if the camera cannot be used.
        """
        assert self._child.stdin is not None
        self._child.stdin.close()
        found = self._hear("calibration")
        try:
            return str(Screen.parse(found)) if found else ""
        except (EmoCamError, TypeError):
            raise self._nonsense() from None

    def close(self) -> None:
        """See that no child is left."""
        with contextlib.suppress(OSError):  # what it was not told before it went
            assert self._child.stdin is not None
            self._child.stdin.close()
        with self._child as child:
            child.kill()

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(encode_message(message))
            self._child.stdin.flush()
        except OSError:
            pass  # why it went is heard next

    def _hear(self, name: str) -> Any:
        """The value of the one thing that the next line may say."""
        assert self._child.stdout is not None
        guard = threading.Timer(_PATIENCE, self._child.kill)
        guard.start()
        try:
            line = self._child.stdout.readline(_LONGEST)
        finally:
            guard.cancel()
        if not line:
            raise self._stated()
        try:
            said = json.loads(line)
            ((key, value),) = said.items()
        except (ValueError, AttributeError):
            raise self._nonsense() from None
        if key == "trouble":
            usual = ("The webcam gives no pictures", "emocam doctor looks for what is wrong")
            raise CameraError(*_TROUBLE.get(str(value), usual))
        if key != name:
            raise self._nonsense()
        return value

    def _stated(self) -> EmoCamError:
        """Why the child left before it said anything."""
        assert self._child.stderr is not None
        for line in self._child.stderr.read().splitlines():
            try:
                told = json.loads(line)
                return CameraError(str(told["cause"]), str(told["remedy"]))
            except (ValueError, KeyError, TypeError):
                continue
        return ProcessError("Sensing ended in the middle of the calibration", "Try it again")

    def _nonsense(self) -> EmoCamError:
        return ProcessError("Sensing said what it may not say in a calibration", "Please report it")


def walk(settings: Settings, turn: Callable[[str, int], None]) -> str:
    """Have the user look at one corner after another.

    Args:
        settings: ``camera`` and ``face`` count.
        turn: is told a corner and how often eyes were not seen there; returns when the user looks
            at it. An :class:`EmoCamError` of its own ends it all.

    Returns:
        The calibration, as the setting has it.

    Raises:
        EmoCamError: if nothing could be found, or the camera cannot be used.
    """
    calibration = Calibration(settings)
    try:
        for corner in CORNERS:
            _look(calibration, corner, turn)
        found = calibration.finish()
    finally:
        calibration.close()
    if not found:
        raise CameraError(
            "The corners of the screen could not be told apart",
            "Sit nearer, with light on your face, and turn your eyes to each corner",
        )
    return found


def perform(settings: Settings, layers: Layers, say: Callable[[str], None]) -> None:
    """Guide the user, and keep what is found.

    Raises:
        EmoCamError: if it cannot be done; nothing has changed then.
    """
    layers.refuse_locked(KEY)
    if not settings.attention.enabled:  # where it is forbidden, nobody's eyes are measured either
        layers.refuse_locked("attention.enabled")
    say("Sit as you usually do. Five numbers will be kept, and no picture.")
    found = walk(settings, lambda corner, unseen: _ask(corner, unseen, say))
    write_kept(kept(layers, KEY, found), KEY)
    say(f'Kept: {KEY} = "{found}"')
    say(f'An EmoCam that runs takes it with: emocam ctl keep {KEY} "{found}"')
    if not settings.attention.enabled:
        say("Attention is off. To turn it on: emocam settings set attention.enabled true")


def _look(calibration: Calibration, corner: str, turn: Callable[[str, int], None]) -> None:
    """Have the user look at a corner until their eyes were seen.

    Raises:
        CameraError: if they never are.
    """
    for unseen in range(_TRIES):
        turn(corner, unseen)
        if calibration.look(corner) >= _ENOUGH:
            return
    raise CameraError(
        "Your eyes could not be seen", "Sit before the webcam, with light on your face"
    )


def _ask(corner: str, unseen: int, say: Callable[[str], None]) -> None:
    """Ask the user to look at a corner, in a terminal or where nobody can press a key."""
    if unseen:
        say("Your eyes cannot be seen well.")
    say(f"Look at the {corner} corner of your screen.")
    if sys.stdin is not None and sys.stdin.isatty():
        say("Press Enter, and keep looking there for two seconds.")
        sys.stdin.readline()
    else:
        time.sleep(_UNATTENDED)
