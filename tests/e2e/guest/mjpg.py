"""Feeds a film into the webcam as MJPG, and spoils its frames when it is told to on stdin.

``good``, ``garbage`` (noise), ``green`` (what an unplugged bus leaves), ``truncated`` (the second
half of each frame is missing) or ``resized`` (frames of another size than the camera announced).
"""

from __future__ import annotations

import fcntl
import io
import os
import random
import select
import struct
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from reader import OUTPUT, S_FMT, rearm, tell

#: Frames a second, as the film is fed otherwise.
RATE = 4


def jpeg(film: bytes, number: int, width: int, height: int, fault: str) -> bytes:
    """One frame."""
    size = width * height * 2
    start = number * 3 * size % (len(film) // size * size)
    yuyv = np.frombuffer(film, np.uint8, size, start).reshape(height, width // 2, 4)
    luma = yuyv[..., 0::2].reshape(height, width)
    chroma = [yuyv[..., plane].repeat(2, axis=1) for plane in (1, 3)]
    picture = Image.fromarray(np.dstack([luma, *chroma]), "YCbCr")
    if fault == "green":
        picture = Image.fromarray(np.zeros((height, width, 3), np.uint8), "YCbCr")
    if fault == "resized":
        picture = picture.resize((width // 2, height // 2))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=85)
    data = held.getvalue()
    if fault == "truncated":
        return data[: len(data) // 2]
    if fault == "garbage":
        return random.Random(number).randbytes(len(data))
    return data


def main(node: str, film: str, size: str) -> int:
    rearm(node)
    width, height = map(int, size.split("x"))
    descriptor = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    shape = bytearray(208)
    pixels = int.from_bytes(b"MJPG", "little")
    # Type and padding, then width, height, pixels, field, bytes a line, bytes a picture.
    struct.pack_into(
        "<I4xIIIIII", shape, 0, OUTPUT, width, height, pixels, 1, 0, width * height * 2
    )
    fcntl.ioctl(descriptor, S_FMT, shape)
    data = Path(film).read_bytes()
    fault, number = "good", 0
    os.write(descriptor, jpeg(data, 0, width, height, fault))
    tell("feeding")
    while True:
        if select.select([0], [], [], 1 / RATE)[0]:
            if not (line := sys.stdin.readline()):
                break
            fault = line.strip()
        number += 1
        os.write(descriptor, jpeg(data, number, width, height, fault))
    os.close(descriptor)
    time.sleep(0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
