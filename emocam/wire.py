"""What the three processes say to each other, byte by byte.

Out of the sensing process comes nothing but *readings*: :data:`READING_SIZE` bytes each, at most
:data:`MAX_READINGS_PER_SECOND` a second in the long run and :data:`BURST` more at once. Each
meaning has one encoding and the receiver (:mod:`emocam.stream`) refuses all others, so the pipe has
no room for a picture: the privacy promise is the product of these numbers.

Towards sensing and stage, and from the stage back, go *messages*: JSON objects, one a line. They
carry configuration, scenes and the stage's status, none of which was ever near a pixel.
"""

from __future__ import annotations

import binascii
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emocam.attention import CODES, Attention
from emocam.errors import WireError
from emocam.expression import Expression, Probabilities, SensorState

#: Size of one reading in bytes.
READING_SIZE = 24
#: The most readings a second that the receiver takes in the long run, whatever their face.
MAX_READINGS_PER_SECOND = 10
#: How many readings may come at once beyond that rate.
BURST = 20
#: The most people that readings can tell apart.
MAX_FACES = 4
#: The longest message line, in bytes, its newline included.
MAX_MESSAGE_SIZE = 65536

#: Exit code of a sensing process that asks to be replaced: a camera came that it may not open, for
#: it gave up all that was not there at its start. (EX_TEMPFAIL of sysexits.h.)
RENEWAL = 75
#: Exit code of a sensing process whose preview the user closed; the next one shows none.
PREVIEW_CLOSED = 76
#: Exit code of one that has lost the display on which it showed its preview.
DISPLAY_LOST = 77

