"""Who is who from look to look, for up to four people, and their order from left to right."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emocam.sensing.faces import Box, Face
from emocam.sensing.faces.follow import LOOKS, SURE, distance, is_same
from emocam.wire import MAX_FACES

#: Who was not seen for so many seconds, and at two looks in a row, is forgotten.
FORGET = 10.0
#: Faces smaller than the largest by this factor are of people in the background. Who was counted
#: among the others stays so up to the second factor.
BACKGROUND, STILL_THERE = 3.0, 4.0
#: Two unsure findings are the same thing when they overlap so much.
_SAME_PLACE = 0.3


@dataclass(slots=True)
class _Seat:
    """A person's place: its number, and the face as it was seen last."""

    number: int
    box: Box
    seen: float
    face: Face | None
    """The face at this look, None while its person is not seen."""
    missed: int = 0

    def take(self, face: Face, now: float) -> None:
        """The person is seen."""
        self.face, self.box, self.seen, self.missed = face, face.box, now, 0


class Row:
    """Gives each person a number that stays theirs, and keeps the row in its order.

    A face is the same person's when it is near its last place, as for a single face; all are told
    apart together, so that two who move the same way are not taken for each other. Who is not found
    where they were, while somebody else turns up, is that somebody: people move more often than
    they are exchanged. So nobody is ever shown twice.

    The row never turns around: newcomers are put in where they sit, and who was there keeps the
    order, even if they walk past each other.
    """

    def __init__(self) -> None:
        self._seats: list[_Seat] = []  # from left to right
        self._free = deque(range(MAX_FACES))  # the number unused for longest is given first
        self._candidates: list[tuple[Box, int]] = []  # unsure faces, and how often in a row

    def look(
        self, faces: Sequence[Face], now: float, doubtful: Sequence[Face] = ()
    ) -> list[tuple[int, Face | None]]:
        """Who is there.

        Args:
            faces: all faces found in one picture.
            doubtful: what may be a face; nobody new, but somebody who is known.
            now: time of the picture in seconds; one that goes back counts as no time.

        Returns:
            Number and face of each place from left to right, at most :data:`MAX_FACES`; None for
            the face of somebody who was there within :data:`FORGET`. Empty with nobody there.
        """
        # More than can be counted are a crowd, or noise; their number must not cost time.
        faces = sorted(faces, key=lambda face: -face.box.area)[: 2 * MAX_FACES]
        doubtful = sorted(doubtful, key=lambda face: -face.box.area)[:MAX_FACES]
        for seat in self._seats:
            seat.face, seat.missed, seat.seen = None, seat.missed + 1, min(seat.seen, now)
        known = self._recognise([*faces, *doubtful], now)
        rest = [face for index, face in enumerate(faces) if index not in known]
        for face in sorted(self._newcomers(rest), key=lambda face: -face.box.area):
            self._welcome(face, now)
        for seat in [seat for seat in self._seats if seat.missed > 1 and now - seat.seen > FORGET]:
            self._seats.remove(seat)
            self._free.append(seat.number)
        if all(seat.face is None for seat in self._seats):
            return []
        return [(seat.number, seat.face) for seat in self._seats]

    def _recognise(self, faces: Sequence[Face], now: float) -> set[int]:
        """Find the people of the row again; returns which faces are theirs."""
        pairs = _match([seat.box for seat in self._seats], [face.box for face in faces])
        theirs = {face: seat for seat, face in pairs}
        largest = max((faces[face].box.side for face in theirs), default=0.0)
        for face, seat in theirs.items():
            if faces[face].box.side * STILL_THERE >= largest:
                self._seats[seat].take(faces[face], now)
        return set(theirs)

    def _newcomers(self, faces: Iterable[Face]) -> list[Face]:
        """Those of the other faces that are people for certain."""
        sure, candidates = [], []
        for face in faces:
            looks = 1 + max(
                (seen for box, seen in self._candidates if face.box.overlap(box) > _SAME_PLACE),
                default=0,
            )
            if face.score >= SURE or looks >= LOOKS:
                sure.append(face)
            else:
                candidates.append((face.box, looks))
        self._candidates = candidates
        there = [seat.box.side for seat in self._seats if seat.face is not None]
        largest = max([*there, *(face.box.side for face in sure)], default=0.0)
        return [face for face in sure if face.box.side * BACKGROUND >= largest]

    def _welcome(self, face: Face, now: float) -> None:
        """Give a newcomer the place of somebody who has gone, else one of their own."""
        gone = [seat for seat in self._seats if seat.face is None]
        if gone:
            seat = min(gone, key=lambda seat: distance(seat.box, face.box))
            self._seats.remove(seat)
            seat.take(face, now)
        elif self._free:
            seat = _Seat(self._free.popleft(), face.box, now, face)
        else:
            return
        right = (i for i, other in enumerate(self._seats) if other.box.centre > face.box.centre)
        self._seats.insert(next(right, len(self._seats)), seat)


def _match(seats: Sequence[Box], faces: Sequence[Box]) -> list[tuple[int, int]]:
    """Pairs of seat and face that are the same person's: as many as can be, then the nearest.

    All ways are tried: at most four seats, each with the few faces that are near it.
    """
    near = [
        [None, *(index for index, face in enumerate(faces) if is_same(face, seat))]
        for seat in seats
    ]
    best: list[tuple[int, int]] = []
    best_cost = (0, 0.0)
    for way in itertools.product(*near):
        pairs = [(seat, face) for seat, face in enumerate(way) if face is not None]
        if len({face for _, face in pairs}) < len(pairs):
            continue
        cost = -len(pairs), sum(distance(seats[seat], faces[face]) for seat, face in pairs)
        if cost < best_cost:
            best, best_cost = pairs, cost
    return best
