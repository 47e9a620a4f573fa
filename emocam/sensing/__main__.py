"""The sensing process: ``python -m emocam.sensing``, started by the control process.

Without an argument it reads messages on stdin, the first of them the configuration, and writes
readings on stdout until stdin ends. ``--list`` and ``--check`` answer with one JSON object each.
"""

from __future__ import annotations

import sys
from typing import Any

from emocam.errors import EmoCamError, ExitCode, ProcessError
from emocam.sensing import native
from emocam.sensing.streams import Inlet, Outlet
from emocam.settings import Settings


class InternalError(EmoCamError):
    """A fault in EmoCam itself."""

    exit_code = ExitCode.INTERNAL


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    native.prepare()
    outlet = Outlet()
    inlet = Inlet()
    inlet.obey_signals()
    try:
        if arguments == ["--list"]:
            outlet.answer(_list(inlet))
        elif arguments == ["--check"]:
            outlet.answer(_check(inlet))
        elif arguments:
            raise ProcessError("emocam.sensing takes --list, --check or nothing")
        else:
            _run(inlet, outlet)
    except EmoCamError as error:
        outlet.state_error(error)
        return int(error.exit_code)
    except BrokenPipeError:
        return int(ExitCode.OK)
    except Exception as error:
        # Before the source is opened this reaches the user; after it, nothing can.
        outlet.state_error(
            InternalError(f"Sensing failed: {type(error).__name__}: {error}", "Please report it")
        )
        return int(ExitCode.INTERNAL)
    return int(ExitCode.OK)


def _run(inlet: Inlet, outlet: Outlet) -> None:
    message = inlet.receive(None)
    if message is None:
        return
    settings = _settings(message)
    native.settle()
    from emocam.sensing.observer import Observer
    from emocam.sensing.process import Sensing
    from emocam.sensing.sources.choose import choose

    observer = Observer(settings)
    # From here on no library says anything; opening a file may already look into it.
    outlet.mute()
    # A camera that was there when EmoCam started may be away for a while when sensing restarts.
    source = choose(settings, must_be_there=not message.get("restart"))
    outlet.seal()
    outlet.never_wait()
    Sensing(settings, observer, source, inlet, outlet).run()


def _list(inlet: Inlet) -> dict[str, Any]:
    from emocam.sensing import checks

    return checks.list_cameras(_settings(inlet.receive(None) or {}))


def _check(inlet: Inlet) -> dict[str, Any]:
    settings = _settings(inlet.receive(None) or {})
    native.settle()
    from emocam.sensing import checks

    return checks.check(settings)


def _settings(message: dict[str, Any]) -> Settings:
    """The settings in a message; the defaults where there is none."""
    if message and (message.get("type") != "configure" or "settings" not in message):
        raise ProcessError("The first message to sensing is no configuration")
    return Settings.from_dict(message.get("settings", {}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
