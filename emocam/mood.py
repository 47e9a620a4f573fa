"""From single readings to what is shown: smoothing, caution, hysteresis, hold and absence.

Pure: the time is passed in, nothing is read from outside. A mood is a function of its settings and
of the readings it was given with their times, so two recordings with the same readings show the
same pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from emocam.attention import Glance
from emocam.expression import NEGATIVE, Expression, Picture, Probabilities, SensorState
from emocam.scene import Scene
from emocam.settings.schema import Caution, MoodSettings
from emocam.wire import Reading

#: A negative expression must stand in so many looks in a row, and at least so many seconds, to be
#: shown at the level "balanced". Other expressions need CONFIRMATIONS looks only.
NEGATIVE_CONFIRMATIONS = 3
NEGATIVE_STEADY = (
    0.9  # a little less than a second, so that at one look a second the next one counts
)
CONFIRMATIONS = 2

#: What stands for a sensor state that is no matter of faces.
_STATES = {
    SensorState.STARTING: Picture.STARTING,
    SensorState.COVERED: Picture.COVERED,
    SensorState.BUSY: Picture.BUSY,
    SensorState.DENIED: Picture.DENIED,
    SensorState.STALLED: Picture.STALLED,
    SensorState.UNUSABLE: Picture.STALLED,
    SensorState.UNPLUGGED: Picture.UNPLUGGED,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of the settings that decides which expressions may show.

    Attributes:
        caution: level of caution.
        threshold: from this sum of the five negative probabilities on, 0..1, a negative expression
            counts as clear (the model's sidecar states it).
        off: expressions that are never shown.
        merge_disgust: whether disgust counts as anger (six classes, as in the EmoNet report).
    """

    caution: Caution = Caution.BALANCED
    threshold: float = 0.65
    off: frozenset[Expression] = frozenset()
    merge_disgust: bool = False

    @classmethod
    def of(cls, settings: MoodSettings, threshold: float) -> Rules:
        """The rules in the settings, with the model's threshold."""
        off = frozenset(Expression[label.upper()] for label in settings.off)
        return cls(Caution(settings.caution), threshold, off, settings.merge_disgust)


def admissible(probabilities: Probabilities, rules: Rules) -> tuple[float, ...]:
    """Move the probability of what must not show to neutral.

    Args:
        probabilities: eight numbers in 0..1 with sum 1, in the order of :class:`Expression`.
        rules: what may show.

    Returns:
        Eight numbers with the same sum; 0 for every expression that must not show.
    """
    shares = list(probabilities)
    if rules.merge_disgust:
        shares[Expression.ANGER] += shares[Expression.DISGUST]
        shares[Expression.DISGUST] = 0.0
    unclear = sum(shares[e] for e in NEGATIVE) <= rules.threshold
    hidden = set(rules.off)
    if rules.caution is Caution.CAREFUL or (rules.caution is Caution.BALANCED and unclear):
        hidden |= NEGATIVE
    for expression in hidden - {Expression.NEUTRAL}:
        shares[Expression.NEUTRAL] += shares[expression]
        shares[expression] = 0.0
    return tuple(shares)