_MAGIC = 0xE1  # 'E' for EmoCam, 1 for the first layout
_LAYOUT = struct.Struct("<BBBBII8sBBH")
_SCALE = 255
assert _LAYOUT.size == READING_SIZE


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one face, or a look that saw none.

    Attributes:
        state: what the sensor sees; only ``FACE`` carries probabilities.
        sequence: number of the look since the sensing process started, 0..2**32-1. The readings of
            one look share it.
        time_ms: milliseconds from the source's first frame to the frame of this reading; 0 before
            there is one. The readings of one look share it.
        probabilities: eight shares of 255 in the order of :class:`Expression`, sum exactly 255 for
            ``FACE``; empty otherwise.
        face: the person's place, below :data:`MAX_FACES`: who is followed keeps the number. It says
            nothing about the order; the readings of a look come from left to right. Always 0 where
            only the nearest face is read.
        faces: number of readings in the look: 1..:data:`MAX_FACES` for ``FACE``. ``NO_FACE`` has 0
            where nobody is seen, and at least 2 for a place whose person has left for a moment
            while another is there. All other states have 0.
        attention: where the person looks, for ``FACE`` only; None where it is not read, or not
            known.
    """

    state: SensorState
    sequence: int
    time_ms: int
    probabilities: tuple[int, ...] = ()
    face: int = 0
    faces: int = 0
    attention: Attention | None = None

    @property
    def shares(self) -> tuple[float, ...]:
        """The probabilities as floats in 0..1; empty where there is no face."""
        return tuple(value / _SCALE for value in self.probabilities)

    @property
    def expression(self) -> Expression | None:
        """The most probable expression (the first of equals), or None without a face."""
        if not self.probabilities:
            return None
        return Expression(self.probabilities.index(max(self.probabilities)))


#: The readings of one look from left to right; one, where there is no face or a single one.
Look = tuple[Reading, ...]


def quantise(probabilities: Probabilities) -> tuple[int, ...]:
    """Turn probabilities into shares of 255 by the largest-remainder method.

    Args:
        probabilities: eight finite numbers >= 0, not all 0; they need not sum to 1.

    Returns:
        Eight integers in 0..255 with sum 255.

    Raises:
        WireError: if the numbers are not such probabilities.
    """
    total = sum(probabilities)
    if len(probabilities) != len(Expression) or not 0 < total < float("inf"):
        raise WireError("An expression model gave something that is no set of probabilities")
    if min(probabilities) < 0:
        raise WireError("An expression model gave a negative probability")
    exact = [value / total * _SCALE for value in probabilities]
    shares = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: _SCALE - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def encode_reading(reading: Reading) -> bytes:
    """The :data:`READING_SIZE` bytes of a reading.

    Raises:
        WireError: if the reading breaks a rule of :class:`Reading`.
    """
    _check(reading)
    body = _LAYOUT.pack(
        _MAGIC,
        reading.state,
        reading.face,
        reading.faces,
        reading.sequence,
        reading.time_ms,
        bytes(reading.probabilities).ljust(8, b"\0"),
        CODES.index(reading.attention),
        0,
        0,
    )[:-2]
    return body + struct.pack("<H", binascii.crc_hqx(body, 0))


def decode_reading(data: bytes) -> Reading:
    """The reading in :data:`READING_SIZE` bytes.

    Raises:
        WireError: if the bytes are anything but what :func:`encode_reading` can produce.
    """
    if len(data) != READING_SIZE:
        raise WireError(f"A reading has {READING_SIZE} bytes, not {len(data)}")
    magic, state, face, faces, sequence, time_ms, shares, attention, spare, crc = _LAYOUT.unpack(
        data
    )
    if magic != _MAGIC:
        raise WireError(f"A reading starts with 0x{_MAGIC:02x}, not 0x{magic:02x}")
    if crc != binascii.crc_hqx(data[:-2], 0):
        raise WireError("A reading does not match its checksum")
    if spare:
        raise WireError("A reading uses a byte that has no meaning")
    try:
        state = SensorState(state)
    except ValueError:
        raise WireError(f"A reading has the unknown state {state}") from None
    if state is not SensorState.FACE and any(shares):
        raise WireError("A reading carries probabilities without a face")
    if attention >= len(CODES):
        raise WireError(f"A reading has the unknown attention {attention}")
    probabilities = tuple(shares) if state is SensorState.FACE else ()
    reading = Reading(state, sequence, time_ms, probabilities, face, faces, CODES[attention])
    _check(reading)
    return reading


def _check(reading: Reading) -> None:
    """Refuse what is not canonical: each meaning has one encoding."""
    if reading.state is SensorState.FACE:
        fits = (
            len(reading.probabilities) == len(Expression)
            and all(0 <= share <= _SCALE for share in reading.probabilities)
            and sum(reading.probabilities) == _SCALE
            and 1 <= reading.faces <= MAX_FACES
            and 0 <= reading.face < MAX_FACES
        )
    elif reading.state is SensorState.NO_FACE and reading.faces:
        fits = (
            not reading.probabilities
            and 2 <= reading.faces <= MAX_FACES
            and 0 <= reading.face < MAX_FACES
        )
    else:
        fits = not (reading.probabilities or reading.face or reading.faces)
    fits = fits and (reading.attention is None or reading.state is SensorState.FACE)
    limits = 0 <= reading.sequence < 2**32 and 0 <= reading.time_ms < 2**32
    if not (fits and limits and reading.attention in CODES):
        raise WireError(f"A reading has fields that do not fit together: {reading}")


def encode_message(message: Mapping[str, Any]) -> bytes:
    """One message as a JSON line.

    Raises:
        WireError: if it is longer than :data:`MAX_MESSAGE_SIZE` or cannot be written as JSON.
    """
    try:
        line = json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    except (TypeError, ValueError) as error:
        raise WireError(f"A message cannot be written as JSON: {error}") from None
    if len(line) > MAX_MESSAGE_SIZE:
        raise WireError(f"A message of {len(line)} bytes is over the limit of {MAX_MESSAGE_SIZE}")
    return line


def decode_message(line: bytes) -> dict[str, Any]:
    """The message in one line.

    Raises:
        WireError: if the line is too long or is no JSON object.
    """
    if len(line) > MAX_MESSAGE_SIZE:
        raise WireError(f"A message is over the limit of {MAX_MESSAGE_SIZE} bytes")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise WireError("A message is not JSON") from None
    if not isinstance(message, dict):
        raise WireError("A message is not a JSON object")
    return message
