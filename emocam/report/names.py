"""The names of what is shown, in the user's language."""

from __future__ import annotations

from emocam.report.moments import Moment
from emocam.words import _


def expression_name(name: str) -> str:
    """An expression's name."""
    return {
        "neutral": _("Neutral"),
        "happiness": _("Happiness"),
        "surprise": _("Surprise"),
        "sadness": _("Sadness"),
        "anger": _("Anger"),
        "disgust": _("Disgust"),
        "fear": _("Fear"),
        "contempt": _("Contempt"),
        "negative": _("Negative (any of the five)"),
        "none": _("Nobody seen"),
    }[name]


def attention_name(name: str) -> str:
    """Where somebody looks, for people."""
    return {
        "screen": _("Looking at the screen"),
        "elsewhere": _("Looking elsewhere"),
        "closed": _("Eyes closed"),
    }[name]


def moment_words(moment: Moment) -> str:
    """What stands out in a moment, in a sentence."""
    words = {
        "smiled": _("Happiness {share}, usually {usual}"),
        "frowned": _("Sadness, anger, disgust, fear and contempt {share}, usually {usual}"),
        "drifted": _("Looking at the screen {share}, usually {usual}"),
    }[moment.why]
    return words.format(share=percent(moment.share), usual=percent(moment.usual))


def percent(share: float | None) -> str:
    """A share in whole per cent; a dash for none."""
    return "\u2013" if share is None else f"{100 * share:.0f}\u00a0%"