class Mood:
    """What is shown, as readings come in.

    Args:
        settings: smoothing, margin, hold and absence.
        threshold: the model's threshold for negative expressions, 0..1.
        show_away: whether it looks away with a person who does.
    """

    def __init__(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        self.configure(settings, threshold, show_away)
        self._scene = Scene.of(Picture.STARTING)
        self._changed = -math.inf  # when the scene's picture changed
        self._restart()

    def configure(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        """Judge by other settings from the next reading on; the arguments are the class's own."""
        self._settings = settings
        self._show_away = show_away
        self._rules = Rules.of(settings, threshold)

    def _restart(self) -> None:
        """Forget the face that was there."""
        self._glance, self._is_away = Glance(), False
        self._smooth: tuple[float, ...] = ()
        self._missing = False  # whether the last look found nobody
        self._last_face = -math.inf
        self._candidate: Expression | None = None
        self._votes = 0
        self._since = math.inf  # when the candidate was first read

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        if self._is_away and self._show_away and self._scene.picture.expression is not None:
            return Scene.of(Picture.LOOKING_AWAY, 1.0)
        return self._scene

    def update(self, reading: Reading, now: float) -> Scene:
        """Take a reading.

        Args:
            reading: of the face whose mood this is.
            now: time in seconds on any clock that does not run backwards.

        Returns:
            What is to be shown from now on.
        """
        if reading.state is SensorState.FACE:
            self._is_away = self._glance.look(reading.attention, now)
            self.look(reading.shares, now)
        elif reading.state is SensorState.NO_FACE:
            self._miss(now)
        elif reading.state in _STATES:
            self.interrupt(_STATES[reading.state], now)
        return self.scene

    def interrupt(self, picture: Picture, now: float) -> Scene:
        """Show the picture of a state that no reading tells of, and forget the face before it."""
        self._restart()
        self._show(picture, 1.0, now)
        return self.scene

    def tick(self, now: float) -> Scene:
        """Let time pass: who was not seen at the last look is away, however long the next takes."""
        if self._missing and now - self._last_face >= self._settings.away_after:
            self.interrupt(Picture.AWAY, now)
        return self.scene

    def _miss(self, now: float) -> None:
        self._candidate, self._votes = None, 0
        self._missing = True
        self.tick(now)
        if self._scene.picture.expression is None:
            # Where nobody was shown, nobody need be waited for.
            self.interrupt(Picture.AWAY, now)

    def look(self, shares: Probabilities, now: float) -> Scene:
        """Take the probabilities of a face, as :meth:`update` does with those of a reading."""
        self._missing = False
        if self._smooth:
            keep = self._keep(now - self._last_face)
            pairs = zip(self._smooth, shares, strict=True)
            self._smooth = tuple(keep * old + (1 - keep) * new for old, new in pairs)
        else:
            self._smooth = tuple(shares)
        self._last_face = now
        # What this look alone says counts the votes; the smoothed shares must agree with it.
        self._vote(top(admissible(shares, self._rules)), now)
        allowed = admissible(self._smooth, self._rules)
        best = top(allowed)
        shown = self._scene.picture.expression
        if shown is None:
            # Somebody is back: show them at once, but nothing negative on a single look.
            first = Expression.NEUTRAL if self._is_guarded(best) else best
            self._show(Picture.of(first), allowed[first], now)
        elif best is shown or self._may_replace(shown, best, allowed, now):
            self._show(Picture.of(best), allowed[best], now)
        return self.scene

    def _keep(self, gap: float) -> float:
        """The weight that what was read ``gap`` seconds ago still has, 0..1."""
        if self._settings.smoothing <= 0:
            return 0.0
        # A time that runs backwards counts as no time at all.
        return math.exp(-max(gap, 0.0) / self._settings.smoothing)

    def _vote(self, expression: Expression, now: float) -> None:
        if expression is self._candidate:
            self._votes += 1
        else:
            self._candidate, self._votes, self._since = expression, 1, now

    def _may_replace(
        self, shown: Expression, best: Expression, allowed: Probabilities, now: float
    ) -> bool:
        # What has become inadmissible (or merely doubtful, when negative) goes without a margin.
        margin = 0.0 if shown in NEGATIVE else self._settings.margin
        guarded = self._is_guarded(best)
        return (
            best is self._candidate
            and self._votes >= (NEGATIVE_CONFIRMATIONS if guarded else CONFIRMATIONS)
            and (not guarded or now - self._since >= NEGATIVE_STEADY)
            and allowed[best] - allowed[shown] >= margin
            and now - self._changed >= self._settings.hold
        )

    def _is_guarded(self, expression: Expression) -> bool:
        return expression in NEGATIVE and self._rules.caution is not Caution.OPEN

    def _show(self, picture: Picture, strength: float, now: float) -> None:
        if picture is not self._scene.picture:
            self._changed = now
        # Two digits are more than an eye can tell, and spare the stage many scenes.
        self._scene = Scene.of(picture, round(min(max(strength, 0.0), 1.0), 2))


def top(shares: Probabilities) -> Expression:
    """The most probable expression, the first of equals."""
    return Expression(max(range(len(shares)), key=shares.__getitem__))
