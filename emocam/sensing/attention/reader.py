"""Attention of the faces of a look: networks, geometry and decision joined."""

from __future__ import annotations

from collections.abc import Iterable

from emocam.attention import Attention, Screen
from emocam.sensing.attention import pose
from emocam.sensing.attention.judge import Gaze, Sighting
from emocam.sensing.attention.landmarks import Landmarker
from emocam.sensing.attention.names import BLENDSHAPES
from emocam.sensing.faces import Face
from emocam.sensing.sources import Picture

#: The blendshapes of shut eyes.
_BLINKS = [BLENDSHAPES.index(name) for name in ("eyeBlinkLeft", "eyeBlinkRight")]


class AttentionReader:
    """Follows the attention of each of the people.

    Args:
        screen: where it is.

    Raises:
        ModelError: if a model cannot be loaded.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._landmarker = Landmarker()
        self._gazes: dict[int, Gaze] = {}  # by place

    def sight(self, picture: Picture, face: Face) -> Sighting:
        """What a picture shows of a face.

        Args:
            picture: uint8, blue-green-red [height, width, 3] or grey [height, width].
            face: a face in it.
        """
        mesh = self._landmarker.find(picture, face)
        height, width = picture.shape[:2]
        yaw, pitch = pose.sight(*pose.find(mesh.points, width, height))
        traits = self._landmarker.traits(mesh)
        return Sighting(yaw, pitch, float(traits[_BLINKS].mean()), mesh.presence)

    def read(self, picture: Picture, face: Face, place: int, time: float) -> Attention | None:
        """Take a look at one face.

        Args:
            picture, face: as for :meth:`sight`.
            place: the person's number.
            time: of the picture in seconds.

        Returns:
            Where that person looks, None while it is not known.
        """
        gaze = self._gazes.setdefault(place, Gaze())
        return gaze.look(self.sight(picture, face), self._screen, time)

    def keep(self, places: Iterable[int]) -> None:
        """Forget everybody but the people in these places."""
        self._gazes = {place: gaze for place, gaze in self._gazes.items() if place in set(places)}
