"""From one picture to what is seen in it: a face and its expression, nobody, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

from emocam.expression import SensorState
from emocam.sensing.covered import is_covered
from emocam.sensing.expression_model import ExpressionModel
from emocam.sensing.faces import open_finder
from emocam.sensing.faces.crop import crop
from emocam.sensing.faces.follow import Follower
from emocam.sensing.sources import Picture
from emocam.settings import Settings
from emocam.sidecar import model_file


@dataclass(frozen=True, slots=True)
class Observation:
    """What one look saw.

    Attributes:
        state: FACE, NO_FACE or COVERED.
        probabilities: eight numbers with sum 1 in the order of ``Expression`` for FACE, else empty.
        dark: whether this picture shows nothing; the state is COVERED only when the one before
            did not either, for cameras drop a black frame now and then.
    """

    state: SensorState
    probabilities: tuple[float, ...] = ()
    dark: bool = False

    @property
    def seen(self) -> tuple[SensorState, int]:
        """State and most probable expression: looks that saw the same are equal in it."""
        shares = self.probabilities
        if self.dark:
            return SensorState.COVERED, -1
        return self.state, shares.index(max(shares)) if shares else -1


class Observer:
    """The face finder, the expression model, and the memory of whose face it is.

    Args:
        settings: ``face`` and ``model`` count.

    Raises:
        ModelError: if a model cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._model = ExpressionModel(model_file(settings.model.path))
        self._finder = open_finder(settings.face.finder, settings.face.confidence)
        self._follower = Follower()
        self._was_dark = False

    def observe(self, picture: Picture) -> Observation:
        """Look at one picture, uint8 [height, width, 3] blue-green-red or [height, width] grey."""
        face = self._follower.choose(self._finder.find(picture))
        was_dark, self._was_dark = self._was_dark, face is None and is_covered(picture)
        if face is None:
            covered = self._was_dark and was_dark
            state = SensorState.COVERED if covered else SensorState.NO_FACE
            return Observation(state, dark=self._was_dark)
        margin = self._model.sidecar.crop_margin
        probabilities = self._model.read(crop(picture, face, margin, self._model.size))
        return Observation(SensorState.FACE, probabilities)

    def close(self) -> None:
        """Give back the finder."""
        self._finder.close()
