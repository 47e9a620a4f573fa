"""Which names the files of a pack may have: such as mean one file, and the same, on each system.

Nothing is ever written under a name that a pack brings; the rules are there so that a pack means
what it seems to mean, and that whoever unpacks it by hand is not hurt either.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from emocam.errors import PackError

MANIFEST = "pack.toml"
#: Endings of pictures, and of texts that may lie beside them.
PICTURES = (".svg", ".png", ".webp", ".gif", ".apng")
_TEXTS = (".txt", ".md")
_LONE_TEXTS = frozenset({"license", "licence", "copying", "readme", "notice", "authors"})

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.+-]*")
_MAX_LENGTH = 64
#: Source: Microsoft, "Naming Files, Paths, and Namespaces".
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
#: What file managers and version control leave behind; passed over without a word.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_LITTER_FOLDERS = frozenset({"__macosx", ".git", ".svn", ".hg"})

_RENAME = "Rename it with letters, digits and hyphens"


def is_litter(path: str) -> bool:
    """Whether a path (with ``/``) is none of the pack's, but was left there by another program."""
    *folders, name = path.rstrip("/").lower().split("/")
    return name in _LITTER or name.startswith("._") or bool(_LITTER_FOLDERS & {*folders, name})


def judge_path(path: str) -> None:
    """Refuse a path in an archive that does not lie inside it, on one system or another.

    Raises:
        PackError: naming the rule that it breaks.
    """
    shown = f"{path!r:.80}"
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        raise PackError(f"The name {shown} has a control character", _RENAME)
    if "\\" in path:
        raise PackError(f"The name {shown} has a backslash", "Make the zip with another program")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        raise PackError(f"{shown} is an absolute path", "Pack the files with relative names")
    parts = path.rstrip("/").split("/")
    if ".." in parts:
        raise PackError(f"{shown} leads out of the pack", "Take a pack from somebody you trust")
    if "." in parts or "" in parts:
        raise PackError(f"{shown} is no plain path", _RENAME)


def judge_name(name: str) -> None:
    """Refuse a file name that some system cannot have, or that is no file of a pack.

    Raises:
        PackError: naming the rule that it breaks.
    """
    shown = f"{name!r:.80}"
    if _RESERVED.fullmatch(name):
        raise PackError(f"Windows reserves the name {shown}", _RENAME)
    if name.endswith((".", " ")):
        raise PackError(f"Windows cannot have the name {shown}: it ends with {name[-1]!r}", _RENAME)
    if not _PLAIN.fullmatch(name) or len(name) > _MAX_LENGTH:
        raise PackError(
            f"The name {shown} is not 1 to {_MAX_LENGTH} letters, digits, spaces and . _ + -",
            _RENAME,
        )
    if name == MANIFEST:
        return
    ending = PurePosixPath(name).suffix.lower()
    if ending not in PICTURES + _TEXTS and name.lower() not in _LONE_TEXTS:
        raise PackError(
            f"The file {shown} is neither a picture nor a text",
            f"Leave it out; pictures end with {', '.join(PICTURES)}",
        )


class NameBook:
    """Tells the second file of the same name, or of one that some systems take for the same."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def add(self, name: str) -> None:
        """Note a name.

        Raises:
            PackError: if it is there already.
        """
        earlier = self._seen.get(name.casefold())
        if earlier is None:
            self._seen[name.casefold()] = name
        elif earlier == name:
            raise PackError(f"There are two files {name!r:.80}", "Keep one of them")
        else:
            raise PackError(
                f"{name!r:.80} and {earlier!r:.80} are one file where case does not count",
                "Rename one of them",
            )
