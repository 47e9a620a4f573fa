"""What the window calls things, in the user's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emocam.expression import Picture
from emocam.words import _, n_

Status = Mapping[str, Any]


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


def shown(status: Status) -> str:
    """What the others see now, and by whose decision, in one sentence."""
    names = " + ".join(dict.fromkeys(picture(name) for name in status["shown"]))
    return {
        "live": _("{pictures}, as read in your face"),
        "held": _("{pictures}, because you hold it"),
        "frozen": _("{pictures}, because you froze it"),
        "paused": _("{pictures}: nothing is read"),
    }.get(status["mode"], "{pictures}").format(pictures=names)


def watchers(about: Mapping[str, Any]) -> str:
    """Who watches, as far as that is known.

    Args:
        about: ``watchers`` of the status.
    """
    count, names = about["count"], ", ".join(about["names"])
    if count is None:
        return _("It cannot be seen here who watches")
    if count == 0:
        return _("Nobody watches")
    if not names:
        return n_("One program watches", "{count} programs watch", count).format(count=count)
    return n_("One program watches: {names}", "{count} programs watch: {names}", count).format(
        count=count, names=names
    )


def camera(about: Mapping[str, Any]) -> str:
    """Whether the camera is on, which, and why.

    Args:
        about: ``camera`` of the status.
    """
    names = ", ".join(each["name"] for each in about["devices"] if each["name"])
    if about["open"]:
        return _("On: {camera}").format(camera=names or about["source"])
    reasons = {
        "paused": _("Off: you paused"),
        "nobody watches": _("Off: nobody watches"),
        "it is being opened": _("Off: it is being opened"),
        "another program holds it": _("Off: another program holds it"),
        "it is not there": _("Off: it is not there"),
        "you may not open it": _("Off: it may not be opened"),
        "it gives no pictures": _("Off: it gives no pictures"),
        "its pictures cannot be used": _("Off: its pictures cannot be used"),
        "the recording is over": _("Off: the recording is over"),
    }
    return reasons.get(about["why"], _("Off: {reason}").format(reason=about["why"]))


def output(about: Mapping[str, Any]) -> str:
    """Where it is published.

    Args:
        about: ``output`` of the status.
    """
    if about["state"] == "publishing":
        if about["label"]:
            return _('As the camera "{label}" ({device})').format(
                label=about["label"], device=about["device"]
            )
        return _("Into the file {device}").format(device=about["device"])
    if about["state"] == "waiting":
        return _("Nowhere yet: {cause}. {remedy}").format(
            cause=about["cause"], remedy=about["remedy"]
        )
    return _("Nowhere yet: EmoCam is starting")


def protections(found: list[Mapping[str, Any]]) -> str:
    """How many protections hold."""
    holding = sum(1 for each in found if each["in_force"])
    if not found:
        return _("No process is there to be protected")
    if holding == len(found):
        return n_(
            "One protection is in force", "All {count} protections are in force", holding
        ).format(count=holding)
    return _("{holding} of {count} protections are in force").format(
        holding=holding, count=len(found)
    )


def expression_off(status: Status) -> list[str]:
    """The expressions that are never shown."""
    return [str(label) for label in status["mood"]["off"]]


def sentence(text: str) -> str:
    """With a capital at the start; the rest as it is."""
    return text[:1].upper() + text[1:]
