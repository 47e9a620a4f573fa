"""Emoji packs: what gives a picture for each word of the vocabulary.

A pack need not be complete, nor whole: a picture that is missing or cannot be drawn is replaced
along :data:`FALLBACK`, and the reason is told once. Packs are built in, installed by ``emocam packs
install``, or drawn from the machine's own emoji font; docs/packs.md says how to make one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.stage.artwork import Artwork, Drawing
from emocam.stage.packs.contents import limit_of
from emocam.stage.packs.limits import too_large
from emocam.stage.packs.manifest import Entry, Manifest, read_manifest
from emocam.stage.packs.names import MANIFEST
from emocam.stage.packs.pictures import read_picture

#: The pack that is drawn when the wanted one cannot be loaded.
DEFAULT_PACK = "classic"

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

_REINSTALL = "Install the pack again, or choose another one in avatar.pack"


@dataclass(frozen=True, slots=True)
class Pack(ABC):
    """A pack whose description was read; its pictures are read when they are wanted."""

    manifest: Manifest

    @property
    def name(self) -> str:
        """The name for people."""
        return self.manifest.name

    @property
    def licence(self) -> str:
        """Under which licence the pictures may be shown."""
        return self.manifest.licence

    @property
    def entries(self) -> dict[Picture, Entry]:
        """The pictures that the pack says it has."""
        return self.manifest.entries

    def artwork(self, picture: Picture) -> Artwork:
        """What is drawn for a picture of this pack, without any fallback.

        Raises:
            PackError: if the pack does not have it, or it cannot be read or shown.
        """
        entry = self.entries.get(picture)
        if entry is None:
            raise PackError(f'The pack "{self.name}" has no picture "{picture}"', _REINSTALL)
        return self._artwork(entry)

    @abstractmethod
    def _artwork(self, entry: Entry) -> Artwork:
        """What is drawn for an entry.

        Raises:
            PackError: if it cannot be read or shown.
        """

    def source(self, picture: Picture) -> str:
        """The SVG text of a picture of this pack, without any fallback.

        Raises:
            PackError: as :meth:`artwork`, and if the picture is no drawing.
        """
        artwork = self.artwork(picture)
        if not isinstance(artwork, Drawing):
            raise PackError(f'"{picture}" of the pack "{self.name}" is no SVG', _REINSTALL)
        return artwork.svg

    def alt(self, picture: Picture, language: str = "en") -> str:
        """What the picture shows, in words; English where the language is missing, else empty."""
        entry = self.entries.get(picture)
        if entry is None:
            return ""
        return entry.alt.get(language) or entry.alt.get("en", "")


@dataclass(frozen=True, slots=True)
class FilePack(Pack):
    """A pack of files.

    Attributes:
        read: gives a file's content by its name; raises PackError if it cannot.
    """

    read: Callable[[str], bytes]

    def _artwork(self, entry: Entry) -> Artwork:
        return read_picture(self.read(entry.file), entry.file)


def chain(picture: Picture) -> Iterator[Picture]:
    """The picture itself, then what stands in for it, to the end of :data:`FALLBACK`."""
    yield picture
    while picture in FALLBACK:
        picture = FALLBACK[picture]
        yield picture


def load_pack(folder: Path) -> Pack:
    """The pack in a folder that is trusted; a link there is followed.

    Raises:
        PackError: if ``pack.toml`` is missing, malformed or of another format.
    """

    def read(name: str) -> bytes:
        try:
            with (folder / name).open("rb") as file:
                data = file.read(limit_of(name) + 1)
        except OSError as error:
            raise PackError(
                f"{folder / name} cannot be read: {error.strerror}", _REINSTALL
            ) from None
        if len(data) > limit_of(name):
            raise too_large(name, limit_of(name))
        return data

    return FilePack(sound(read_manifest(read(MANIFEST), str(folder / MANIFEST))), read)


def sound(manifest: Manifest) -> Manifest:
    """The manifest.

    Raises:
        PackError: the first of its problems, if it has any.
    """
    if manifest.problems:
        raise manifest.problems[0]
    return manifest


def find_pack(name: str) -> Pack:
    """The pack of that name: built in, installed, or drawn from the machine's font.

    Raises:
        PackError: if there is none or it cannot be loaded.
    """
    from emocam.stage.packs import store, system

    if name == system.ID:
        return system.load_system_pack()
    if name in store.built_in():
        return load_pack(store.built_in()[name])
    return store.load_installed(name)
