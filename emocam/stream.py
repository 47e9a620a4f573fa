"""What control takes from the sensing process: whole looks, in order, at a bounded rate.

Pure: the time of arrival is passed in.
"""

from __future__ import annotations

from emocam.errors import WireError
from emocam.expression import SensorState
from emocam.wire import (
    BURST,
    MAX_READINGS_PER_SECOND,
    READING_SIZE,
    Look,
    Reading,
    decode_reading,
)

_ROUNDING = 1e-6


class ReadingStream:
    """Cuts the bytes of a pipe into looks and refuses everything else.

    The time of arrival is passed in, so the limit of the rate can be tested without waiting.

    Args:
        attention: whether readings may say where somebody looks; where that is turned off, they
            must not.
    """

    def __init__(self, attention: bool = True) -> None:
        self._attention = attention
        self._buffer = b""
        self._allowance = float(BURST)
        self._arrival: float | None = None
        self._look: Look = ()  # the readings of the look that came last, or is coming
        self.bytes_received = 0

    def feed(self, data: bytes, now: float) -> list[Look]:
        """Take bytes as they come.

        Args:
            data: any number of bytes.
            now: monotonic time in seconds.

        Returns:
            The looks that are complete by now, in order.

        Raises:
            WireError: at the first bytes that are no reading, a sequence that does not grow, a look
                that does not hold what it says, attention that is turned off, or more readings
                than the rate allows. The stream cannot be used afterwards.
        """
        self.bytes_received += len(data)
        self._buffer += data
        looks = []
        while len(self._buffer) >= READING_SIZE:
            block, self._buffer = self._buffer[:READING_SIZE], self._buffer[READING_SIZE:]
            self._admit(decode_reading(block), now)
            if _is_whole(self._look):
                looks.append(self._look)
        return looks

    def _admit(self, reading: Reading, now: float) -> None:
        self._look = _join(self._look, reading)
        if reading.attention is not None and not self._attention:
            raise WireError("A reading tells of attention, which is turned off")
        gap = 0.0 if self._arrival is None else max(now - self._arrival, 0.0)
        self._arrival = now
        # A token bucket: the rate in the long run, and a burst for a receiver that was held up for
        # a moment and finds several readings at once.
        self._allowance = min(self._allowance + gap * MAX_READINGS_PER_SECOND, BURST) - 1
        if self._allowance < -_ROUNDING:
            raise WireError(f"More than {MAX_READINGS_PER_SECOND} readings a second")


def _is_whole(look: Look) -> bool:
    """Whether a look has all its readings, or is the beginning: none at all."""
    return not look or len(look) == max(look[0].faces, 1)


def _join(look: Look, reading: Reading) -> Look:
    """The look that a reading belongs to, after the readings before it.

    The sender drops looks rather than wait for a slow receiver, so a few numbers may be left
    out, but not so many that they could say something themselves.

    Raises:
        WireError: if it can neither be the next of the same look nor the first of another.
    """
    if _is_whole(look):
        last = look[0].sequence if look else -1
        fits = last < reading.sequence <= max(last, 0) + BURST
        look = (reading,)
    else:
        first = look[0]
        fits = (
            (reading.sequence, reading.time_ms, reading.faces)
            == (first.sequence, first.time_ms, first.faces)
        ) and reading.face not in {each.face for each in look}
        look = (*look, reading)
    if fits and reading.faces and _is_whole(look):
        # Places alone are nobody, for which there is another encoding.
        fits = any(each.state is SensorState.FACE for each in look)
    if not fits:
        raise WireError("Readings do not follow each other")
    return look
