"""What the window calls things, in the user's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emocam.vocabulary import fault, picture, reason, sentence
from emocam.words import _, n_

__all__ = [
    "camera",
    "expression_off",
    "output",
    "picture",
    "protections",
    "sentence",
    "shown",
    "watchers",
]

Status = Mapping[str, Any]


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
    return _("Off: {reason}").format(reason=reason(about["why"]))


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
        if about["target"] == "none":
            return _("Nowhere: you alone see it, in EmoCam's windows")
        return _("Into the file {device}").format(device=about["device"])
    if about["state"] == "waiting":
        cause, remedy = fault(about["code"], about["cause"], about["remedy"])
        return _("Nowhere yet: {cause}. {remedy}").format(cause=cause, remedy=remedy)
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
