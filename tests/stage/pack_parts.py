"""Parts of packs for the tests: a small good one, and ways to put one together."""

from __future__ import annotations

import io
import shutil
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" {}>{}</svg>'
DISC = '<circle cx="50" cy="50" r="40" fill="#fc0"/>'
GOOD_SVG = SVG.format('viewBox="0 0 100 100"', DISC)
GOOD_TOML = """
[pack]
format = 1
name = "Discs"
author = "Somebody"
licence = "CC0-1.0"
version = "1.0"
[pictures.neutral]
alt.en = "A yellow disc"
"""

Files = Mapping[str, str | bytes]


def good(**changed: str | bytes) -> dict[str, str | bytes]:
    """The files of a pack with one picture; ``toml`` and ``svg`` may be others."""
    return {
        "pack.toml": changed.get("toml", GOOD_TOML),
        "neutral.svg": changed.get("svg", GOOD_SVG),
    }


def drawn(inside: str, attributes: str = 'viewBox="0 0 100 100"') -> dict[str, str | bytes]:
    """A pack whose picture has this in it beside a disc."""
    return good(svg=SVG.format(attributes, inside + DISC))


def painted(data: bytes, ending: str) -> dict[str, str | bytes]:
    """A pack whose picture is this file."""
    return {"pack.toml": GOOD_TOML + f'file = "neutral.{ending}"\n', f"neutral.{ending}": data}


def to_folder(place: Path, files: Files) -> Path:
    """Write the files into a new folder."""
    folder = place / "pack"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def to_zip(place: Path, files: Files, more: Sequence[tuple[zipfile.ZipInfo, bytes]] = ()) -> Path:
    """Write the files, and entries of any kind, into a new zip."""
    path = place / "pack.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for entry, content in more:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the same name twice is meant
                archive.writestr(entry, content)
    return path


def frames(count: int, side: int = 8) -> list[Image.Image]:
    """Pictures of which no two neighbours are equal."""
    return [
        Image.new("RGBA", (side, side), (255, 40 * (index % 2), index % 251, 255))
        for index in range(count)
    ]


def encoded(pictures: Sequence[Image.Image], ending: str, duration: int = 100) -> bytes:
    """One file of them, an animation if there is more than one."""
    buffer = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:], "duration": duration, "loop": 0}
    kind = "png" if ending == "apng" else ending
    pictures[0].save(buffer, format=kind, **(more if len(pictures) > 1 else {}))
    return buffer.getvalue()


def copy_of(folder: Path, place: Path) -> Path:
    """A copy of a pack to change."""
    return Path(shutil.copytree(folder, place / "copy"))
