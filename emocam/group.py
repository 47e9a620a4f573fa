"""Several people before one camera: whose expressions become which avatars.

Pure, as :mod:`emocam.mood`, which decides about each avatar: smoothing, caution, hysteresis and
absence are written there only.
"""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Collection

from emocam.expression import NEGATIVE, Picture, Probabilities, SensorState
from emocam.mood import Mood, Rules, admissible, top
from emocam.scene import Scene
from emocam.settings.schema import Caution, MoodSettings, People
from emocam.wire import Look


class Audience(ABC):
    """What is shown, as looks at one or several people come in."""

    @property
    @abstractmethod
    def scene(self) -> Scene:
        """What is shown now."""

    @property
    def shown(self) -> dict[int | None, Picture]:
        """What is shown for each place; one entry, under None, where one avatar stands for all."""
        return {None: self.scene.picture}

    @abstractmethod
    def configure(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        """Judge by other settings from the next look on; the arguments are those of a mood."""

    @abstractmethod
    def take(self, look: Look, now: float) -> Scene:
        """Take the readings of one look.

        Args:
            look: as :class:`emocam.wire.ReadingStream` gives it.
            now: time in seconds on any clock that does not run backwards.

        Returns:
            What is to be shown from now on.
        """

    @abstractmethod
    def interrupt(self, picture: Picture, now: float) -> Scene:
        """Show the picture of a state that no reading tells of, and forget everybody before it."""

    @abstractmethod
    def tick(self, now: float) -> Scene:
        """Let time pass."""


def audience(
    people: People, settings: MoodSettings, threshold: float, show_away: bool = False
) -> Audience:
    """What the setting ``face.people`` names.

    Args:
        people: whose expressions are shown.
        settings: as for :class:`Mood`.
        threshold: the model's threshold for negative expressions, 0..1.
        show_away: whether avatars look away with their people; a group's never does.
    """
    if people is People.EACH:
        return Each(settings, threshold, show_away)
    if people is People.GROUP:
        return Majority(settings, threshold)
    return Nearest(settings, threshold, show_away)


class Nearest(Audience):
    """One avatar for one person: the mood of the first face of each look, which is the only one."""

    def __init__(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        self._mood = Mood(settings, threshold, show_away)

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        return self._mood.scene

    def configure(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        """Judge by other settings from the next look on."""
        self._mood.configure(settings, threshold, show_away)

    def take(self, look: Look, now: float) -> Scene:
        """Take the readings of one look."""
        return self._mood.update(look[0], now)

    def interrupt(self, picture: Picture, now: float) -> Scene:
        """Show the picture of a state."""
        return self._mood.interrupt(picture, now)

    def tick(self, now: float) -> Scene:
        """Let time pass."""
        return self._mood.tick(now)


class Each(Audience):
    """One avatar a person, side by side in the order of the look.

    Each person has a mood. Who is away (``mood.away_after``) leaves the row, and comes back to the
    same place for as long as sensing remembers it; with nobody left, one avatar is away.
    """

    def __init__(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        self._settings, self._threshold, self._show_away = settings, threshold, show_away
        self._nobody = self._mood()
        self._moods: dict[int, Mood] = {}  # by place, from left to right

    def _mood(self) -> Mood:
        return Mood(self._settings, self._threshold, self._show_away)

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        if not self._moods:
            return self._nobody.scene
        figures = tuple(mood.scene.figures[0] for mood in self._moods.values())
        there = tuple(figure for figure in figures if figure.picture is not Picture.AWAY)
        return Scene(there or figures[:1])

    @property
    def shown(self) -> dict[int | None, Picture]:
        """What is shown for each place."""
        if not self._moods:
            return {None: self._nobody.scene.picture}
        return {place: mood.scene.picture for place, mood in self._moods.items()}

    def configure(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        """Judge by other settings from the next look on."""
        self._settings, self._threshold, self._show_away = settings, threshold, show_away
        for mood in (self._nobody, *self._moods.values()):
            mood.configure(settings, threshold, show_away)

    def take(self, look: Look, now: float) -> Scene:
        """Take the readings of one look."""
        first = look[0]
        if first.faces:
            self._moods = {each.face: self._moods.get(each.face) or self._mood() for each in look}
            for each in look:
                self._moods[each.face].update(each, now)
        elif first.state is SensorState.NO_FACE:
            for mood in list(self._moods.values()) or [self._nobody]:
                mood.update(first, now)
        elif first.state is not SensorState.ENDED:
            self._moods = {}
            self._nobody.update(first, now)
        return self.scene

    def interrupt(self, picture: Picture, now: float) -> Scene:
        """Show one avatar with the picture of a state."""
        self._moods = {}
        return self._nobody.interrupt(picture, now)

    def tick(self, now: float) -> Scene:
        """Let time pass."""
        for mood in self._moods.values():
            mood.tick(now)
        return self.scene


class Majority(Audience):
    """One avatar for the group; :func:`blend` states the rule.

    Who leaves for less than ``mood.away_after`` counts with what was last read.
    """

    def __init__(self, settings: MoodSettings, threshold: float) -> None:
        self._rules = Rules.of(settings, threshold)
        self._patience = settings.away_after
        self._mood = Mood(settings, threshold)
        self._read: dict[int, tuple[float, Probabilities]] = {}  # by place: when, and what

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        return self._mood.scene

    def configure(self, settings: MoodSettings, threshold: float, show_away: bool = False) -> None:
        """Judge by other settings from the next look on."""
        self._rules = Rules.of(settings, threshold)
        self._patience = settings.away_after
        self._mood.configure(settings, threshold)

    def take(self, look: Look, now: float) -> Scene:
        """Take the readings of one look."""
        if not look[0].faces:
            if look[0].state is not SensorState.NO_FACE:
                self._read = {}
            return self._mood.update(look[0], now)
        read: dict[int, tuple[float, Probabilities]] = {}
        for each in look:
            if each.state is SensorState.FACE:
                read[each.face] = now, each.shares
            elif each.face in self._read and now - self._read[each.face][0] < self._patience:
                read[each.face] = self._read[each.face]
        self._read = read
        return self._mood.look(blend([shares for _, shares in read.values()], self._rules), now)

    def interrupt(self, picture: Picture, now: float) -> Scene:
        """Show the picture of a state."""
        self._read = {}
        return self._mood.interrupt(picture, now)

    def tick(self, now: float) -> Scene:
        """Let time pass."""
        return self._mood.tick(now)


def blend(people: Collection[Probabilities], rules: Rules) -> tuple[float, ...]:
    """What a group shows as a whole: the mean of what its people show.

    Two things make it cautious, but at the level ``open``. Each person's negative expressions count
    as neutral unless they are clear for that person. And where a negative expression leads the mean
    without being the first of more than half of the people, all negative ones count as neutral.
    What is left must pass the rules once more, in the mood: the negative share of the mean must be
    over the threshold too.

    Args:
        people: the probabilities of each, at least one; their order does not matter.
        rules: what may show.

    Returns:
        Eight numbers with sum 1; of a single person, that person's own.
    """
    if len(people) == 1:
        return tuple(next(iter(people)))
    if rules.caution is Caution.OPEN:
        return _mean(people)
    people = [admissible(shares, rules) for shares in people]
    mean = _mean(people)
    leader = top(mean)
    followers = sum(top(shares) is leader for shares in people)
    if leader in NEGATIVE and 2 * followers <= len(people):
        return admissible(mean, dataclasses.replace(rules, off=rules.off | NEGATIVE))
    return mean


def _mean(people: Collection[Probabilities]) -> tuple[float, ...]:
    # Sums that are rounded once are the same in any order.
    return tuple(math.fsum(column) / len(people) for column in zip(*people, strict=True))
