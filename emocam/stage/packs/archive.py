"""A pack that lies in a zip, read into memory; nothing is ever unpacked to the disk by it.

``zipfile`` reads the directory. What is believed of it is checked against the local headers and
the data themselves, so a directory that lies about sizes or lets entries share data is found out.

Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", version 6.3.10; Fifield, "A better
zip bomb", 2019, for overlapping entries.
"""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
import zlib

from emocam.errors import PackError
from emocam.stage.packs.contents import Contents, limit_of
from emocam.stage.packs.limits import (
    MAX_ARCHIVE_SIZE,
    MAX_FILES,
    MAX_RATIO,
    MAX_TOTAL_SIZE,
    size_in_words,
    too_large,
)
from emocam.stage.packs.names import MANIFEST, NameBook, is_litter, judge_name, judge_path

_END = struct.Struct("<4s4s2H2LH")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UNIX = 3
#: Extra fields of old Unix zips that can hold the target of a link or the number of a device.
_LINK_FIELDS = {0x000D, 0x756E}
_ANEW = "Make the zip anew"


def read_archive(data: bytes, source: str) -> Contents:
    """All files of a zip that may belong to a pack, whether it has them in one folder or not.

    Args:
        data: the whole zip, at most ``MAX_ARCHIVE_SIZE`` bytes.
        source: its name, for messages.

    Raises:
        PackError: if it is no zip, or such that nothing of it should be believed.
    """
    entries = [entry for entry in _directory(data, source) if not is_litter(_name(entry))]
    contents = Contents(source)
    spans = _Spans()
    book = NameBook()
    top = _top_folder(entries)
    for entry in entries:
        try:
            judge_path(_name(entry))
            _judge_kind(entry)
            name = _name(entry).removeprefix(top)
            if _name(entry) == top:
                continue
            if "/" in name:
                raise PackError(
                    f"There is a folder {name.split('/')[0]!r:.80}",
                    "Put all pictures beside pack.toml",
                )
            judge_name(name)
            book.add(name)
            _judge_size(entry, name)
            spans.add(entry, _start(data, entry))
            contents.files[name] = _unpack(data, entry, name)
        except PackError as error:
            contents.problems.append(error)
    return contents


def _name(entry: zipfile.ZipInfo) -> str:
    return entry.orig_filename  # filename ends at the first zero byte


def _directory(data: bytes, source: str) -> list[zipfile.ZipInfo]:
    if len(data) > MAX_ARCHIVE_SIZE:
        raise too_large(source, MAX_ARCHIVE_SIZE)
    _judge_end(data, source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the same name twice, which is told below
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, NotImplementedError) as error:
        raise PackError(f"{source} is no zip: {error!s:.100}", "Get the file again") from None
    if len(entries) > MAX_FILES:
        raise _too_many(source)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_SIZE:
        raise PackError(
            f"The files in {source} have more than {size_in_words(MAX_TOTAL_SIZE)} together",
            "Make the pictures smaller",
        )
    return entries


def _judge_end(data: bytes, source: str) -> None:
    """Look at the record at the end before the directory is read, which it may call endless."""
    place = data.rfind(b"PK\x05\x06")
    if place < 0 or place + _END.size > len(data):
        raise PackError(f"{source} is no zip", "Get the file again")
    _, disks, _, count, size, offset, _ = _END.unpack_from(data, place)
    if data[max(place - 20, 0) : place].startswith(b"PK\x06\x07"):
        raise PackError(f"{source} is a zip in the format zip64, which no pack needs", _ANEW)
    if disks != bytes(4):
        raise PackError(f"{source} is a part of a zip", "Join the parts")
    if count > MAX_FILES or size > MAX_FILES * 1024:
        raise _too_many(source)
    if offset + size > place:
        raise PackError(f"{source} has a directory that ends after the zip itself", _ANEW)


def _too_many(source: str) -> PackError:
    return PackError(f"{source} has more than {MAX_FILES} files", "Leave out what is no picture")


def _top_folder(entries: list[zipfile.ZipInfo]) -> str:
    """The one folder in which all lies, with its slash; empty if ``pack.toml`` lies at the top."""
    names = [_name(entry) for entry in entries]
    if MANIFEST in names:
        return ""
    tops = {name.split("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def _judge_kind(entry: zipfile.ZipInfo) -> None:
    shown = f"{_name(entry)!r:.80}"
    if entry.flag_bits & _ENCRYPTED:
        raise PackError(f"{shown} is encrypted", "Make the zip without a password")
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if stat.S_ISLNK(mode) or _LINK_FIELDS & set(_extra_fields(entry.extra)):
        raise PackError(f"{shown} is a link", "Put the file itself into the zip")
    due = stat.S_IFDIR if _name(entry).endswith("/") else stat.S_IFREG
    # The upper half means a mode only where the zip was made under Unix.
    if entry.create_system == _UNIX and kind not in (0, due):
        raise PackError(f"{shown} is a device, a pipe or the like", "Leave it out")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackError(f"{shown} is packed in a rare way", "Make the zip with plain deflate")


def _extra_fields(extra: bytes) -> list[int]:
    found = []
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        found.append(kind)
        extra = extra[4 + size :]
    return found


def _judge_size(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.file_size > limit_of(name):
        raise too_large(name, limit_of(name))
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise PackError(
            f"{name!r:.80} is packed to less than 1/{MAX_RATIO} of its size, as zip bombs are",
            "Take a pack from somebody you trust",
        )


def _start(data: bytes, entry: zipfile.ZipInfo) -> int:
    """Where the packed data of an entry begin, from its local header."""
    shown = f"{_name(entry)!r:.80}"
    where = entry.header_offset
    if not 0 <= where <= len(data) - _LOCAL.size:
        raise PackError(f"{shown} lies outside the zip", _ANEW)
    found = _LOCAL.unpack_from(data, where)
    name_at = where + _LOCAL.size
    name = data[name_at : name_at + found[-2]]
    code = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    if found[0] != b"PK\x03\x04" or name != _name(entry).encode(code, "replace"):
        raise PackError(f"{shown} has another name in the zip's directory", _ANEW)
    start: int = name_at + found[-2] + found[-1]
    return start


class _Spans:
    """Tells entries that share bytes."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, int, str]] = []

    def add(self, entry: zipfile.ZipInfo, start: int) -> None:
        begin, end, name = entry.header_offset, start + entry.compress_size, _name(entry)
        for other_begin, other_end, other in self._taken:
            if begin < other_end and other_begin < end:
                raise PackError(
                    f"{name!r:.80} and {other!r:.80} share data, as zip bombs do",
                    "Take a pack from somebody you trust",
                )
        self._taken.append((begin, end, name))


def _unpack(data: bytes, entry: zipfile.ZipInfo, name: str) -> bytes:
    start = _start(data, entry)
    packed = data[start : start + entry.compress_size]
    lies = PackError(f"{name!r:.80} is not what the zip says it is", "Get the file again")
    content = packed
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflater.decompress(packed, entry.file_size + 1)
        except zlib.error:
            raise lies from None
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise lies
    return content
