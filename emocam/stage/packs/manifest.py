"""``pack.toml``: what a pack says about itself, read so that every mistake is told at once."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.stage.packs.limits import MAX_ALT, MAX_LINE, MAX_MANIFEST_SIZE, MAX_NAME, too_large
from emocam.stage.packs.names import MANIFEST, PICTURES, judge_name

#: The only layout of ``pack.toml`` so far.
FORMAT = 1

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
#: Joiners that some scripts need; every other character that cannot be seen is refused, since it
#: could turn a terminal's text round.
_JOINERS = "\u200c\u200d"
_MEND = "Mend pack.toml; docs/packs.md shows a whole one"


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of a pack: the file's name, and what it shows in words by language."""

    file: str
    alt: dict[str, str]


@dataclass(slots=True)
class Manifest:
    """What ``pack.toml`` says.

    Attributes:
        id: the word for ``avatar.pack`` and ``emocam packs``.
        name, author, licence: for people.
        version: numbers with points between them.
        entries: what the pack has.
        problems: what is wrong; only without any the rest can be relied on.
        notes: what could be better, as sentences without a full stop.
    """

    id: str = ""
    name: str = ""
    author: str = ""
    licence: str = ""
    version: str = "1"
    entries: dict[Picture, Entry] = field(default_factory=dict)
    problems: list[PackError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def version_number(self) -> tuple[int, ...]:
        """The version as something that can be compared: 1.10 is after 1.9, and 1.0 equals 1."""
        numbers = [int(part) for part in self.version.split(".")]
        while len(numbers) > 1 and not numbers[-1]:
            numbers.pop()
        return tuple(numbers)


def identifier(name: str) -> str:
    """The word that stands for a pack of this name; empty if the name has no plain letter.

    >>> identifier("My Cats!"), identifier("Größer 2")
    ('my-cats', 'grosser-2')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:64]


def read_manifest(data: bytes, where: str = MANIFEST) -> Manifest:
    """Read a ``pack.toml``; never raises.

    Args:
        data: the file.
        where: its path, for messages.
    """
    reader = _Reader(where)
    try:
        return reader.read(data)
    except ValueError:  # in hexadecimal it may be longer than Python is willing to print
        return reader.refused("has a number of more than 4000 digits")


class _Reader:
    """One reading of one file."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._manifest = Manifest()

    def read(self, data: bytes) -> Manifest:
        manifest = self._manifest
        tree = self._tree(data)
        if tree is None:
            return manifest
        about = self._table(tree.get("pack"), "[pack]")
        if about is None:
            return manifest
        if about.get("format") != FORMAT or isinstance(about.get("format"), bool):
            self._refuse(
                f"has the format {about.get('format')!r:.40}, not {FORMAT}",
                "Take a pack that is made for this version of EmoCam",
            )
            return manifest
        manifest.name = self._word(about, "name")
        manifest.author = self._word(about, "author")
        manifest.licence = self._word(about, "licence")
        self._read_version(about)
        self._read_id(about)
        for key in sorted(set(about) - {"format", "name", "author", "licence", "version", "id"}):
            manifest.notes.append(f"[pack] has the key {key!r:.40}, which means nothing")
        self._read_pictures(tree)
        return manifest

    def _refuse(self, what: str, remedy: str = _MEND) -> None:
        self._manifest.problems.append(PackError(f"{self._where} {what}", remedy))

    def refused(self, what: str) -> Manifest:
        """What was read, with one problem more."""
        self._refuse(what)
        return self._manifest

    def _tree(self, data: bytes) -> dict[str, Any] | None:
        if len(data) > MAX_MANIFEST_SIZE:
            self._manifest.problems.append(too_large(self._where, MAX_MANIFEST_SIZE))
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            self._refuse("is not UTF-8 text", "Save it as UTF-8")
            return None
        if any(len(line) > MAX_LINE for line in text.split("\n")):
            self._refuse(f"has a line of more than {MAX_LINE} characters", "Break the line")
            return None
        try:
            return tomllib.loads(text)
        except RecursionError:
            self._refuse("is not TOML: its values lie too deep in each other")
        except ValueError as error:
            self._refuse(f"is not TOML: {error!s:.200}")
        return None

    def _table(self, value: object, name: str) -> dict[str, Any] | None:
        if isinstance(value, dict):
            return value
        self._refuse(f"has no table {name}")
        return None

    def _word(self, table: dict[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self._refuse(f"does not say its {key}")
        elif len(value) > MAX_NAME or not _can_be_shown(value):
            self._refuse(f"has a {key} that is no line of at most {MAX_NAME} characters")
        else:
            return value.strip()
        return ""

    def _read_version(self, about: dict[str, Any]) -> None:
        version = about.get("version", "1")
        if isinstance(version, str) and _VERSION.fullmatch(version):
            self._manifest.version = version
        else:
            self._refuse(f"has the version {version!r:.40}", 'Write it like version = "1.2"')

    def _read_id(self, about: dict[str, Any]) -> None:
        word = about.get("id", identifier(self._manifest.name))
        if not self._manifest.name and "id" not in about:
            return  # told already
        try:
            if not isinstance(word, str) or not _ID.fullmatch(word):
                raise PackError("", "")
            judge_name(f"{word}.txt")
        except PackError:
            self._refuse(
                f"has the id {word!r:.80}, which cannot be the name of a file",
                'Give it one of small letters, digits and hyphens: id = "my-pack"',
            )
            return
        if word != identifier(word):
            self._refuse(
                f"has the id {word!r:.80}, which has hyphens at its end or two in a row",
                f'Write it as id = "{identifier(word)}"',
            )
        self._manifest.id = word

    def _read_pictures(self, tree: dict[str, Any]) -> None:
        pictures = self._table(tree.get("pictures", {}), "[pictures]") or {}
        for key, value in pictures.items():
            table = self._table(value, f"[pictures.{key:.40}]")
            if table is None:
                continue
            if key in set(Picture):
                self._read_entry(Picture(key), table)
            else:  # a pack may be made for a later version with more pictures
                self._manifest.notes.append(f"There is no picture {key!r:.40} in EmoCam")

    def _read_entry(self, picture: Picture, table: dict[str, Any]) -> None:
        file = table.get("file", f"{picture}.svg")
        if not isinstance(file, str) or not _is_picture(file):
            self._refuse(
                f"names the file {file!r:.80} for {picture}, which is no picture beside it",
                f"Name a file that ends with {', '.join(PICTURES)}",
            )
            return
        alt = self._table(table.get("alt", {}), f"[pictures.{picture}.alt]") or {}
        for language, text in alt.items():
            if not _LANGUAGE.fullmatch(language) or not isinstance(text, str) or not text.strip():
                self._refuse(f"has for {picture} the alt text {language:.20}, which is no text")
            elif len(text) > MAX_ALT or not _can_be_shown(text):
                self._refuse(
                    f"has for {picture} an alt text that is no line of at most {MAX_ALT} characters"
                )
        self._manifest.entries[picture] = Entry(file, alt)


def _is_picture(file: str) -> bool:
    try:
        judge_name(file)
    except PackError:
        return False
    return file.lower().endswith(PICTURES)


def _can_be_shown(text: str) -> bool:
    return all(letter.isprintable() or letter in _JOINERS for letter in text)
