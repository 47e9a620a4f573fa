"""The frame that is handed over, and the fade inside it.

Only the avatar's box ever changes, so the pictures are kept as boxes in I420, the background is
converted once, and a frame at rest costs nothing at all: the same buffer is handed over again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

import numpy as np

from emocam.expression import Picture
from emocam.stage.colour import Bytes, i420_size, planes, rgb_to_i420
from emocam.stage.render import Layout, plain
from emocam.stage.timeline import FULL


class Canvas:
    """An I420 frame with an exchangeable box.

    Attributes:
        frame: uint8, contiguous, :func:`i420_size` elements; always the same buffer.
    """

    def __init__(self, layout: Layout, background: str) -> None:
        self.frame = rgb_to_i420(plain(layout, background)).reshape(-1)
        size = i420_size(layout.box, layout.box)
        self._shown = np.zeros(size, np.uint8)
        self._base = np.empty(size, np.uint16)
        self._step = np.empty(size, np.uint16)
        self._mixed = np.empty(size, np.uint16)
        self._target: Bytes = self._shown
        self._views = []
        own = planes(self._shown, layout.box, layout.box)
        for index, plane in enumerate(planes(self.frame, layout.width, layout.height)):
            scale = 1 if index == 0 else 2
            top, left, side = (v // scale for v in (layout.top, layout.left, layout.box))
            self._views.append((plane[top : top + side, left : left + side], own[index]))

    def place(self, box: Bytes) -> None:
        """Show a box at once: uint8, flat, I420 of the layout's box."""
        np.copyto(self._shown, box)
        self._put()

    def fade_to(self, box: Bytes) -> None:
        """Begin a fade from what is shown now to a box."""
        self._target = box
        # shown*256 + 128 + (target - shown)*weight lies in 128..65408 for each weight in 0..256, so
        # it can be summed modulo 2**16: a negative difference wraps around and comes back.
        np.multiply(self._shown, 256, out=self._base, dtype=np.uint16)
        self._base += np.uint16(128)
        np.subtract(box, self._shown, out=self._step, dtype=np.uint16)

    def mix(self, weight: int) -> None:
        """Show the fade at a weight of 0..:data:`FULL`; :data:`FULL` is exactly the target."""
        if weight >= FULL:
            self.place(self._target)
            return
        np.multiply(self._step, np.uint16(weight), out=self._mixed)
        np.add(self._mixed, self._base, out=self._mixed)
        np.right_shift(self._mixed, 8, out=self._mixed)
        np.copyto(self._shown, self._mixed, casting="unsafe")
        self._put()

    def _put(self) -> None:
        for there, here in self._views:
            np.copyto(there, here)


class Gallery:
    """The boxes of the pictures, drawn when first wanted and kept.

    Args:
        draw: gives a picture as RGB, uint8, shape (box, box, 3).
        limit: the most bytes to keep; what was not shown for longest goes first. One box is always
            kept. The default holds all pictures at 1280x720 (0.5 MB each) and the twelve last
            shown at 1920x1080 with the largest avatar.
    """

    LIMIT = 21 << 20

    def __init__(self, draw: Callable[[Picture], Bytes], limit: int = LIMIT) -> None:
        self._draw = draw
        self._limit = limit
        self._boxes: OrderedDict[Picture, Bytes] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes kept."""
        return sum(box.nbytes for box in self._boxes.values())

    def box(self, picture: Picture) -> Bytes:
        """The I420 box of a picture: uint8, flat, read-only."""
        box = self._boxes.get(picture)
        if box is None:
            box = rgb_to_i420(self._draw(picture)).reshape(-1)
            box.flags.writeable = False
            while self._boxes and self.size + box.nbytes > self._limit:
                self._boxes.popitem(last=False)
            self._boxes[picture] = box
        self._boxes.move_to_end(picture)
        return box

    def missing(self, wanted: Iterable[Picture]) -> Picture | None:
        """The first wanted picture that is not drawn yet and has room without losing another."""
        typical = max((box.nbytes for box in self._boxes.values()), default=0)
        if self.size + typical > self._limit:
            return None
        return next((picture for picture in wanted if picture not in self._boxes), None)

    def prepare(self, picture: Picture) -> None:
        """Draw a picture in advance; it counts as less recently shown than those shown."""
        self.box(picture)
        self._boxes.move_to_end(picture, last=False)
