"""Where installed packs are kept: one zip each, in the user's data folder.

A single file is put in its place whole by one rename on every system, so a pack is there or it is
not, whatever is killed when. It is written anew from what has passed, never copied.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import time
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from platformdirs import user_data_path

from emocam import __version__
from emocam.errors import PackError
from emocam.resources import resource
from emocam.stage.pack import FilePack, Pack, sound
from emocam.stage.packs.archive import read_archive
from emocam.stage.packs.folder import read_file
from emocam.stage.packs.limits import MAX_ARCHIVE_SIZE
from emocam.stage.packs.manifest import Manifest, identifier, read_manifest
from emocam.stage.packs.names import MANIFEST
from emocam.stage.packs.system import ID as SYSTEM

#: The comment of each zip in the store begins so; one that somebody put there was never tried.
_MARK = b"Tried and installed by EmoCam"
_ENDING = ".zip"
_UNFINISHED = ".unfinished-"
#: Seconds after which what another installation left unfinished is swept away.
_OLD = 3600.0
_CHOOSE = 'Choose one that "emocam packs list" shows'


@cache
def built_in() -> dict[str, Path]:
    """The folders of the packs that ship with EmoCam, by name."""
    folder = resource("assets", "emoji")
    return {path.name: path for path in sorted(folder.iterdir()) if (path / MANIFEST).exists()}


def folder() -> Path:
    """Where installed packs are kept; need not be there yet.

    Raises:
        PackError: if the user has no home.
    """
    try:
        return user_data_path("emocam", appauthor=False) / "packs"
    except RuntimeError:
        raise PackError("There is no home folder to keep packs in", "Set HOME") from None


def installed() -> list[str]:
    """The names of the installed packs, sorted; none where there is no place for them."""
    try:
        names = [path.stem for path in folder().iterdir() if path.suffix == _ENDING]
    except (OSError, PackError):
        return []
    # A built-in pack of a later version goes before one that was installed under its name.
    return sorted(name for name in names if identifier(name) == name and not is_reserved(name))


def is_reserved(name: str) -> bool:
    """Whether a pack of that name belongs to EmoCam."""
    return name == SYSTEM or name in built_in()


def load_installed(name: str) -> Pack:
    """An installed pack. All of it is in memory afterwards, at most ``MAX_TOTAL_SIZE`` bytes.

    Raises:
        PackError: if there is none, or its file was changed since.
    """
    if name not in installed():
        raise PackError(f'There is no emoji pack "{name:.80}"', _CHOOSE)
    files = _read(folder() / f"{name}{_ENDING}")
    manifest = sound(read_manifest(files[MANIFEST], f'{MANIFEST} of the pack "{name}"'))

    def read(file: str) -> bytes:
        if file not in files:
            raise PackError(f'The pack "{name}" has no file {file!r:.80}', "Install it again")
        return files[file]

    return FilePack(manifest, read)


def _read(path: Path) -> dict[str, bytes]:
    data = read_file(path, MAX_ARCHIVE_SIZE, alone=False)
    if _MARK not in data[-len(_MARK) - 32 :]:
        raise PackError(f"{path} was put there by hand", f"emocam packs install {path}")
    contents = read_archive(data, path.name)
    if contents.problems:
        raise contents.problems[0]
    if MANIFEST not in contents.files:
        raise PackError(f"{path} has no {MANIFEST}", "Install the pack again")
    return contents.files


def install(manifest: Manifest, files: Mapping[str, bytes], replace: bool = False) -> str:
    """Keep a pack that has passed the inspection.

    Args:
        manifest: of the pack.
        files: content by name, ``pack.toml`` among them.
        replace: whether to replace an installed pack of the same name that is not older.

    Returns:
        The version that was replaced; empty if there was none.

    Raises:
        PackError: if it may not be installed, or cannot be written; nothing has changed then.
    """
    name = manifest.id
    if is_reserved(name):
        raise PackError(
            f'"{name}" is the name of a pack that belongs to EmoCam',
            f'Give yours another one: id = "my-{name:.50}"',
        )
    earlier = ""
    if name in installed():
        earlier = _version(name)
        newer = not earlier or manifest.version_number > Manifest(version=earlier).version_number
        if not (newer or replace):
            raise PackError(
                f'The pack "{name}" is installed already, in version {earlier}',
                f"Replace it by version {manifest.version} with --replace",
            )
    _put(folder() / f"{name}{_ENDING}", _pack(files))
    return earlier


def _version(name: str) -> str:
    try:
        return load_installed(name).manifest.version
    except PackError:
        return ""  # a broken one may always be replaced


def _pack(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = _MARK + f" {__version__}".encode()
        for name in sorted(files):
            archive.writestr(name, files[name])
    return buffer.getvalue()


def _put(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there."""
    beside = path.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise PackError(
            f"{path} cannot be written: {error.strerror}", "Make room, or see that you may write"
        ) from None


def _sweep(place: Path) -> None:
    for path in place.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime > _OLD:
                path.unlink()


def remove(name: str) -> None:
    """Remove an installed pack.

    Raises:
        PackError: if there is none, it belongs to EmoCam, or it cannot be removed.
    """
    if is_reserved(name):
        raise PackError(f'The pack "{name}" belongs to EmoCam and stays', "Choose another one")
    if name not in installed():
        raise PackError(f'There is no emoji pack "{name:.80}"', _CHOOSE)
    path = folder() / f"{name}{_ENDING}"
    try:
        path.unlink()
    except OSError as error:
        raise PackError(
            f"{path} cannot be removed: {error.strerror}", "See that you may write there"
        ) from None
