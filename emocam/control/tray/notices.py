"""Which faults are worth a notification, and when. Pure: time is passed in.

Only what needs the user: the camera is lost, another program took it, the kernel module is missing
(after a kernel update, say). A fault must last a moment, is told once, and the same one again only
when it had gone for good in between and long enough has passed.
"""

from __future__ import annotations

from dataclasses import dataclass

from emocam.control.status import Status
from emocam.vocabulary import fault
from emocam.words import _

#: Seconds that a fault must last; a cable that is moved is none.
LASTS = 3.0
#: Seconds between two notifications of one fault, however often it comes and goes.
APART = 600.0


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification.

    Attributes:
        title: what happened.
        text: what the user can do.
    """

    title: str
    text: str


def _of_camera(state: str) -> Notice | None:
    """What is told of a camera."""
    if state == "unplugged":
        return Notice(
            _("EmoCam lost the camera"),
            _("Plug it in again, or choose another one in EmoCam's menu."),
        )
    if state == "busy":
        return Notice(
            _("Another program took the camera"), _("Close it, and EmoCam goes on by itself.")
        )
    return None


class Notices:
    """Decides about notifications for one run."""

    def __init__(self) -> None:
        self._fault = ""  # the one that holds now
        self._since = 0.0
        self._told = False  # whether it was told since it came
        self._last: dict[str, float] = {}  # when each was told

    def take(self, status: Status, now: float) -> Notice | None:
        """What to notify of now, if anything.

        Args:
            status: of the run.
            now: seconds on a clock that does not run backwards.
        """
        fault, notice = _fault(status)
        if fault != self._fault:
            self._fault, self._since, self._told = fault, now, False
        if notice is None or self._told or now - self._since < LASTS:
            return None
        if fault in self._last and now - self._last[fault] < APART:
            return None
        self._told, self._last[fault] = True, now
        return notice


def _fault(status: Status) -> tuple[str, Notice | None]:
    output, read = status["output"], status["read"]
    if output["state"] == "waiting" and output["code"] == "module-missing":
        cause, remedy = fault(output["code"], output["cause"], output["remedy"])
        title = _("EmoCam's virtual camera is missing")
        return "module-missing", Notice(title, f"{cause}. {remedy}")
    if status["paused"] or not read:
        return "", None
    return read["state"], _of_camera(read["state"])
