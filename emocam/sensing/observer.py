"""From one picture to what is seen in it: faces and their expressions, nobody, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emocam.attention import Attention, Screen
from emocam.expression import SensorState
from emocam.sensing.covered import is_covered
from emocam.sensing.expression_model import ExpressionModel
from emocam.sensing.faces import Box, Face, open_finder
from emocam.sensing.faces.crop import crop
from emocam.sensing.faces.follow import Follower
from emocam.sensing.faces.row import Row
from emocam.sensing.faces.views import find_all
from emocam.sensing.sources import Picture
from emocam.settings import Settings
from emocam.settings.schema import People
from emocam.sidecar import model_file
from emocam.wire import Look, Reading, quantise

if TYPE_CHECKING:
    from emocam.sensing.attention.reader import AttentionReader


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people before the camera.

    Attributes:
        place: number of their place, which they keep; 0 for the only one.
        probabilities: eight numbers with sum 1 in the order of ``Expression``; empty while they
            are not seen.
        attention: where they look; None while that is not read or not known.
        box: where their face is in the picture, for the preview; None while they are not seen.
    """

    place: int
    probabilities: tuple[float, ...] = ()
    attention: Attention | None = None
    box: Box | None = None

    @property
    def expression(self) -> int:
        """The most probable expression, -1 while they are not seen."""
        return self.probabilities.index(max(self.probabilities)) if self.probabilities else -1


@dataclass(frozen=True, slots=True)
class Observation:
    """What one look saw.

    Attributes:
        state: FACE, NO_FACE or COVERED.
        people: from left to right; empty but for FACE, and then at least one is seen.
        dark: whether this picture shows nothing; the state is COVERED only when the one before
            did not either, for cameras drop a black frame now and then.
    """

    state: SensorState
    people: tuple[Person, ...] = ()
    dark: bool = False

    @property
    def seen(self) -> tuple[SensorState, tuple[tuple[int, int], ...]]:
        """State and most probable expressions: looks that saw the same are equal in it."""
        state = SensorState.COVERED if self.dark else self.state
        return state, tuple((person.place, person.expression) for person in self.people)


def readings(state: SensorState, people: tuple[Person, ...], sequence: int, time_ms: int) -> Look:
    """What is said of a look.

    Args:
        state: of the sensor, FACE with people only.
        people: as in an observation.
        sequence, time_ms: of the look.

    Returns:
        A reading for each of the people, else one.
    """
    if not people:
        return (Reading(state, sequence, time_ms),)
    return tuple(
        Reading(
            SensorState.FACE if person.probabilities else SensorState.NO_FACE,
            sequence,
            time_ms,
            quantise(person.probabilities) if person.probabilities else (),
            person.place,
            len(people),
            person.attention,
        )
        for person in people
    )


class Observer:
    """The face finder, the expression model, and the memory of whose face it is.

    Args:
        settings: ``face``, ``model`` and ``attention`` count.

    Raises:
        ModelError: if a model cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._model = ExpressionModel(model_file(settings.model.path))
        self._finder = open_finder(settings.face.finder, settings.face.confidence)
        several = settings.face.people != People.NEAREST
        self._attention = _attention(settings, several)
        self._row = Row() if several else None
        self._follower = Follower()
        self._was_dark = False

    def observe(self, picture: Picture, time: float) -> Observation:
        """Look at one picture.

        Args:
            picture: uint8 [height, width, 3] blue-green-red or [height, width] grey.
            time: of the picture in seconds.
        """
        people = tuple(
            self._person(place, picture, face, time) for place, face in self._faces(picture, time)
        )
        if self._attention is not None:
            self._attention.keep(person.place for person in people)
        was_dark, self._was_dark = self._was_dark, not people and is_covered(picture)
        if people:
            return Observation(SensorState.FACE, people)
        covered = self._was_dark and was_dark
        state = SensorState.COVERED if covered else SensorState.NO_FACE
        return Observation(state, dark=self._was_dark)

    def _faces(self, picture: Picture, time: float) -> list[tuple[int, Face | None]]:
        """Place and face of each of the people from left to right; of the nearest, if only that
        one counts.
        """
        if self._row is not None:
            faces, doubtful = find_all(self._finder, picture)
            return self._row.look(faces, time, doubtful)
        face = self._follower.choose(self._finder.find(picture))
        return [] if face is None else [(0, face)]

    def _person(self, place: int, picture: Picture, face: Face | None, time: float) -> Person:
        if face is None:
            return Person(place)
        reader = self._attention
        attention = None if reader is None else reader.read(picture, face, place, time)
        return Person(place, self._read(picture, face), attention, face.box)

    def _read(self, picture: Picture, face: Face) -> tuple[float, ...]:
        margin = self._model.sidecar.crop_margin
        return self._model.read(crop(picture, face, margin, self._model.size))

    def close(self) -> None:
        """Give back the finder."""
        self._finder.close()


def _attention(settings: Settings, several: bool) -> AttentionReader | None:
    """The reader of attention, where it is turned on; nothing of it is loaded elsewhere."""
    if not settings.attention.enabled:
        return None
    from emocam.sensing.attention.reader import AttentionReader

    # A calibration is of one person in one seat.
    return AttentionReader(Screen.parse("" if several else settings.attention.calibration))
