"""Which face is the user's: the largest one, steadily."""

from __future__ import annotations

import math
from collections.abc import Sequence

from emocam.sensing.faces import Box, Face

#: A newcomer takes over only when its face is larger by this factor in area.
_CLEARLY_LARGER = 1.6
#: A newcomer with this score is a face at once.
SURE = 0.75
#: One with less must be seen in the same place in so many looks in a row: now and then a cloud or
#: a lettering passes for a face, for a moment.
LOOKS = 3


class Follower:
    """Chooses one face of each look.

    Between two looks a second can pass, so a face counts as the same when it overlaps its last
    place or moved by no more than its own size.
    """

    def __init__(self) -> None:
        self._followed: Box | None = None
        self._candidate: Box | None = None
        self._seen = 0

    def choose(self, faces: Sequence[Face]) -> Face | None:
        """The user's face among the faces of a look, or None while there is none for certain.

        Args:
            faces: all faces found in one picture.
        """
        same = [face for face in faces if self._followed and is_same(face.box, self._followed)]
        sure = [face for face in faces if face.score >= SURE or face in same]
        if not sure:
            self._followed = None
            return self._judge(faces)
        self._candidate = None
        chosen = max(sure, key=lambda face: face.box.area)
        if same and self._followed is not None:
            kept = min(same, key=lambda face: distance(face.box, self._followed))
            if chosen.box.area < _CLEARLY_LARGER * kept.box.area:
                chosen = kept
        self._followed = chosen.box
        return chosen

    def _judge(self, faces: Sequence[Face]) -> Face | None:
        """Take up an unsure face that stays."""
        face = max(faces, key=lambda face: face.box.area, default=None)
        stays = face and self._candidate and face.box.overlap(self._candidate) > 0.3
        self._candidate = face.box if face else None
        self._seen = self._seen + 1 if stays else 1
        if face is None or self._seen < LOOKS:
            return None
        self._followed, self._candidate = face.box, None
        return face


def is_same(box: Box, last: Box) -> bool:
    """Whether a face may be the one that was at another place a look ago."""
    larger, smaller = max(box.area, last.area), max(1e-6, min(box.area, last.area))
    return larger / smaller < 4 and distance(box, last) < (box.side + last.side) / 2


def distance(box: Box, other: Box | None) -> float:
    """Between the middles of two boxes in pixels."""
    return math.dist(box.centre, other.centre) if other else math.inf
