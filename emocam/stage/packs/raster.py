"""PNG, APNG, WebP and GIF, still or moving, as arrays of a bounded size.

Pillow decodes; what a file claims is looked at before a decoder may believe it.
"""

from __future__ import annotations

import io
import math
import struct

import numpy as np
from PIL import GifImagePlugin, Image, PngImagePlugin, WebPImagePlugin

from emocam.errors import PackError
from emocam.stage import artwork
from emocam.stage.artwork import Animation, Artwork, Still
from emocam.stage.colour import Bytes, rgba
from emocam.stage.packs.limits import (
    MAX_DECODED,
    MAX_DURATION,
    MAX_FRAMES,
    MAX_SIDE,
    MIB,
    MIN_DURATION,
)

_AGAIN = "Export the picture again"
_FEWER = "Make it smaller, or shorten it"
#: Ending to the format that Pillow knows.
_FORMATS = {".png": "PNG", ".apng": "PNG", ".webp": "WEBP", ".gif": "GIF"}
_PLUGINS = (GifImagePlugin, PngImagePlugin, WebPImagePlugin)  # the only decoders that are loaded


def read_raster(data: bytes, name: str) -> Artwork:
    """Decode a picture of pixels.

    Args:
        data: the file.
        name: its name, whose ending says the format.

    Returns:
        A still or an animation, scaled down as far as :mod:`emocam.stage.artwork` asks.

    Raises:
        PackError: if it is no such picture, or larger than a pack may have.
    """
    ending = name[name.rfind(".") :].lower()
    kind, width, height = _claim(data)
    if kind != _FORMATS[ending]:
        raise PackError(f"It is no {ending[1:].upper()} but {kind or 'something else'}", _AGAIN)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise PackError(f"It has {width}x{height} pixels, not at most {MAX_SIDE} a side", _FEWER)
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            frames, durations = _frames(image, (width, height))
    except PackError:
        raise
    except Exception as error:  # decoders fail in every way that there is
        raise PackError(f"It cannot be decoded: {_reason(error)}", _AGAIN) from None
    if len(frames) == 1:
        return Still(frames[0])
    return Animation(tuple(frames), tuple(durations))


def _claim(data: bytes) -> tuple[str, int, int]:
    """Format and size as the file's head has them; an empty format if it is none of ours."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return ("PNG", *struct.unpack_from(">II", data, 16))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return ("GIF", *struct.unpack_from("<HH", data, 6))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return ("WEBP", *_claim_of_webp(data))
    except struct.error:
        pass
    return "", 0, 0


def _claim_of_webp(data: bytes) -> tuple[int, int]:
    """Source: RFC 9649, "WebP Image Format", 2024."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        low = struct.unpack_from("<HBHB", data, 24)
        return (low[0] | low[1] << 16) + 1, (low[2] | low[3] << 16) + 1
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _frames(image: Image.Image, size: tuple[int, int]) -> tuple[list[Bytes], list[float]]:
    """All frames with their durations in seconds, of a picture whose head claims this size."""
    frames: list[Bytes] = []
    durations = []
    # How many there are is counted, not believed; what all of them would take is known before.
    number = _count(image, size)
    start = 1 if number > 1 and getattr(image, "default_image", False) else 0
    if number * size[0] * size[1] * 4 > MAX_DECODED:
        raise PackError(
            f"Its {number} frames have more than {MAX_DECODED // MIB} MiB of pixels", _FEWER
        )
    fit = _fit(size, number - start)
    for index in range(start, number):
        _go_to(image, index, size)
        image.load()
        frame = rgba(image)
        if frame.size != fit:
            frame = frame.resize(fit, Image.Resampling.LANCZOS)
        frames.append(np.asarray(frame))
        durations.append(_duration(image) if number > 1 else 0.0)
    return frames, durations


def _go_to(image: Image.Image, index: int, size: tuple[int, int]) -> None:
    image.seek(index)
    if image.size != size:  # a GIF's frame can make the whole picture grow
        raise PackError("A frame is larger than the picture itself", _AGAIN)


def _count(image: Image.Image, size: tuple[int, int]) -> int:
    claimed = getattr(image, "n_frames", 1) if image.format != "GIF" else 0
    number = max(claimed, 1)
    _go_to(image, 0, size)
    if image.format == "GIF":  # only the end of the file tells
        try:
            while number <= MAX_FRAMES:
                _go_to(image, number, size)
                number += 1
        except EOFError:
            pass
    if number > MAX_FRAMES:
        raise PackError(f"It has more than {MAX_FRAMES} frames", _FEWER)
    return number


def _duration(image: Image.Image) -> float:
    duration = image.info.get("duration", 0)
    if not isinstance(duration, int | float) or not MIN_DURATION <= duration <= MAX_DURATION:
        raise PackError(
            f"A frame stands for {duration:.6g} ms, not {MIN_DURATION} to {MAX_DURATION}",
            "Give each frame a duration that can be seen",
        )
    return duration / 1000


def _fit(size: tuple[int, int], number: int) -> tuple[int, int]:
    """The size at which so many frames are kept."""
    room = artwork.MAX_ANIMATION / (4 * number) if number > 1 else math.inf
    scale = min(1.0, artwork.MAX_SIDE / max(size), math.sqrt(room / (size[0] * size[1])))
    return max(int(size[0] * scale), 1), max(int(size[1] * scale), 1)


def _reason(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else ""
    return f"{text or type(error).__name__:.120}"
