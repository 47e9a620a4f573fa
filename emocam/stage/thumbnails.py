"""Small pictures of a recorded lecture, for its report: the answer of ``--thumbnails``.

The report asks a child of the stage, because decoding videos lives here (PyAV, Pillow), and because
a child can give up network and programs before it looks into somebody's file.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import av

from emocam.errors import OutputError

#: Pixels across, and JPEG quality.
WIDTH, QUALITY = 320, 80
#: Pictures in one answer, at most.
MOST = 200
#: Frames that are decoded after a key frame, at most; a video has one every few seconds.
_FRAMES = 2000

_REMEDY = "Give a video that players can open"


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """Take pictures out of a video.

    Args:
        message: ``video``, its path, and ``times`` in seconds.

    Returns:
        ``seconds``, the video's length (None if it does not say), and ``pictures``: for each time
        in turn a JPEG in base64, or None where the video has none.

    Raises:
        OutputError: if it is no video that can be read.
    """
    path = Path(str(message.get("video", "")))
    times = [float(each) for each in message.get("times", ())][:MOST]
    try:
        # As an open file: a playlist has no folder or address to look for others in.
        with path.open("rb") as file, av.open(file) as container:
            if not container.streams.video:
                raise OutputError(f"{path} has no picture", _REMEDY)
            length = container.duration
            pictures = [_picture(container, each) for each in times]
    except av.FFmpegError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}", _REMEDY) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}", _REMEDY) from None
    seconds = None if length is None else length / av.time_base
    return {"seconds": seconds, "pictures": pictures}


def _picture(container: Any, at: float) -> str | None:
    """The frame that is shown at a time; None before the first and behind the last."""
    stream = container.streams.video[0]
    start = (stream.start_time or 0) * stream.time_base
    try:
        container.seek(int((at + start) / stream.time_base), stream=stream)
        found = None
        for count, frame in enumerate(container.decode(stream)):
            if frame.time is not None and frame.time - start > at and found is not None:
                break
            found = frame
            if count == _FRAMES:
                break
        else:
            if found is not None and found.time - start < at - 1:  # the video is over
                found = None
    except av.FFmpegError:
        return None  # a damaged place; the other times may be well
    if found is None:
        return None
    height = max(round(WIDTH * found.height / found.width), 1)
    buffer = io.BytesIO()
    found.to_image(width=WIDTH, height=height).save(buffer, "JPEG", quality=QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()
