"""The vocabulary: what can be read in a face, what the sensor can be in, what can be shown.

The project speaks of *expressions*: how a face looks, not what its owner feels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum


class Expression(IntEnum):
    """The eight expressions, numbered in the order of the FER+ votes.

    Source of the order: Barsoum et al., "Training deep networks for facial expression recognition
    with crowd-sourced label distribution", 2016.
    """

    NEUTRAL = 0
    HAPPINESS = 1
    SURPRISE = 2
    SADNESS = 3
    ANGER = 4
    DISGUST = 5
    FEAR = 6
    CONTEMPT = 7

    @property
    def label(self) -> str:
        """The name used in files, events and packs: the lower-case member name."""
        return self.name.lower()


#: Expressions that hurt when they are shown wrongly; the levels of caution are about these.
NEGATIVE = frozenset(
    {
        Expression.SADNESS,
        Expression.ANGER,
        Expression.DISGUST,
        Expression.FEAR,
        Expression.CONTEMPT,
    }
)

#: The seven classes of FER2013 in that data set's own order.
FER2013_LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

#: One probability per expression, in the order of :class:`Expression`; each in 0..1, sum 1.
Probabilities = Sequence[float]


class SensorState(IntEnum):
    """What the sensing process has to say beside the expression."""

    STARTING = 0
    """No frame has been judged yet."""
    FACE = 1
    """A face was found; only then a reading carries probabilities."""
    NO_FACE = 2
    """The picture is fine and nobody is in it."""
    COVERED = 3
    """The picture is dark or flat: a shutter, a finger, a room without light."""
    BUSY = 4
    """Another program holds the camera."""
    UNPLUGGED = 5
    """The camera is not there, or stopped giving frames."""
    DENIED = 6
    """The user may not open the camera."""
    ENDED = 7
    """The recording that stood in for a camera is over."""
    STALLED = 8
    """The camera is there and open, and gives no frames."""
    UNUSABLE = 9
    """The camera gives frames that nobody can use: garbage, or sizes out of all reason."""

    @property
    def label(self) -> str:
        """The name used in events: the lower-case member name."""
        return self.name.lower()


class Picture(StrEnum):
    """Everything the avatar can show: the expressions, where one looks, states, reactions.

    The value is the name of the picture's file in an emoji pack and the word in ``shown``.
    """

    NEUTRAL = "neutral"
    HAPPINESS = "happiness"
    SURPRISE = "surprise"
    SADNESS = "sadness"
    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    CONTEMPT = "contempt"

    LOOKING_AWAY = "looking_away"
    """Somebody is there and looks elsewhere; shown only where the user allows it."""

    STARTING = "starting"
    AWAY = "away"
    COVERED = "covered"
    BUSY = "busy"
    UNPLUGGED = "unplugged"
    DENIED = "denied"
    """The user may not open the camera."""
    STALLED = "stalled"
    """The camera gives no frames, or none that can be used."""
    PAUSED = "paused"
    MOMENT = "moment"
    """Sensing is being restarted: "one moment"."""

    RAISED_HAND = "raised_hand"
    THUMBS_UP = "thumbs_up"
    THUMBS_DOWN = "thumbs_down"
    CLAPPING = "clapping"
    LAUGHING = "laughing"
    HEART = "heart"
    QUESTION = "question"
    COFFEE = "coffee"
    """Back soon."""

    @classmethod
    def of(cls, expression: Expression) -> Picture:
        """The picture of an expression."""
        return cls(expression.label)

    @property
    def expression(self) -> Expression | None:
        """The expression that the picture shows; None for the picture of a state."""
        return Expression[self.name] if self.name in Expression.__members__ else None

    @property
    def is_reaction(self) -> bool:
        """Whether it is one that the user holds up, and that is never read in a face."""
        return self in REACTIONS


#: What the user can hold up beside the expressions.
REACTIONS = (
    Picture.RAISED_HAND,
    Picture.THUMBS_UP,
    Picture.THUMBS_DOWN,
    Picture.CLAPPING,
    Picture.LAUGHING,
    Picture.HEART,
    Picture.QUESTION,
    Picture.COFFEE,
)

#: Which emoji stands for each picture where no pack is drawn. Each is one code point, so that it
#: needs no joining.
EMOJI: Mapping[Picture, str] = {
    Picture.NEUTRAL: "\U0001f610",
    Picture.HAPPINESS: "\U0001f604",
    Picture.SURPRISE: "\U0001f62e",
    Picture.SADNESS: "\U0001f622",
    Picture.ANGER: "\U0001f620",
    Picture.DISGUST: "\U0001f922",
    Picture.FEAR: "\U0001f628",
    Picture.CONTEMPT: "\U0001f60f",
    Picture.LOOKING_AWAY: "\U0001f440",
    Picture.STARTING: "\U0001f423",
    Picture.AWAY: "\U0001fa91",
    Picture.COVERED: "\U0001f648",
    Picture.BUSY: "\U0001f512",
    Picture.UNPLUGGED: "\U0001f50c",
    Picture.DENIED: "\U0001f6ab",
    Picture.STALLED: "\U0001f9ca",
    Picture.PAUSED: "\u23f8",
    Picture.MOMENT: "\u23f3",
    Picture.RAISED_HAND: "\u270b",
    Picture.THUMBS_UP: "\U0001f44d",
    Picture.THUMBS_DOWN: "\U0001f44e",
    Picture.CLAPPING: "\U0001f44f",
    Picture.LAUGHING: "\U0001f602",
    Picture.HEART: "\u2764",
    Picture.QUESTION: "\u2753",
    Picture.COFFEE: "\u2615",
}
