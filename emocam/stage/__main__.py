"""The stage process: ``python -m emocam.stage``, started by the control process.

Without an argument it reads messages on stdin, the first of them the configuration, and publishes
until stdin ends; with ``--mirror`` it publishes nowhere, and its frames leave on stdout.
With ``--lecture`` pictures or sound of a video leave there, at the times that are asked for.
``--list``, ``--check``, ``--packs`` and ``--thumbnails`` answer with one JSON object each; all but
the first read a message before: a configuration, what to do with which pack, which pictures of a
video.
"""

from __future__ import annotations

import sys

from emocam.confinement import Profile, confine_calls, confine_files
from emocam.errors import EmoCamError, ExitCode, InternalError, ProcessError
from emocam.pipes import Inlet, Outlet

#: Seconds after the end of stdin until the process ends even though something hangs; control waits
#: a little longer for a file to be finished.
GRACE = 6.0


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    outlet = Outlet()
    inlet = Inlet(None if arguments else GRACE)
    inlet.obey_signals()
    try:
        if arguments == ["--list"]:
            from emocam.stage import checks

            outlet.answer(checks.list_cameras())
        elif arguments == ["--check"]:
            inlet.start()
            _check(inlet, outlet)
        elif arguments == ["--packs"]:
            inlet.start()
            from emocam.stage.packs.answers import answer

            outlet.answer(answer(inlet.receive(None) or {}))
        elif arguments == ["--thumbnails"]:
            inlet.start()
            message = inlet.receive(None) or {}
            from emocam.stage import thumbnails

            confine_calls()  # before anything looks into somebody's video
            outlet.answer(thumbnails.answer(message))
        elif arguments == ["--lecture"]:
            _lecture(Inlet(GRACE), outlet)
        elif arguments == ["--mirror"]:
            _mirror(Inlet(GRACE), outlet)
        elif arguments:
            raise ProcessError(
                "emocam.stage takes --list, --check, --packs, --thumbnails, --lecture, --mirror "
                "or nothing"
            )
        else:
            from emocam.stage import process

            return process.run(inlet, outlet)
    except EmoCamError as error:
        outlet.state_error(error)
        return int(error.exit_code)
    except Exception as error:
        fault = f"The stage failed: {type(error).__name__}: {error}"
        outlet.state_error(InternalError(fault, "Please report it"))
        return int(ExitCode.INTERNAL)
    return int(ExitCode.OK)


def _mirror(inlet: Inlet, outlet: Outlet) -> None:
    """Show a live view, which needs no device and makes no file."""
    inlet.obey_signals()
    message = inlet.first()
    if message is None:
        return
    confine_files(Profile())  # while there is but one thread
    inlet.start()
    from emocam.stage import mirror

    confine_calls()
    mirror.run(message, inlet, outlet)


def _lecture(inlet: Inlet, outlet: Outlet) -> None:
    """Give pictures or sound of a video, with no right to any file but that one."""
    inlet.obey_signals()
    message = inlet.first()
    if message is None:
        return
    from emocam.stage import lecture

    file, path = lecture.opened(message)
    with file:
        confine_files(Profile(whole=False))  # while there is but one thread
        inlet.start()
        confine_calls()
        lecture.serve(file, path, message, inlet, outlet)


def _check(inlet: Inlet, outlet: Outlet) -> None:
    from emocam.settings import Settings
    from emocam.stage import checks
    from emocam.stage.messages import configuration

    message = inlet.receive(None)
    settings = Settings() if message is None else configuration(message)[0]
    outlet.answer(checks.check(settings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
