"""The one tree of errors.

Every error that EmoCam raises on purpose descends from :class:`EmoCamError` and carries two
sentences: what is wrong, and what the user can do about it. The command line prints both and leaves
with the class's exit code; nothing else in the project turns an error into text.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the ``emocam`` command, documented in docs/command-line.md."""

    OK = 0
    PROBLEM = 1
    USAGE = 2
    SETTINGS = 3
    CAMERA = 4
    OUTPUT = 5
    MODEL = 6
    EVENTS = 7
    RUNNING = 8
    NOT_RUNNING = 9
    SESSION = 10
    WINDOW = 11
    INTERNAL = 70


class EmoCamError(Exception):
    """Something that EmoCam can explain.

    Args:
        cause: what is wrong, as a sentence without a full stop.
        remedy: what the user can do, in the same form; empty where nothing can be done.
    """

    exit_code: ExitCode = ExitCode.PROBLEM

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        """Cause and remedy; no full stop at the end, where a command may stand to be copied."""
        return f"{self.cause}. {self.remedy}" if self.remedy else f"{self.cause}."


class SettingsError(EmoCamError):
    """A settings file, a ``--set`` argument or a single value that cannot be used."""

    exit_code = ExitCode.SETTINGS


class PolicyError(SettingsError):
    """A policy of the machine's administrator that cannot be used or is not to be trusted."""


class WireError(EmoCamError):
    """Bytes between two EmoCam processes that do not follow :mod:`emocam.wire`."""

    exit_code = ExitCode.INTERNAL


class CameraError(EmoCamError):
    """A webcam, video or image that cannot be read."""

    exit_code = ExitCode.CAMERA


class ModelError(EmoCamError):
    """A model file or its sidecar that cannot be used."""

    exit_code = ExitCode.MODEL


class OutputError(EmoCamError):
    """The virtual camera or the video file that cannot be written.

    Args:
        cause: as for :class:`EmoCamError`.
        remedy: as for :class:`EmoCamError`.
        code: which fault it is, for programs; docs/virtual-camera.md lists them.
    """

    exit_code = ExitCode.OUTPUT

    def __init__(self, cause: str, remedy: str = "", code: str = "failed") -> None:
        super().__init__(cause, remedy)
        self.code = code


class PackError(EmoCamError):
    """An emoji pack that cannot be drawn."""

    exit_code = ExitCode.OUTPUT


class EventsError(EmoCamError):
    """The events file that cannot be written."""

    exit_code = ExitCode.EVENTS


class SessionError(EmoCamError):
    """A session log or a share file that cannot be written or read, or may not be."""

    exit_code = ExitCode.SESSION


class ControlError(EmoCamError):
    """The control socket, or a request to it, that cannot be used."""


class TrayError(EmoCamError):
    """A tray icon that cannot be shown, or no longer; the run goes on without."""


class WindowError(EmoCamError):
    """A window that cannot be shown here."""

    exit_code = ExitCode.WINDOW


class LectureError(EmoCamError):
    """A recorded lecture that cannot be played, or not in full."""


class PreviewError(EmoCamError):
    """A preview that cannot be shown, or no longer; the run goes on without."""


class LoginError(EmoCamError):
    """What the system starts at login, which cannot be read or changed."""


class RunningError(EmoCamError):
    """Another run that publishes to the same place."""

    exit_code = ExitCode.RUNNING


class NotRunningError(EmoCamError):
    """No run that could be controlled."""

    exit_code = ExitCode.NOT_RUNNING


class InternalError(EmoCamError):
    """A fault in EmoCam itself."""

    exit_code = ExitCode.INTERNAL


class ProcessError(EmoCamError):
    """A child process that cannot be started or does not stay up."""

    exit_code = ExitCode.INTERNAL


class ReportError(EmoCamError):
    """Logs that no report can be made from, or a page that cannot be written."""
