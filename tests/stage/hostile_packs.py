"""Bad packs of every kind, each with what must be said of it.

``python tests/stage/hostile_packs.py`` prints the table of docs/packs.md.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pack_parts import (
    DISC,
    GOOD_SVG,
    GOOD_TOML,
    SVG,
    drawn,
    encoded,
    frames,
    good,
    painted,
    to_folder,
    to_zip,
)

Build = Callable[[Path], Path]


@dataclass(frozen=True)
class Hostile:
    """One kind of bad pack.

    Attributes:
        what: the attack or mistake, in words.
        said: part of the sentence with which it is refused.
        build: makes one in an empty folder and gives its path.
    """

    what: str
    said: str
    build: Build


CASES: list[Hostile] = []


def case(what: str, said: str, build: Build) -> None:
    CASES.append(Hostile(what, said, build))


def zipped(name: str, content: bytes = b"x", **about: int) -> Build:
    """A good pack with one more entry."""

    def build(place: Path) -> Path:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name  # as it is: ZipInfo would mend some
        for key, value in about.items():
            setattr(entry, key, value)
        return to_zip(place, good(), [(entry, content)])

    return build


def patched(change: Callable[[bytearray], bytearray]) -> Build:
    """The zip of a good pack with changed bytes."""

    def build(place: Path) -> Path:
        path = to_zip(place, good())
        path.write_bytes(change(bytearray(path.read_bytes())))
        return path

    return build


def mode(bits: int) -> int:
    return (bits | 0o644) << 16


# The zip itself
case("a name that leads out of the pack", "leads out of the pack", zipped("../evil.svg"))
case("an absolute name", "is an absolute path", zipped("/tmp/evil.svg"))
case("a name with a drive", "is an absolute path", zipped("C:/evil.svg"))
case("a name with backslashes", "has a backslash", zipped("..\\evil.svg"))
case("a control character in a name", "has a control character", zipped("a\x1b[2Jb.svg"))
case(
    "a symbolic link",
    "is a link",
    zipped("a.svg", b"/etc/passwd", external_attr=mode(stat.S_IFLNK)),
)


def linked(place: Path) -> Path:
    entry = zipfile.ZipInfo("a.svg")
    target = b"/etc/passwd"
    entry.extra = struct.pack("<HH", 0x756E, 14 + len(target)) + bytes(14) + target
    return to_zip(place, good(), [(entry, b"")])


case("a link in an old Unix record", "is a link", linked)
case("a pipe", "is a device, a pipe", zipped("a.svg", external_attr=mode(stat.S_IFIFO)))
case("a device", "is a device, a pipe", zipped("a.svg", external_attr=mode(stat.S_IFBLK)))
case("the same name twice", "There are two files", zipped("neutral.svg"))
case("names that differ in case only", "are one file where case", zipped("NEUTRAL.svg"))
case("a name that Windows reserves", "Windows reserves the name", zipped("con.svg"))
case("a name that ends with a point", "it ends with '.'", zipped("a.svg."))
case("letters that look like others", "is not 1 to 64 letters", zipped("nеutral.svg"))
case("a program", "neither a picture nor a text", zipped("setup.exe"))
case("a zip in the zip", "neither a picture nor a text", zipped("inner.zip"))
case("a folder in the folder", "There is a folder 'more'", zipped("more/a.svg"))
case(
    "a file packed to a thousandth (zip bomb)",
    "less than 1/200 of its size",
    lambda place: to_zip(place, {**good(), "a.png": bytes(4 << 20)}),
)


def renamed(data: bytearray) -> bytearray:
    """Another name in the directory than before the data."""
    place = data.rindex(b"neutral.svg")
    data[place : place + 7] = b"another"
    return data


def quoted(place: Path) -> Path:
    """An entry whose data hold the local header of the next one."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b.svg", GOOD_SVG)
    local = inner.getvalue()[: inner.getvalue().index(b"PK\x01\x02")]
    path = place / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in good().items():
            archive.writestr(name, content)
        archive.writestr("a.txt", local)
        archive.writestr("b.svg", GOOD_SVG)
    data = bytearray(path.read_bytes())
    inside = data.index(local)
    directory = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, directory + 42, inside)
    path.write_bytes(data)
    return path


case("entries that share data (overlapping bomb)", "share data, as zip bombs do", quoted)
case("an entry with two names", "has another name in the zip's directory", patched(renamed))


