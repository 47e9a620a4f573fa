"""What the preview calls what it shows, in the user's language."""

from __future__ import annotations

from emocam.expression import Expression, SensorState
from emocam.vocabulary import picture, sentence, trouble
from emocam.words import _


def title() -> str:
    """Of the window."""
    return _("What EmoCam sees")


def note() -> str:
    """What the user may rely on."""
    return _(
        "Only you see this. It goes from the camera to your screen and nowhere else. "
        "Close it before you share your whole screen."
    )


def expression(which: Expression) -> str:
    """An expression in a word."""
    return picture(which.label)


def state(which: SensorState) -> str:
    """What the camera does; empty where a face says it."""
    return {
        SensorState.STARTING: _("The camera is being opened …"),
        SensorState.NO_FACE: _("EmoCam sees no face"),
        SensorState.COVERED: _("The camera is covered, or the room is dark"),
        SensorState.ENDED: _("The recording is over"),
    }.get(which) or sentence(trouble(which.label))
