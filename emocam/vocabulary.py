"""What tray, window and preview call pictures, cameras and faults, in the user's language. Pure."""

from __future__ import annotations

from emocam.expression import Picture
from emocam.words import _, language


def picture(name: str) -> str:
    """A picture in one or two plain words, such as ``happy`` or ``raised hand``.

    Args:
        name: as in the status; one that is not known is spelt out.
    """
    known = {
        Picture.NEUTRAL: _("neutral"),
        Picture.HAPPINESS: _("happy"),
        Picture.SURPRISE: _("surprised"),
        Picture.SADNESS: _("sad"),
        Picture.ANGER: _("angry"),
        Picture.DISGUST: _("disgusted"),
        Picture.FEAR: _("afraid"),
        Picture.CONTEMPT: _("contemptuous"),
        Picture.LOOKING_AWAY: _("looking away"),
        Picture.STARTING: _("starting"),
        Picture.AWAY: _("away"),
        Picture.COVERED: _("camera covered"),
        Picture.BUSY: _("camera busy"),
        Picture.UNPLUGGED: _("no camera"),
        Picture.DENIED: _("camera forbidden"),
        Picture.STALLED: _("camera gives no pictures"),
        Picture.PAUSED: _("paused"),
        Picture.MOMENT: _("one moment"),
        Picture.RAISED_HAND: _("raised hand"),
        Picture.THUMBS_UP: _("thumbs up"),
        Picture.THUMBS_DOWN: _("thumbs down"),
        Picture.CLAPPING: _("clapping"),
        Picture.LAUGHING: _("laughing"),
        Picture.HEART: _("heart"),
        Picture.QUESTION: _("question"),
        Picture.COFFEE: _("coffee: back soon"),
    }
    try:
        return known[Picture(name)]
    except ValueError:
        return name.replace("_", " ")


def trouble(state: str) -> str:
    """What is wrong with a camera that the user has to look after; empty if nothing is.

    Args:
        state: label of a :class:`~emocam.expression.SensorState`.
    """
    return {
        "busy": _("another program holds the camera"),
        "unplugged": _("the camera is not there"),
        "denied": _("the camera may not be opened"),
        "stalled": _("the camera gives no pictures"),
        "unusable": _("the camera's pictures cannot be used"),
    }.get(state, "")


def reason(why: str) -> str:
    """Why the camera is closed; what is not known here stays as it is.

    Args:
        why: ``camera.why`` of the status.
    """
    return {
        "paused": _("you paused"),
        "nobody watches": _("nobody watches"),
        "it is being opened": _("it is being opened"),
        "another program holds it": _("another program holds it"),
        "it is not there": _("it is not there"),
        "you may not open it": _("it may not be opened"),
        "it gives no pictures": _("it gives no pictures"),
        "its pictures cannot be used": _("its pictures cannot be used"),
        "the recording is over": _("the recording is over"),
    }.get(why, why)


def fault(code: str, cause: str, remedy: str) -> tuple[str, str]:
    """Why EmoCam is not published, and what mends it.

    English has the run's own sentences, which know more; another language goes by the code.

    Args:
        code: of the status's ``output``; one that is not known leaves the sentences as they are.
        cause: the run's own sentence.
        remedy: the run's own sentence.
    """
    known = {
        "module-missing": _("The virtual camera is not installed or not loaded"),
        "label-missing": _("There is no virtual camera with EmoCam's name"),
        "not-loopback": _("A camera of another kind has EmoCam's name"),
        "denied": _("EmoCam may not write to the virtual camera"),
        "taken": _("Another program publishes to the virtual camera"),
        "size": _("The virtual camera keeps another picture size while a program reads it"),
        "gone": _("The virtual camera went away"),
    }.get(code)
    if known is None or language() == "en":
        return cause, remedy
    return known, _("“Test my setup” in EmoCam's window says what mends it")


def sentence(text: str) -> str:
    """With a capital at the start; the rest as it is."""
    return text[:1].upper() + text[1:]