def lying(field: int, value: int) -> Build:
    def change(data: bytearray) -> bytearray:
        struct.pack_into("<L", data, data.rindex(b"PK\x01\x02") + field, value)
        return data

    return patched(change)


case("a size that is a lie", "is not what the zip says it is", lying(24, 10))
case("data that were changed", "is not what the zip says it is", lying(16, 0))
case("data outside the zip", "lies outside the zip", lying(42, 0x7FFFFFF0))


def zip64(data: bytearray) -> bytearray:
    place = data.rindex(b"PK\x05\x06")
    return data[:place] + b"PK\x06\x07" + bytes(16) + data[place:]


def in_parts(data: bytearray) -> bytearray:
    struct.pack_into("<H", data, data.rindex(b"PK\x05\x06") + 4, 1)
    return data


def flagged(data: bytearray) -> bytearray:
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.rindex(mark) + offset
        struct.pack_into("<H", data, place, struct.unpack_from("<H", data, place)[0] | 1)
    return data


case("a zip64", "in the format zip64", patched(zip64))
case("a part of a zip", "is a part of a zip", patched(in_parts))
case("an encrypted entry", "is encrypted", patched(flagged))
case(
    "a rare way of packing",
    "is packed in a rare way",
    zipped("a.svg", compress_type=zipfile.ZIP_LZMA),
)
case(
    "ten thousand files",
    "has more than 128 files",
    lambda place: to_zip(place, {f"a{index}.txt": "" for index in range(10_000)}),
)
case("a zip that is cut off", "is no zip", patched(lambda data: data[: len(data) // 2]))


def giant(place: Path) -> Path:
    path = place / "pack.zip"
    path.write_bytes(bytes((16 << 20) + 1))
    return path


case("a zip of more than 16 MiB", "is larger than 16 MiB", giant)
case(
    "more than 32 MiB altogether",
    "more than 32 MiB together",
    lambda place: to_zip(place, {f"a{index}.png": bytes(4 << 20) for index in range(9)}),
)

# The folder


def folder_with(add: Callable[[Path], object]) -> Build:
    def build(place: Path) -> Path:
        folder = to_folder(place, good())
        add(folder)
        return folder

    return build


def hard_link(folder: Path) -> None:
    private = folder.parent / "private.txt"
    private.write_text("private")
    os.link(private, folder / "readme.txt")


case(
    "a symbolic link in a folder",
    "is a link",
    folder_with(lambda folder: (folder / "a.svg").symlink_to("/etc/passwd")),
)
case("a hard link in a folder", "is a hard link", folder_with(hard_link))
case(
    "a pipe in a folder",
    "is no file, but a pipe",
    folder_with(lambda folder: os.mkfifo(folder / "a.svg")),
)
case(
    "a folder in a folder",
    "There is a folder 'more'",
    folder_with(lambda folder: (folder / "more").mkdir()),
)
case(
    "a folder full of other things",
    "has more than 128 files",
    folder_with(lambda folder: [(folder / f"{i}.txt").touch() for i in range(200)]),
)


def text(what: str, said: str, toml: str | bytes) -> None:
    """A bad pack.toml."""
    case(what, said, lambda place: to_folder(place, good(toml=toml)))


case(
    "no pack.toml",
    "has no pack.toml",
    lambda place: to_zip(place, {"neutral.svg": GOOD_SVG}),
)
text("a pack.toml that is not UTF-8", "is not UTF-8 text", GOOD_TOML.encode("utf-16"))
text("a pack.toml that is no TOML", "is not TOML", "[pack")
text("a pack.toml of a megabyte", "is larger than 64 KiB", GOOD_TOML + "# more\n" * 150_000)
text("values nested 4000 deep", "too deep in each other", GOOD_TOML + f"a={'[' * 4000}")
text("a key of two thousand parts", "a line of more than 4096", GOOD_TOML + "a." * 2500 + "a = 1")
text(
    "a number of 5000 digits",
    "a number of more than 4000 digits",
    GOOD_TOML.replace("format = 1", f"format = 0x{'f' * 4050}"),
)
text("a later format", "has the format 2, not 1", GOOD_TOML.replace("format = 1", "format = 2"))
text("no licence", "does not say its licence", GOOD_TOML.replace("licence", "other"))
text(
    "a picture outside the pack",
    "which is no picture beside it",
    GOOD_TOML + 'file = "../../.ssh/id_rsa"',
)
text(
    "terminal commands in a name",
    "has a name that is no line",
    GOOD_TOML.replace("Discs", "\\u001b]0;gone\\u0007"),
)
text(
    "text that runs backwards",
    "an alt text that is no line",
    GOOD_TOML.replace("A yellow disc", "\\u202Egnp.exe"),
)
text(
    "an id that Windows reserves", "cannot be the name of a file", GOOD_TOML.replace("Discs", "NUL")
)
text("the name of a built-in pack", "belongs to EmoCam", GOOD_TOML.replace("Discs", "Classic"))
text(
    "a picture that is not there",
    "There is no file 'anger.svg'",
    GOOD_TOML + '[pictures.anger]\nalt.en = "Red"',
)
text(
    "no neutral picture",
    "has no picture neutral",
    GOOD_TOML.replace("pictures.neutral", "pictures.anger") + 'file = "neutral.svg"',
)
text("no alt text", "has no alt text", GOOD_TOML.replace("alt.en = ", "# "))


def svg(what: str, said: str, inside: str) -> None:
    """A bad part of an SVG."""
    case(what, said, lambda place: to_folder(place, drawn(inside)))


def whole_svg(what: str, said: str, content: str | bytes) -> None:
    case(what, said, lambda place: to_folder(place, good(svg=content)))


svg("a script", 'the element "script", which would run', "<script>alert(1)</script>")
whole_svg(
    "an event handler",
    'the event handler "onload", which would run',
    SVG.format('viewBox="0 0 9 9" onload="alert(1)"', DISC),
)
svg("a picture of the user's disk", 'the element "image"', '<image href="/home/me/me.png"/>')
svg("a picture by a filter", 'the element "feImage"', '<filter id="f"><feImage href="a"/></filter>')
svg("a reference to the web", "refers to 'https:", '<use href="https://example.org/a.svg#a"/>')
svg("the same in the old spelling", "refers to 'file:", '<use x:href="file:///etc/passwd"/>')
svg("a data: address", "refers to 'data:", '<use href="data:image/svg+xml;base64,PHN2Zz4="/>')
svg("url() in an attribute", "refers to 'url(//", '<rect fill="url(//example.org/a#b)"/>')
svg("url() in a style", "refers to something else", "<style>a{fill:url(a.svg#b)}</style>")
svg("@import in a style", "refers to something else", "<style>@import 'a.css';</style>")
svg("an embedded font", "refers to something else", "<style>@font-face{src:local(a)}</style>")
svg("a hidden word in a style", "refers to something else", "<style>a{fill:\\75rl(a)}</style>")
svg("another base for references", 'an "xml:base"', '<g xml:base="https://example.org/"/>')
svg("a web page in the picture", 'the element "foreignObject"', "<foreignObject/>")
svg("letters", 'the element "text", and EmoCam draws with no fonts', "<text>hello</text>")
svg("a set that changes a reference", 'the element "set"', '<set attributeName="href" to="a"/>')
svg("elements 5000 deep", "lie more than 64 deep", "<g>" * 5000 + "</g>" * 5000)
svg("20 000 elements", "more than 10000 elements", "<g/>" * 20_000)
svg("not a number", 'has no number in "cx"', '<circle cx="NaN" r="5"/>')
svg("a number without end", "has a number beyond 1000000", '<path d="M0 0H1e300V9z"/>')
whole_svg(
    "a billion laughs",
    "has a document type",
    '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    + GOOD_SVG.replace("/>", ">&b;</circle>"),
)
whole_svg(
    "a style sheet from elsewhere",
    'the instruction "xml-stylesheet"',
    '<?xml-stylesheet href="https://example.org/a.css"?>' + GOOD_SVG,
)
whole_svg("an SVG that is not UTF-8", "is not UTF-8 text", GOOD_SVG.encode("utf-16"))
whole_svg("an SVG that is cut off", "is no XML", GOOD_SVG[:100])
whole_svg("a page instead of an SVG", 'it begins with "html"', "<html><body/></html>")
whole_svg("an SVG of two megabytes", "is larger than 1 MiB", GOOD_SVG + " " * (2 << 20))
whole_svg("an SVG that shows nothing", "It shows nothing", SVG.format('viewBox="0 0 9 9"', "<g/>"))
svg(
    "copies of copies of copies (2 to the power 30)",
    "cannot be drawn",
    '<defs><rect id="a0" width="9" height="9"/>'
    + "".join(
        f'<g id="a{n + 1}"><use href="#a{n}"/><use href="#a{n}" x="1"/></g>' for n in range(30)
    )
    + '</defs><use href="#a30"/>',
)


svg(
    "a filter that takes for ever",
    "cannot be drawn within 5 s",
    '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="999999"/></filter>'
    '<rect width="99" height="99" filter="url(#f)"/>',
)


def raster(what: str, said: str, data: bytes, ending: str) -> None:
    """A bad picture of pixels."""
    case(what, said, lambda place: to_folder(place, painted(data, ending)))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of 8x8 pixels whose head says something else, with a checksum that fits."""
    data = bytearray(encoded(frames(1), "png"))
    struct.pack_into(">II", data, 16, width, height)
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    return bytes(data)


def png_with(kind: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk after its head."""
    data = encoded(frames(1), "png")
    chunk = struct.pack(">I", len(content)) + kind + content
    return data[:33] + chunk + struct.pack(">I", zlib.crc32(kind + content)) + data[33:]


def webp_claiming(side: int) -> bytes:
    size = (side - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + size
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def gif_of(count: int) -> bytes:
    """A GIF of very many frames of one pixel."""
    frame = bytes.fromhex(
        "21f90400 0a00 0000 2c 00000000 01000100 00 02 02 4401 00".replace(" ", "")
    )
    return bytes.fromhex("474946383961 0100 0100 80 00 00 000000 ffffff") + frame * count + b";"


GROWING = bytearray(encoded(frames(3), "gif"))
_frame = GROWING.rindex(b"\x2c\0\0\0\0")
struct.pack_into("<HH", GROWING, _frame + 5, 8000, 8000)
APNG = encoded(frames(3), "apng")
LYING_APNG = bytearray(APNG)
_control = LYING_APNG.index(b"acTL")
struct.pack_into(">I", LYING_APNG, _control + 4, 2**31 - 1)
struct.pack_into(">I", LYING_APNG, _control + 12, zlib.crc32(LYING_APNG[_control : _control + 12]))

raster("a PNG of 30000x30000 pixels", "has 30000x30000 pixels", png_claiming(30000, 30000), "png")
raster("a PNG of no size", "has 0x9 pixels", png_claiming(0, 9), "png")
raster("a PNG with fewer pixels than it says", "cannot be decoded", png_claiming(2000, 2000), "png")
raster("a PNG that is cut off", "cannot be decoded", encoded(frames(1, 200), "png")[:120], "png")
raster(
    "a PNG whose text unpacks to 200 MB",
    "cannot be decoded",
    png_with(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000), 9)),
    "png",
)
raster(
    "a WebP of 16 million pixels a side", "has 16777216x16777216", webp_claiming(1 << 24), "webp"
)
raster("a WebP that is cut off", "cannot be decoded", encoded(frames(3), "webp")[:60], "webp")
raster("a GIF under the name of a PNG", "is no PNG but GIF", encoded(frames(1), "gif"), "png")
raster("a text under the name of a PNG", "is no PNG but something else", b"hello" * 99, "png")
raster("a program under the name of a GIF", "is no GIF", b"MZ" + bytes(999), "gif")
raster("a GIF of 100 000 frames", "more than 240 frames", gif_of(100_000), "gif")
raster(
    "a GIF with a frame of 8000x8000", "A frame is larger than the picture", bytes(GROWING), "gif"
)
raster("a GIF without durations", "stands for 0 ms", encoded(frames(3), "gif", 0), "gif")
raster("an APNG that says two billion frames", "more than 240 frames", bytes(LYING_APNG), "apng")
raster("a WebP that flickers at 1000 Hz", "stands for 1 ms", encoded(frames(3), "webp", 1), "webp")
raster(
    "an animation of 100 MiB",
    "more than 64 MiB of pixels",
    encoded([one.resize((1500, 1500)) for one in frames(12)], "gif"),
    "gif",
)


def table() -> str:
    """The cases as a table for docs/packs.md."""
    lines = ["| what is tried | what is said |", "| --- | --- |"]
    lines += [f"| {one.what} | … {one.said} … |" for one in CASES]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
