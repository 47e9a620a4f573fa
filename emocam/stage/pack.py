"""Emoji packs: a folder with ``pack.toml`` and one SVG for each picture.

A pack need not be complete, nor whole: a picture that is missing or cannot be drawn is replaced
along :data:`FALLBACK`, and the reason is told once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emocam.errors import EmoCamError, PackError
from emocam.expression import Picture
from emocam.resources import resource
from emocam.stage.artwork import Artwork, Drawing
from emocam.stage.selfcontained import refuse_references

#: The pack that is drawn when the wanted one cannot be loaded.
DEFAULT_PACK = "classic"
#: The only layout of ``pack.toml`` so far.
FORMAT = 1
#: Far more than a drawing needs, little enough to read at once.
MAX_PICTURE_SIZE = 1 << 20
MAX_MANIFEST_SIZE = 1 << 18

#: What stands in for a picture, one step at a time; neutral has nothing behind it. No expression
#: falls back to another one: a wrong expression would be worse than none.
FALLBACK: dict[Picture, Picture] = {
    Picture.HAPPINESS: Picture.NEUTRAL,
    Picture.SURPRISE: Picture.NEUTRAL,
    Picture.SADNESS: Picture.NEUTRAL,
    Picture.ANGER: Picture.NEUTRAL,
    Picture.DISGUST: Picture.NEUTRAL,
    Picture.FEAR: Picture.NEUTRAL,
    Picture.CONTEMPT: Picture.NEUTRAL,
    Picture.STARTING: Picture.MOMENT,
    Picture.MOMENT: Picture.PAUSED,
    Picture.LOOKING_AWAY: Picture.NEUTRAL,
    Picture.COVERED: Picture.UNPLUGGED,
    Picture.BUSY: Picture.UNPLUGGED,
    Picture.DENIED: Picture.UNPLUGGED,
    Picture.STALLED: Picture.UNPLUGGED,
    Picture.UNPLUGGED: Picture.AWAY,
    Picture.AWAY: Picture.PAUSED,
    Picture.PAUSED: Picture.NEUTRAL,
    Picture.LAUGHING: Picture.HAPPINESS,
    Picture.COFFEE: Picture.PAUSED,
    **dict.fromkeys(
        (
            Picture.RAISED_HAND,
            Picture.THUMBS_UP,
            Picture.THUMBS_DOWN,
            Picture.CLAPPING,
            Picture.HEART,
            Picture.QUESTION,
        ),
        Picture.NEUTRAL,
    ),
}

#: Drawn when even neutral is missing: a plain disc, so that the camera still shows something.
LAST_RESORT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
    '<circle cx="256" cy="256" r="200" fill="#9fb0c6"/></svg>'
)

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.svg")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REINSTALL = "Install the pack again, or choose another one in avatar.pack"


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of a pack: the file's name, and what it shows in words by language."""

    file: str
    alt: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack whose ``pack.toml`` was read; its pictures are read when they are wanted."""

    folder: Path
    name: str
    author: str
    licence: str
    entries: dict[Picture, Entry]

    def source(self, picture: Picture) -> str:
        """The SVG text of a picture of this pack, without any fallback.

        Raises:
            PackError: if the pack does not have it, it cannot be read, or it refers to anything
                outside itself.
        """
        entry = self.entries.get(picture)
        if entry is None:
            raise PackError(f'The pack "{self.name}" has no picture "{picture}"', _REINSTALL)
        svg = _read(self.folder / entry.file, MAX_PICTURE_SIZE)
        refuse_references(svg)
        return svg

    def artwork(self, picture: Picture) -> Artwork:
        """What is drawn for a picture of this pack, without any fallback.

        Raises:
            PackError: if the pack does not have it, or it cannot be read or shown.
        """
        return Drawing(self.source(picture))

    def alt(self, picture: Picture, language: str = "en") -> str:
        """What the picture shows, in words; English where the language is missing, else empty."""
        entry = self.entries.get(picture)
        if entry is None:
            return ""
        return entry.alt.get(language) or entry.alt.get("en", "")


def chain(picture: Picture) -> Iterator[Picture]:
    """The picture itself, then what stands in for it, to the end of :data:`FALLBACK`."""
    yield picture
    while picture in FALLBACK:
        picture = FALLBACK[picture]
        yield picture


def load_pack(folder: Path) -> Pack:
    """Read ``pack.toml`` in a folder.

    Raises:
        PackError: if it is missing, malformed or of another format.
    """
    manifest = folder / "pack.toml"
    try:
        tree = tomllib.loads(_read(manifest, MAX_MANIFEST_SIZE))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(f"{manifest} is not TOML: {error}", _REINSTALL) from None
    about = _table(tree.get("pack"), manifest, "[pack]")
    if about.get("format") != FORMAT:
        raise PackError(
            f"{manifest} has the format {about.get('format')!r}, not {FORMAT}",
            "Take a pack that is made for this version of EmoCam",
        )
    words = {key: _text(about, key, manifest) for key in ("name", "author", "licence")}
    entries = {}
    for key, value in _table(tree.get("pictures", {}), manifest, "[pictures]").items():
        if key in set(Picture):  # a pack may be made for a later version with more pictures
            entries[Picture(key)] = _entry(key, _table(value, manifest, key), manifest)
    return Pack(folder, entries=entries, **words)


def find_pack(name: str) -> Pack:
    """The pack of that name that ships with EmoCam.

    Raises:
        PackError: if there is none or it cannot be loaded.
    """
    try:
        folder = resource("assets", "emoji", name)
    except EmoCamError:
        raise PackError(
            f'There is no emoji pack "{name}"', f'Set avatar.pack to "{DEFAULT_PACK}"'
        ) from None
    return load_pack(folder)


def _entry(key: str, table: dict[str, Any], manifest: Path) -> Entry:
    file = table.get("file", f"{key}.svg")
    if not isinstance(file, str) or not _FILE.fullmatch(file):
        raise PackError(
            f"{manifest}: {key} names the file {file!r:.80}, which is no SVG beside it", _REINSTALL
        )
    alt = _table(table.get("alt", {}), manifest, f"{key}.alt")
    for language, text in alt.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(text, str):
            raise PackError(f"{manifest}: {key}.alt.{language:.20} is no text", _REINSTALL)
    return Entry(file, alt)


def _table(value: object, manifest: Path, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PackError(f"{manifest} has no table {name}", _REINSTALL)
    return value


def _text(table: dict[str, Any], key: str, manifest: Path) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PackError(f"{manifest} does not say its {key}", _REINSTALL)
    return value


def _read(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise PackError(f"{path} is larger than {limit >> 10} KiB", _REINSTALL)
        return data.decode("utf-8")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "it is not UTF-8 text"
        raise PackError(f"{path} cannot be read: {reason}", _REINSTALL) from None
