"""Pictures of the lecture at its moments, from a child of the stage, which alone decodes videos."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emocam.another import python
from emocam.errors import ReportError
from emocam.wire import encode_message

#: Seconds for all pictures of one page.
PATIENCE = 300.0


def thumbnails(video: Path, times: Sequence[float]) -> dict[float, str]:
    """Pictures by their time, as ``data:`` addresses; none for a time the video does not have.

    Args:
        video: the file.
        times: in seconds from its beginning.

    Raises:
        ReportError: if the file is no video that can be read.
    """
    wanted = sorted(set(times))
    message = {"type": "thumbnails", "video": str(video.absolute()), "times": wanted}
    try:
        done = subprocess.run(
            [*python(), "-m", "emocam.stage", "--thumbnails"],
            input=encode_message(message),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReportError(f"{video} takes too long to read", "Leave --lecture out") from None
    found = _object(done.stdout)
    if "pictures" not in found:
        problem = _object(done.stderr)
        cause = str(problem.get("cause", f"{video} cannot be read"))
        raise ReportError(cause, str(problem.get("remedy", "Leave --lecture out")))
    return {
        time: f"data:image/jpeg;base64,{picture}"
        for time, picture in zip(wanted, found["pictures"], strict=True)
        if picture
    }


def _object(data: bytes) -> dict[str, Any]:
    """The JSON object in the last line; empty if there is none."""
    try:
        value = json.loads(data.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return {}
    return value if isinstance(value, dict) else {}
