"""What one avatar does: which numbers it is drawn with at a given time.

Without pixels and without a clock: time is passed in. From one picture to the next it morphs where
both are drawings of one structure, starting from the numbers that are shown at that moment; all
else fades, and the fade begins from the pixels that are shown then, which :class:`.Seat` keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

from emocam.expression import Expression, Picture
from emocam.stage import life, vector
from emocam.stage.subject import Sprite, Subject
from emocam.stage.vector import Values, Vector

#: In how many sizes a breath is drawn; between two of them lies half a pixel at 1280x720.
LEVELS = 18
#: A change of strength that moves the expression by less is not shown.
LEAST = 0.08


@dataclass(frozen=True, slots=True)
class Look:
    """A picture that is ready to be shown.

    Attributes:
        picture: which.
        subject: what is drawn.
        emphasis: of an expression, as :func:`.life.emphasis` gives it.
        values: the numbers of a drawing with that emphasis; None for pixels.
    """

    picture: Picture
    subject: Subject
    emphasis: float = 1.0
    values: Values | None = None

    @classmethod
    def of(cls, picture: Picture, subject: Subject, neutral: Subject, strength: float) -> Look:
        """A picture at a strength of 0..1.

        Args:
            neutral: what an expression is mixed with where the two fit.
        """
        if isinstance(subject, Sprite):
            return cls(picture, subject)
        full = subject.values
        mixes = picture.expression not in (None, Expression.NEUTRAL)
        if not (mixes and isinstance(neutral, Vector) and neutral.fits(subject)):
            return cls(picture, subject, 1.0, full)
        emphasis = round(life.emphasis(strength), 2)
        return cls(picture, subject, emphasis, vector.mix(neutral.values, full, emphasis))


@dataclass(frozen=True, slots=True)
class Pose:
    """How an avatar is to be drawn.

    Attributes:
        look: what is shown, or what is on its way.
        values: the numbers of a drawing; None for pixels.
        blink: how far the eyes are closed, 0..1.
        size: share of the full size.
        frame: of an animation.
        fade: the share of this pose over the pixels that were there before, 0..1.
        level: of the breath, if nothing but the breath moves: such poses come again and are kept.
    """

    look: Look
    values: Values | None
    blink: float = 0.0
    size: float = 1.0
    frame: int = 0
    fade: float = 1.0
    level: int | None = None

    @property
    def key(self) -> tuple[object, ...] | None:
        """The same for poses that look the same; None for one that hardly comes again."""
        if self.level is None:
            return None
        return self.look.picture, self.look.emphasis, self.level, self.frame


class Actor:
    """One avatar.

    Args:
        look: what is shown at first.
        transition: length of a morph or fade in seconds, >= 0.
        still: whether motion is reduced: no morph, no blinking, no breath, no entrance.
        seed: makes its blinks and breath another's than its neighbour's.
        levels: in how many sizes its breath is drawn.
    """

    def __init__(
        self,
        look: Look,
        transition: float,
        still: bool = False,
        seed: int = 0,
        levels: int = LEVELS,
    ) -> None:
        self.look = look
        self.fades = 0  # how many fades have begun
        self._transition = transition
        self._still = still
        self._seed = seed
        self._levels = levels
        self._began: float | None = None  # when the morph or fade began
        self._came = 0.0  # when the picture was first shown
        self._start: Values | None = None  # what a morph begins with; None in a fade

    def show(self, look: Look, now: float) -> None:
        """Go to another look from whatever is shown at this moment.

        Args:
            now: monotonic time in seconds.
        """
        same = look.picture is self.look.picture and type(look.subject) is type(self.look.subject)
        if same and abs(look.emphasis - self.look.emphasis) < LEAST:
            return
        start = self._values(now)
        faded = self._began is not None and self._start is None
        if self._still or faded or not self._fits(look):
            self._start = None
            self.fades += 1
        else:
            self._start = start
        if look.picture is not self.look.picture:
            self._came = now
        self.look = look
        self._began = now

    def settle(self) -> None:
        """End the morph or fade: nobody is watching."""
        self._began = None

    def moving(self, now: float) -> bool:
        """Whether a morph or fade is under way."""
        if self._began is not None and now - self._began >= self._transition:
            self._began = None
        return self._began is not None

    def pose(self, now: float) -> Pose:
        """What to draw at a time."""
        look = self.look
        fading = self.moving(now) and self._start is None
        fade = self._share(now) if fading else 1.0
        if self._still:
            return Pose(look, look.values, fade=fade, level=0)
        frame = look.subject.frame(now - self._came) if isinstance(look.subject, Sprite) else 0
        blinks = isinstance(look.subject, Vector) and look.subject.blinks
        blink = round(life.blink(now, self._seed), 2) if blinks else 0.0
        # An animation moves by itself; without a breath its frames come again and can be kept.
        animated = isinstance(look.subject, Sprite) and len(look.subject.frames) > 1
        level = 0 if animated else self._level(now)
        size = 1 - life.DEPTH * level / self._levels
        entrance = life.entrance(now - self._came) if look.picture.is_reaction else 1.0
        alone = blink == 0.0 and entrance == 1.0 and (fading or self._began is None)
        return Pose(
            look,
            self._values(now),
            blink,
            size * entrance,
            frame,
            fade,
            level if alone else None,
        )

    def _values(self, now: float) -> Values | None:
        """The numbers that are shown, eyes apart."""
        target = self.look.values
        if target is None or self._start is None or not self.moving(now):
            return target
        return vector.mix(self._start, target, self._share(now))

    def _share(self, now: float) -> float:
        if self._began is None or self._transition <= 0:
            return 1.0
        return life.smooth((now - self._began) / self._transition)

    def _level(self, now: float) -> int:
        out = (1 - life.breath(now, (self._seed * 0.381966) % 1)) / life.DEPTH
        return round(out * self._levels)

    def _fits(self, look: Look) -> bool:
        one, other = self.look.subject, look.subject
        return isinstance(one, Vector) and isinstance(other, Vector) and one.fits(other)
