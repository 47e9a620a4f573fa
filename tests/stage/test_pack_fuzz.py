"""Whatever the bytes of a pack are, it is read or refused with a reason; nothing else happens."""

from __future__ import annotations

import contextlib
import io
import tomllib
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pack_parts import GOOD_SVG, GOOD_TOML, encoded, frames, good

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.stage.artwork import MAX_ANIMATION, Animation, Still
from emocam.stage.packs import store
from emocam.stage.packs.answers import answer
from emocam.stage.packs.archive import read_archive
from emocam.stage.packs.limits import MAX_FILES, MAX_TOTAL_SIZE
from emocam.stage.packs.manifest import identifier, read_manifest
from emocam.stage.packs.names import judge_name, judge_path
from emocam.stage.packs.raster import read_raster
from emocam.stage.packs.svg import refuse_references

#: Places in a file, as a share of its length, and what is put there.
CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)),
    min_size=1,
    max_size=6,
)
SVG_PARTS = st.sampled_from(
    [
        *("<svg>", "</svg>", "<g>", "</g>", "<use href='#a'/>", "<style>", "</style>", "<![CDATA["),
        *("]]>", "<!--", "-->", "&amp;", "&#0;", "&a;", "<!DOCTYPE a [", "<?a b?>", "url(", "\0"),
        *(" xmlns='http://www.w3.org/2000/svg'", " d='M0 0", "1e999", "'", '"', ">", "<", "\ud7ff"),
    ]
)
TOML_PARTS = st.sampled_from(
    [
        *(
            "[pack]\n",
            "[pictures.neutral]\n",
            "format = 1\n",
            "name = ",
            '"a"',
            "'''",
            "[",
            "]",
            "{",
        ),
        *("}", "=", ".", "\n", "1e999", "nan", "1979-05-27", "true", "alt.en = ", "file = ", '"""'),
        *("\\u202e", "\x00", "9" * 5000, "id = ", "version = ", "pictures = 3\n", "[[pictures]]\n"),
    ]
)
PICTURES = {
    "png": encoded(frames(1, 20), "png"),
    "apng": encoded(frames(3, 20), "apng"),
    "gif": encoded(frames(3, 20), "gif"),
    "webp": encoded(frames(3, 20), "webp"),
}


def changed(data: bytes, changes: list[tuple[float, bytes]]) -> bytes:
    """The data with other bytes in some places."""
    result = bytearray(data)
    for share, piece in changes:
        place = int(share * len(result))
        result[place : place + len(piece)] = piece
    return bytes(result)


def told(error: PackError) -> None:
    assert error.cause
    assert error.remedy


def zip_of(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            entry = zipfile.ZipInfo("a")
            entry.filename = name
            archive.writestr(entry, content)
    return buffer.getvalue()


GOOD_ZIP = zip_of({name: str(content).encode() for name, content in good().items()})


def read_zip(data: bytes) -> None:
    try:
        contents = read_archive(data, "pack.zip")
    except PackError as error:
        told(error)
        return
    assert len(contents.files) <= MAX_FILES
    assert sum(map(len, contents.files.values())) <= MAX_TOTAL_SIZE
    assert all(problem.remedy for problem in contents.problems)
    for name in contents.files:
        judge_name(name)


@settings(max_examples=400)
@given(CHANGES)
def test_a_zip_with_changed_bytes(changes: list[tuple[float, bytes]]) -> None:
    read_zip(changed(GOOD_ZIP, changes))


@given(st.binary(max_size=300))
def test_any_bytes_as_a_zip(data: bytes) -> None:
    read_zip(data)
    read_zip(data + GOOD_ZIP)
    read_zip(GOOD_ZIP + data)


@given(st.dictionaries(st.text(min_size=1, max_size=40), st.binary(max_size=50), max_size=5))
def test_any_names_in_a_zip(names: dict[str, bytes]) -> None:
    with contextlib.suppress(UnicodeEncodeError, ValueError):  # what zipfile cannot even write
        read_zip(zip_of(names))


@given(st.text(alphabet=st.sampled_from("abCON.:/\\ ~é\0\n$%-_"), min_size=1, max_size=12))
@example("..")
@example("a/../..")
@example("\\\\server\\share")
def test_a_name_that_passes_stays_inside_on_every_system(name: str) -> None:
    try:
        judge_path(name)
    except PackError:
        return
    for path in (PurePosixPath("/in") / name, PureWindowsPath("C:/in") / name):
        assert ".." not in path.parts
        assert path.parts[:2] in (("/", "in"), ("C:\\", "in"))
    try:
        judge_name(name)
    except PackError:
        return
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name.split(".")[0].rstrip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}


@given(st.one_of(st.binary(max_size=200), st.lists(TOML_PARTS).map(lambda p: "".join(p).encode())))
def test_any_text_as_pack_toml(data: bytes) -> None:
    for text in (data, GOOD_TOML.encode() + data):
        manifest = read_manifest(text)
        for problem in manifest.problems:
            assert problem.remedy
            assert len(problem.cause) < 400
        if not manifest.problems:
            assert tomllib.loads(text.decode())["pack"]["format"] == 1
            assert manifest.name.isprintable()
            assert identifier(manifest.id) == manifest.id
            for picture, entry in manifest.entries.items():
                assert picture in Picture
                judge_name(entry.file)


@given(st.text(max_size=100))
def test_an_identifier_is_one_already(name: str) -> None:
    word = identifier(name)
    assert identifier(word) == word
    assert not word or (word.isascii() and word == word.lower() and "/" not in word)


@settings(max_examples=300)
@given(st.sampled_from(sorted(PICTURES)), CHANGES)
def test_a_picture_with_changed_bytes(ending: str, changes: list[tuple[float, bytes]]) -> None:
    try:
        artwork = read_raster(changed(PICTURES[ending], changes), f"a.{ending}")
    except PackError as error:
        told(error)
        return
    if isinstance(artwork, Animation):
        assert sum(frame.nbytes for frame in artwork.frames) <= MAX_ANIMATION
    else:
        assert isinstance(artwork, Still)


@given(st.sampled_from(sorted(PICTURES)), st.binary(max_size=200))
def test_any_bytes_as_a_picture(ending: str, data: bytes) -> None:
    for head in (b"", PICTURES[ending][:33]):
        with contextlib.suppress(PackError):
            read_raster(head + data, f"a.{ending}")


@given(st.lists(SVG_PARTS, max_size=20), st.floats(0, 1))
def test_any_text_as_an_svg(parts: list[str], share: float) -> None:
    place = int(share * len(GOOD_SVG))
    for text in ("".join(parts), GOOD_SVG[:place] + "".join(parts) + GOOD_SVG[place:]):
        with contextlib.suppress(PackError):
            refuse_references(text)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@settings(max_examples=15)
@given(changes=CHANGES)
def test_installing_anything_leaves_no_trace_but_a_whole_pack(
    changes: list[tuple[float, bytes]], home: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        (home / "pack.zip").write_bytes(changed(GOOD_ZIP, changes))
        told = answer({"type": "packs", "do": "install", "path": str(home / "pack.zip")})
        there = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
        kept = {f"data/emocam/packs/{name}.zip" for name in store.installed()}
        assert there == {"pack.zip"} | kept
        assert bool(kept) == (not told["problems"])
        for name in store.installed():
            store.load_installed(name)
            store.remove(name)
