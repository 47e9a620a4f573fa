"""A pack that lies in a folder, read without following anything out of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from emocam.errors import PackError
from emocam.stage.packs.contents import Contents, limit_of
from emocam.stage.packs.limits import MAX_FILES, MAX_TOTAL_SIZE, size_in_words, too_large
from emocam.stage.packs.names import MANIFEST, NameBook, is_litter, judge_name

_OPENING = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):  # as far as the system has them
    _OPENING |= getattr(os, _flag, 0)
_COPY = "Put the file itself into the folder"


def read_folder(folder: Path) -> Contents:
    """All files of a folder that may belong to a pack.

    Raises:
        PackError: if the folder cannot be listed, or has so much that it is no pack.
    """
    contents = Contents(str(folder))
    book = NameBook()
    total = 0
    names = _names(folder)
    if MANIFEST not in names:
        raise PackError(f"{folder} has no {MANIFEST}", "Name a pack; docs/packs.md shows one")
    for name in names:
        if is_litter(name):
            continue
        try:
            judge_name(name) if not _is_folder(folder / name) else _refuse_folder(name)
            book.add(name)
            data = read_file(folder / name, limit_of(name), alone=True)
        except PackError as error:
            contents.problems.append(error)
            continue
        total += len(data)
        if total > MAX_TOTAL_SIZE:
            raise PackError(
                f"The files in {folder} have more than {size_in_words(MAX_TOTAL_SIZE)} together",
                "Make the pictures smaller",
            )
        contents.files[name] = data
    return contents


def _names(folder: Path) -> list[str]:
    names = []
    try:
        with os.scandir(folder) as listing:
            for entry in listing:
                names.append(entry.name)
                if len(names) > MAX_FILES:
                    raise PackError(
                        f"{folder} has more than {MAX_FILES} files", "Name the folder of the pack"
                    )
    except OSError as error:
        raise PackError(
            f"{folder} cannot be listed: {error.strerror}", "Name a folder that you may read"
        ) from None
    return sorted(names)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False  # reading it will say what is wrong


def _refuse_folder(name: str) -> None:
    raise PackError(f"There is a folder {name!r:.80}", "Put all pictures beside pack.toml")


def read_file(path: Path, limit: int, alone: bool) -> bytes:
    """The content of a plain file, never of what a link leads to.

    Args:
        path: the file.
        limit: the most bytes that it may have.
        alone: whether to refuse a file that has a second name elsewhere.

    Raises:
        PackError: if it is no plain file, too large, or cannot be read.
    """
    shown = f"{path.name!r:.80}"
    try:
        _refuse_kind(shown, path.lstat().st_mode)  # before opening, which a device may answer to
        with os.fdopen(os.open(path, _OPENING), "rb") as file:
            found = os.fstat(file.fileno())
            _refuse_kind(shown, found.st_mode)  # it may have been exchanged since
            if alone and found.st_nlink > 1:
                raise PackError(f"{shown} is a hard link: it has a name elsewhere too", _COPY)
            data = file.read(limit + 1)
    except OSError as error:
        raise PackError(
            f"{shown} cannot be read: {error.strerror}", "See that you may read it"
        ) from None
    if len(data) > limit:
        raise too_large(path.name, limit)
    return data


def _refuse_kind(shown: str, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        raise PackError(f"{shown} is a link", _COPY)
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    kind = kinds.get(stat.S_IFMT(mode), "something else")
    raise PackError(f"{shown} is no file, but {kind}", "Leave it out")
