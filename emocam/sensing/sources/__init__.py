"""Where frames come from: a webcam, a video file, a picture. One module each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emocam.expression import SensorState

#: A picture, uint8: grey [height, width] or blue-green-red [height, width, 3].
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Attributes:
        picture: the pixels, of any size.
        time: seconds since the source's first frame: media time for a file, time of capture for a
            webcam.
    """

    picture: Picture
    time: float


class SourceLostError(Exception):
    """The source gives no frames now; never shown to people, it becomes a state.

    Attributes:
        state: BUSY, UNPLUGGED, DENIED, STALLED, UNUSABLE or ENDED.
    """

    def __init__(self, state: SensorState) -> None:
        super().__init__(state.label)
        self.state = state


class OutOfReachError(Exception):
    """A camera came that this process gave up the right to open; another process can.

    Never shown to people either.
    """


class Source(Protocol):
    """One thing that gives frames.

    Times called ``now`` and ``due`` are of ``time.monotonic()``.
    """

    #: Whether a driver stands behind it, which can hang, sleep and lose its device.
    live: bool
    #: Seconds between two calls of :meth:`grab` that keep the source current; None if it keeps
    #: itself current.
    pace: float | None

    def check(self) -> None:
        """Find out whether it can be opened; a file is tried, a webcam is not touched.

        Raises:
            CameraError: if there is nothing that could ever be opened.
        """

    def probe(self) -> SensorState | None:
        """Why it is of no use to open it now, found out cheaply and from outside.

        Returns:
            BUSY, UNPLUGGED or DENIED; None if an opening may succeed.

        Raises:
            OutOfReachError: if only another process may open what has come.
        """

    def open(self) -> None:
        """Start the source.

        Raises:
            SourceLostError: if it cannot start now.
        """

    def stale(self) -> bool:
        """Whether it is to be closed and opened anew, though nothing says that it fails.

        Raises:
            SourceLostError: if the device is gone.
            OutOfReachError: if only another process may open a better one that has come.
        """

    def grab(self, now: float) -> None:
        """Stay current, without decoding where the source allows.

        Raises:
            SourceLostError: if there are no more frames for now.
        """

    def retrieve(self, due: float) -> Frame:
        """The frame that is current at ``due`` or newer.

        Raises:
            SourceLostError: if there is none.
        """

    def close(self) -> None:
        """Let the device go; harmless when it is not open."""

    def describe(self) -> dict[str, Any]:
        """What was granted: width, height and the like, for the checks."""
