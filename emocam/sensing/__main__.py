"""The sensing process: ``python -m emocam.sensing``, started by the control process.

Without an argument it reads messages on stdin, the first of them the configuration, and writes
readings on stdout until stdin ends. ``--list`` and ``--check`` answer with one JSON object each;
``--calibrate`` looks when it is told to and ends with five numbers.
"""

from __future__ import annotations

import sys
from typing import Any

from emocam.confinement import confine_calls
from emocam.errors import EmoCamError, ExitCode, InternalError, ProcessError
from emocam.pipes import Inlet, Outlet
from emocam.sensing import native
from emocam.sensing.confined import give_up_files
from emocam.settings import Settings
from emocam.wire import MAX_MESSAGE_SIZE, decode_message

#: Seconds after the end of stdin until the process ends even though a native call hangs; control
#: waits a little longer.
GRACE = 2.5


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    outlet = Outlet()
    try:
        native.prepare()
        native.limit_memory()
        if arguments == ["--list"]:
            outlet.answer(_list())
        elif arguments == ["--check"]:
            outlet.answer(_check())
        elif arguments == ["--calibrate"]:
            _calibrate(outlet)
        elif arguments:
            raise ProcessError("emocam.sensing takes --list, --check, --calibrate or nothing")
        else:
            return _run(outlet)
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


def _run(outlet: Outlet) -> int:
    inlet = Inlet(GRACE)
    inlet.obey_signals()
    message = inlet.first()
    if message is None:
        return int(ExitCode.OK)
    settings = _settings(message)
    shows = bool(message.get("preview")) and settings.preview.allowed
    # Before there is a second thread, which would keep its rights.
    outlet.protection(give_up_files(settings, shows=shows).to_dict())
    inlet.start()
    native.settle()
    preview = None
    if shows:
        from emocam.sensing.preview.window import Preview

        preview = Preview(settings.window.language)
    from emocam.sensing.observer import Observer
    from emocam.sensing.process import Sensing
    from emocam.sensing.sources.choose import choose

    observer = Observer(settings)
    # From here on no library says anything; opening a file may already look into it.
    outlet.mute()
    # A camera that was there when EmoCam started may be away for a while when sensing restarts.
    source = choose(settings, must_be_there=not message.get("restart"))
    if message.get("rehearse"):
        return int(ExitCode.OK)  # models and source are good, and no camera was opened
    outlet.seal()
    outlet.never_wait()
    confine_calls(shows=shows)
    if preview is None:
        return Sensing(settings, observer, source, inlet, outlet).run()
    sensing = Sensing(settings, observer, source, inlet, outlet, slot=preview.slot)
    return preview.run(sensing.run, inlet)


def _calibrate(outlet: Outlet) -> None:
    inlet = Inlet(GRACE)
    inlet.obey_signals()
    if (message := inlet.first()) is not None:
        from emocam.sensing.attention import calibrate

        calibrate.run(_settings(message), inlet, outlet)


def _list() -> dict[str, Any]:
    settings = _asked()
    from emocam.sensing import checks

    return checks.list_cameras(settings)


def _check() -> dict[str, Any]:
    settings = _asked()
    native.settle()
    from emocam.sensing import checks

    return checks.check(settings)


def _asked() -> Settings:
    """The settings that come with a question. The end of stdin does not end the answer."""
    line = sys.stdin.buffer.readline(MAX_MESSAGE_SIZE + 1)
    return _settings(decode_message(line) if line.strip() else {})


def _settings(message: dict[str, Any]) -> Settings:
    """The settings in a message; the defaults where there is none."""
    if message and (message.get("type") != "configure" or "settings" not in message):
        raise ProcessError("The first message to sensing is no configuration")
    return Settings.from_dict(message.get("settings", {}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
