"""The tray's process: ``python -m emocam.control.tray``, started by a run.

Without an argument it reads one message on stdin, the name of the run and its settings, and shows
the icon until stdin ends or the run has gone. ``--check`` answers with one JSON object.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Any

from emocam.control.tray import attend
from emocam.control.tray.desktop import is_harmless, lack, prepare
from emocam.errors import EmoCamError, ExitCode, TrayError
from emocam.pipes import Inlet, Outlet
from emocam.settings import Settings
from emocam.words import speak_as

#: Seconds after the end of stdin until the process ends even though something hangs.
GRACE = 3.0
#: Seconds that a panel may take to come up after EmoCam at login.
PATIENCE = 10.0


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    outlet = Outlet()
    if arguments == ["--check"]:
        outlet.answer({"checks": [check()]})
        return ExitCode.OK
    with contextlib.suppress(OSError, AttributeError):
        os.setsid()  # pystray lets Ctrl-C kill the process, before the icon is taken away
    inlet = Inlet(GRACE)
    inlet.obey_signals()
    inlet.start()
    try:
        message = inlet.receive(None)
        if message is not None:
            _show(message, inlet, outlet)
    except EmoCamError as error:
        outlet.state_error(error)
        return int(error.exit_code)
    except Exception as error:  # whatever a desktop comes up with, the run goes on
        outlet.state_error(TrayError(f"The desktop refused it: {type(error).__name__}: {error}"))
        return ExitCode.INTERNAL
    return ExitCode.OK


def _show(message: dict[str, Any], inlet: Inlet, outlet: Outlet) -> None:
    """Show the icon until the end.

    Raises:
        TrayError: if there can be none.
    """
    settings = Settings.from_dict(message["settings"])
    speak_as(settings.window.language)
    prepare()
    from emocam.control.tray.app import Tray  # pystray opens the display when it is imported

    locked = frozenset(map(str, message.get("locked", ())))
    tray = Tray(str(message["name"]), settings, outlet.warn, locked)

    def obey() -> None:
        inlet.receive(None)
        tray.host.stop()

    def doubt() -> None:
        if not inlet.wait(PATIENCE) and (error := lack()) is not None:
            outlet.warn(error)

    for work in (obey, doubt):
        threading.Thread(target=work, daemon=True).start()
    if not tray.host.has_menu:
        outlet.warn(TrayError("The tray icon has no menu here", "Use emocam ctl"))
    try:
        tray.run()
    except Exception as error:
        if not is_harmless(error):
            raise


def check() -> dict[str, str]:
    """What ``emocam doctor`` says of the tray."""
    found = {"id": "tray", "status": "ok", "remedy": ""}
    if why := attend.nowhere(os.environ):
        return {**found, "summary": f"{why}, so there will be no tray icon"}
    problem: EmoCamError | None
    try:
        prepare()
        problem = lack()
    except TrayError as error:
        problem = error
    except Exception as error:
        problem = TrayError(f"The desktop cannot be used: {error}", "Use emocam ctl")
    if problem is None:
        return {**found, "summary": "The desktop shows tray icons"}
    return {
        **found,
        "status": "warning",
        "summary": f"There will be no tray icon: {problem.cause}",
        "remedy": problem.remedy,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
