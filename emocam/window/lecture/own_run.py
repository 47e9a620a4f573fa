"""A run for this window alone, where the user has none: it publishes nowhere, and ends with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcess, Signal

from emocam.control.child import command
from emocam.errors import ProcessError

#: Milliseconds that it may take to end.
_GRACE = 15_000


class OwnRun(QObject):
    """The run.

    Args:
        parent: the window.
        arguments: for ``emocam run``, beside where it publishes.
    """

    failed = Signal(object)
    """An error: it has ended by itself."""

    def __init__(self, parent: QObject, arguments: tuple[str, ...]) -> None:
        super().__init__(parent)
        self._arguments = arguments
        self._process: QProcess | None = None

    def start(self) -> bool:
        """Begin; once, for what has ended by itself would do so again.

        Returns:
            Whether it was begun.
        """
        if self._process is not None:
            return False
        self._process = process = QProcess(self)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._ended)
        process.setStandardOutputFile(QProcess.nullDevice())
        program, *arguments = command(
            "emocam", "run", "--output", "none", "--no-tray", *self._arguments
        )
        process.start(program, arguments)
        process.closeWriteChannel()
        return True

    def stop(self) -> None:
        """End it, if it was begun."""
        if self._process is not None:
            self._process.blockSignals(True)
            self._process.terminate()
            if not self._process.waitForFinished(_GRACE):
                self._process.kill()
                self._process.waitForFinished(_GRACE)

    def _ended(self) -> None:
        assert self._process is not None
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        lines = [line for line in said.splitlines() if line.startswith("emocam: ")]
        cause = lines[-1].removeprefix("emocam: ").rstrip(".") if lines else "It has ended"
        self.failed.emit(ProcessError(f"EmoCam could not run for this window: {cause}"))
