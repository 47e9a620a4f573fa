"""Draws every picture that EmoCam can show, with the installed package; run by rig.py.

Usage: ``python -I references.py FOLDER`` with the Python of the environment that has EmoCam. Writes
``NAME.rgb`` (raw RGB) for each picture and ``index.json`` with their names and size.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.render import render_scene


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1])
    sizes = set()
    settings = Settings()
    for picture in Picture:
        pixels = render_scene(picture, settings)
        height, width, channels = pixels.shape
        assert channels == 3
        assert pixels.dtype == "uint8"
        sizes.add((width, height))
        (folder / f"{picture.value}.rgb").write_bytes(pixels.tobytes())
    ((width, height),) = sizes
    index = {"width": width, "height": height, "names": [picture.value for picture in Picture]}
    (folder / "index.json").write_text(json.dumps(index))


if __name__ == "__main__":
    main()
