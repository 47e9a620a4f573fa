"""The avatars of a scene in their places: each seat draws one actor onto its piece of the picture.

Only the seats ever change, so their pictures are kept as boxes in I420, and a frame in which
nothing moves costs nothing at all: the same buffer is handed over again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emocam.stage.actor import LEVELS, Actor, Look, Pose
from emocam.stage.bounded import Bounded
from emocam.stage.canvas import FULL, Canvas, mix
from emocam.stage.colour import Bytes, i420_size, rgb_to_i420, rgb_to_ycc, ycc_to_i420
from emocam.stage.composition import Composition
from emocam.stage.raster import Easel
from emocam.stage.subject import layer

#: The most bytes of boxes that are kept, in all: a whole breath of one picture at 1280x720 takes
#: 9.5 MB, at 1920x1080 with the largest avatar 21 MB.
BOXES = 24 << 20
#: A breath is drawn in at least so many sizes, even where not all of them can be kept.
_FEWEST = 6


@dataclass(slots=True)
class Seat:
    """One actor's place.

    Attributes:
        actor: who sits there.
        shown: the box that is in the frame: I420, flat.
        before: what a fade began with.
        fades: how many fades of the actor have begun with what is shown.
        key: of the pose in the frame; None if another drawing of it would differ.
    """

    actor: Actor
    shown: Bytes
    before: Bytes
    fades: int = 0
    key: tuple[object, ...] | None = None


class Ensemble:
    """One to four avatars.

    Args:
        composition: where they sit, and what lies below them.
        looks: what they show at first, as many as there are areas; turned unless ``still``.
        transition: length of a morph or fade in seconds.
        still: whether motion is reduced.
        now: monotonic time in seconds.

    Attributes:
        side: of each avatar's square, in pixels.
        seats: from left to right.
    """

    def __init__(
        self,
        composition: Composition,
        looks: Sequence[Look],
        transition: float,
        still: bool,
        now: float,
    ) -> None:
        self._areas = composition.areas
        self._still = still
        pieces = [composition.piece(index) for index in range(len(looks))]
        # What moves is drawn in Y, Cb and Cr, which saves converting each frame; what stands still
        # is drawn in R, G and B, exactly as :func:`.render.render_scene` draws it.
        self._grounds = pieces if still else [rgb_to_ycc(piece) for piece in pieces]
        self._canvas = Canvas(composition.ground)
        self.side = side = composition.areas[0].width
        self._easel = Easel(side, side)
        self._boxes: Bounded[tuple[object, ...], Bytes] = Bounded(BOXES, lambda box: box.nbytes)
        room = BOXES // (i420_size(side, side) * len(looks)) - 1
        levels = max(_FEWEST, min(LEVELS, room))
        self.seats: list[Seat] = []
        for index, look in enumerate(looks):
            actor = Actor(look, transition, still, index, levels)
            pose = actor.pose(now)
            box = self._draw(index, pose)
            self.seats.append(Seat(actor, box, box, 0, pose.key))
            self._canvas.put(self._areas[index], box)

    @property
    def frame(self) -> Bytes:
        """The frame: I420, uint8, flat; always the same buffer."""
        return self._canvas.frame

    def close(self) -> None:
        """Give the memory of the easel back."""
        self._easel.close()

    def due(self, now: float) -> list[tuple[int, Pose]]:
        """The seats whose picture changes, and how they are to be drawn."""
        found = []
        for index, seat in enumerate(self.seats):
            pose = seat.actor.pose(now)
            if seat.fades != seat.actor.fades:
                seat.fades, seat.before = seat.actor.fades, seat.shown
            if pose.fade < 1.0 or pose.key is None or pose.key != seat.key:
                found.append((index, pose))
        return found

    def ready(self, due: Sequence[tuple[int, Pose]]) -> bool:
        """Whether all of them can be shown without drawing."""
        return all(
            pose.fade >= 1.0 and pose.key is not None and (index, *pose.key) in self._boxes
            for index, pose in due
        )

    def draw(self, due: Sequence[tuple[int, Pose]]) -> list[Bytes]:
        """The boxes of seats that are due; nothing else of the ensemble may be called meanwhile."""
        boxes = []
        for index, pose in due:
            box = self._draw(index, pose)
            if pose.fade < 1.0:
                box = mix(self.seats[index].before, box, round(pose.fade * FULL))
            boxes.append(box)
        return boxes

    def put(self, due: Sequence[tuple[int, Pose]], boxes: Sequence[Bytes]) -> None:
        """Show what :meth:`draw` gave."""
        for (index, pose), box in zip(due, boxes, strict=True):
            seat = self.seats[index]
            seat.shown = box
            seat.key = pose.key if pose.fade >= 1.0 else None
            self._canvas.put(self._areas[index], box)

    def _draw(self, index: int, pose: Pose) -> Bytes:
        key = None if pose.key is None else (index, *pose.key)
        box = None if key is None else self._boxes.get(key)
        if box is None:
            subject = pose.look.subject
            avatar = layer(subject, self.side, pose.values, pose.blink, pose.frame, pose.size)
            pixels = self._easel.draw(self._grounds[index], [avatar])
            box = rgb_to_i420(pixels) if self._still else ycc_to_i420(pixels, key is None)
            box = box.reshape(-1)
            box.flags.writeable = False
            if key is not None:
                self._boxes.put(key, box)
        return box
