"""Where things lie, backgrounds good and bad, and the name plate."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from stage_process import settings_with

from emocam.errors import EmoCamError, SettingsError
from emocam.expression import Picture
from emocam.resources import resource
from emocam.settings import Settings
from emocam.settings.schema import declarations
from emocam.stage import backdrop as backdrops
from emocam.stage import name_plate
from emocam.stage.backdrop import backdrop
from emocam.stage.colour import Bytes
from emocam.stage.composition import compose, ground, places
from emocam.stage.render import render_scene
from emocam.stage.seats import safe_area

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = st.tuples(st.integers(160, 960), st.integers(90, 540)).map(lambda s: (2 * s[0], 2 * s[1]))
POSITIONS = list(declarations()["avatar.position"].choices or ())


def told_by(settings: Settings) -> tuple[Bytes, list[EmoCamError]]:
    told: list[EmoCamError] = []
    return ground(settings, told.append), told


@given(
    SIZES, st.floats(0.2, 1), st.sampled_from(POSITIONS), st.integers(1, 4), st.sampled_from("a ")
)
def test_avatars_lie_inside_and_clear_of_the_plate(
    size: tuple[int, int], share: float, position: str, count: int, plate: str
) -> None:
    settings = settings_with(
        output__width=size[0],
        output__height=size[1],
        avatar__size=share,
        avatar__position=position,
        avatar__name_plate=plate,
    )
    areas = places(settings, count)
    assert len(areas) == count
    bottom = name_plate.room_above(*size) if plate.strip() else size[1]
    for area in areas:
        assert not (area.left | area.top | area.width | area.height) & 1
        assert area.left >= 0
        assert area.top >= 0
        assert area.left + area.width <= size[0]
        assert area.top + area.height <= bottom
    if count == 1 and areas[0].width <= safe_area(*size).width:
        safe = safe_area(*size)
        assert safe.left - 2 <= areas[0].left
        assert areas[0].left + areas[0].width <= safe.left + safe.width + 2


@pytest.mark.parametrize("position", POSITIONS)
def test_a_position_is_where_it_says(position: str) -> None:
    (area,) = places(settings_with(avatar__position=position, avatar__size=0.4))
    centre = (area.left + area.width / 2) / 320, (area.top + area.height / 2) / 180
    assert (centre[0] < 0.4) == ("left" in position)
    assert (centre[0] > 0.6) == ("right" in position)
    assert (centre[1] < 0.4) == ("top" in position)
    assert (centre[1] > 0.6) == ("bottom" in position)


def test_colours_and_gradients() -> None:
    assert (backdrop(settings_with(avatar__background="#102030")) == (16, 32, 48, 255)).all()
    assert (backdrop(settings_with(avatar__background="green")) == (0, 255, 0, 255)).all()
    fall = backdrop(settings_with(avatar__background="#000000-#ff8000")).astype(int)
    assert (fall == fall[:, :1]).all()
    assert (np.diff(fall[:, 0, :3], axis=0) >= 0).all()
    assert np.diff(fall[:, 0, :3], axis=0).max() <= 3  # 255 levels over 180 rows
    assert fall[0, 0, 0] <= 2
    assert fall[-1, 0, 0] >= 253


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_a_picture_is_cropped_to_fit(tmp_path: Path, suffix: str) -> None:
    """Red left and right, green in the middle: of a wide picture the middle is kept."""
    wide = Image.new("RGB", (1000, 180), "#c00000")
    wide.paste("#00c000", (300, 0, 700, 180))
    path = tmp_path / f"Background picture.{suffix}"
    wide.save(path)
    seen = backdrop(settings_with(avatar__background=str(path)))
    assert seen.shape == (180, 320, 4)
    assert (seen[..., 1] > 150).all()
    tall = tmp_path / f"tall.{suffix}"
    wide.rotate(90, expand=True).save(tall)
    seen = backdrop(settings_with(avatar__background=str(tall)))
    assert (seen[..., 1] > 150).all()


def test_a_picture_that_is_turned_or_clear_or_small(tmp_path: Path) -> None:
    photo = Image.new("RGB", (180, 320), "#000000")
    photo.paste("#ffffff", (0, 0, 180, 160))  # white above; the camera was held sideways
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn by 90 degrees clockwise
    photo.save(tmp_path / "turned.jpg", exif=exif)
    seen = backdrop(settings_with(avatar__background=str(tmp_path / "turned.jpg")))
    assert (seen[:, 250:, 0] > 200).all()
    assert (seen[:, :70, 0] < 50).all()
    Image.new("RGBA", (3, 2), "#ffffff00").save(tmp_path / "clear.png")
    seen = backdrop(settings_with(avatar__background=str(tmp_path / "clear.png")))
    assert (seen == (0x20, 0x26, 0x2E, 255)).all()
    assert seen.shape == (180, 320, 4)


def test_damage_to_what_a_camera_wrote_about_a_picture_does_no_harm(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8769] = 6, "maker" * 10, {0x9003: "2020:01:01 00:00:00"}
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (64, 36), "#c00000").save(photo, exif=exif)
    whole = photo.read_bytes()
    begin = whole.index(b"Exif\0\0") + 6 + 8  # behind the header of the TIFF in it
    end = begin + len(exif.tobytes()) - 6 - 8
    chance = random.Random(5)
    for _ in range(150):
        spoilt = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            value = chance.choice((0, 255, chance.randrange(256)))
            spoilt[chance.randrange(begin, end)] = value
        photo.write_bytes(spoilt)
        seen, told = told_by(settings_with(avatar__background=str(photo)))
        assert not told
        assert (seen[..., 0] > 150).all()


def test_sixteen_bits_a_shade_are_as_bright_as_eight(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, 320).astype(np.uint16), (180, 1))
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    seen = backdrop(settings_with(avatar__background=str(tmp_path / "ramp.png")))
    assert np.abs(seen[..., 0].astype(int) - (ramp >> 8)).max() <= 1


def bad_pictures(folder: Path) -> dict[str, str]:
    """Files that are no background, and a word of the reason."""
    good = folder / "good.png"
    Image.new("RGB", (400, 300), "#c00000").save(good)
    data = good.read_bytes()
    jpeg = folder / "good.jpg"
    Image.effect_noise((400, 300), 60).save(jpeg)
    chance = random.Random(3)
    files = {
        "empty.png": (b"", "identify"),
        "text.png": (b"not a picture", "identify"),
        "svg.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "identify"),
        "cut.png": (data[: len(data) // 2], "cannot be read"),
        "cut.jpg": (jpeg.read_bytes()[:2000], "truncated"),
        "noise.webp": (b"RIFF\x00\x10\x00\x00WEBPVP8 " + chance.randbytes(4000), "cannot be read"),
        "tiff.png": (b"II*\x00" + bytes(100), "identify"),
        "large.png": (_claims(data, 8000, 9000), "more than 50 million"),
        "larger.png": (_claims(data, 10_000, 10_000), "more than 50 million"),
        "bomb.png": (_claims(data, 40_000, 40_000), "bomb"),
        "zero.png": (_claims(data, 0, 10), "cannot be read"),
        "checksum.png": (data[:60] + bytes([data[60] ^ 255]) + data[61:], "cannot be read"),
    }
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    (folder / "folder.png").mkdir()
    words = {name: word for name, (_, word) in files.items()}
    return {**words, "folder.png": "no file", "none.png": "no file"}


def _claims(png: bytes, width: int, height: int) -> bytes:
    """A PNG whose header names another size, with a right checksum."""
    import struct
    import zlib

    header = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def test_bad_pictures_are_told_and_a_colour_is_drawn(tmp_path: Path) -> None:
    for name, word in bad_pictures(tmp_path).items():
        seen, told = told_by(settings_with(avatar__background=str(tmp_path / name)))
        assert (seen == (0x20, 0x26, 0x2E, 255)).all(), name
        assert len(told) == 1, name
        assert isinstance(told[0], SettingsError)
        assert word in told[0].cause, (name, told[0].cause)
        assert told[0].remedy


def test_a_giant_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "giant.png"
    with path.open("wb") as file:
        file.truncate(backdrops.MAX_FILE + 1)
    assert "larger than 64 MB" in told_by(settings_with(avatar__background=str(path)))[1][0].cause


@pytest.mark.parametrize(
    "background",
    ["", "#12345", "#123456-", "#123456-#12345", "red", "a.gif", "a.svg", "#123456 #123456"],
)
def test_what_no_background_is(background: str) -> None:
    with pytest.raises(SettingsError, match="background"):
        settings_with(avatar__background=background)


@pytest.mark.parametrize(
    "text", ["Ana", "Jürgen Müller-Łukasiewicz", "Ольга", "Πέτρος", "Nguyễn Văn Ạ", "M" * 60]
)
@pytest.mark.parametrize("size", [(320, 180), (1280, 720), (1920, 1080), (640, 1080)])
def test_the_plate_stays_in_the_safe_area(text: str, size: tuple[int, int]) -> None:
    settings = settings_with(
        output__width=size[0], output__height=size[1], avatar__background="#ffffff"
    )
    bare, _ = told_by(settings)
    written, told = told_by(settings.replace("avatar.name_plate", text))
    assert told == []
    rows, columns = np.nonzero((bare != written).any(axis=2))
    safe = safe_area(*size)
    assert safe.left < columns.min()
    assert columns.max() < safe.left + safe.width - 1
    assert abs(columns.min() + columns.max() - size[0]) <= 2  # in the middle
    assert rows.min() >= name_plate.room_above(*size)
    assert rows.max() < size[1] * (1 - name_plate.BELOW) + 1
    # The letters are white on dark, and there are some.
    plate = written[rows.min() : rows.max(), columns.min() : columns.max(), 0]
    assert (plate > 230).mean() > 0.02
    assert np.median(plate) < 100


def test_right_to_left_text_runs_from_right_to_left() -> None:
    """Alef is the first letter and must stand on the right; only where a font has it."""
    features = pytest.importorskip("PIL.features")
    told: list[EmoCamError] = []
    _, path = name_plate._readable("אב", told.append)
    if told or not features.check("fribidi"):
        pytest.skip("no font with Hebrew letters, or no FriBiDi, on this machine")
    font = name_plate.ImageFont.truetype(path, 60)
    both = np.asarray(font.getmask("אב")).reshape(font.getmask("אב").size[::-1])
    alef = np.asarray(font.getmask("א")).reshape(font.getmask("א").size[::-1])
    width = alef.shape[1]
    right, left = (
        float((part.sum(axis=0) * alef.sum(axis=0)).sum()) if part.shape[1] == width else 0.0
        for part in (both[:, -width:], both[:, :width])
    )
    assert right > left


def test_letters_without_a_font_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_plate, "SYSTEM_FONTS", ("no such font.ttf",))
    settings = settings_with(avatar__name_plate="Ana 你好")
    seen, told = told_by(settings)
    assert "你 好" in told[0].cause
    assert (seen == ground(settings_with(avatar__name_plate="Ana"))).all()
    only, told = told_by(settings_with(avatar__name_plate="你好"))
    assert len(told) == 1
    assert (only == ground(settings_with())).all()


@pytest.mark.parametrize("text", ["नमस्ते", "สวัสดี", "\u200b\u200d \u202e", "\u0351\u036b\ufe0f"])
def test_no_plate_of_boxes_or_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_plate, "SYSTEM_FONTS", ())
    ground = backdrop(settings_with())
    told: list[EmoCamError] = []
    assert (name_plate.draw_plate(ground, text, told.append) == ground).all()
    assert bool(told) == any(letter.isprintable() for letter in text.replace(" ", ""))


def test_without_the_library_right_to_left_text_is_not_shown_wrongly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(name_plate.features, "check", lambda name: False)
    seen, told = told_by(settings_with(avatar__name_plate="שלום"))
    assert "right to left" in told[0].cause
    assert (seen == ground(settings_with())).all()


@given(st.text(max_size=60).filter(lambda text: all(c.isprintable() for c in text)))
def test_any_text_can_be_asked_for(text: str) -> None:
    compose(settings_with(avatar__name_plate=text))


def test_the_plate_is_solid_over_key_green() -> None:
    seen, _ = told_by(settings_with(avatar__background="green", avatar__name_plate="Ana"))
    plate = seen[name_plate.room_above(320, 180) + 6 :, 150:170]
    inside = plate[(plate[..., 1] < 250)]
    assert (inside[:, 1] <= inside[:, 0].astype(int) + 12).mean() > 0.9


def test_a_scene_has_background_avatar_and_plate() -> None:
    settings = settings_with(avatar__background="#808080", avatar__name_plate="Ana")
    frame = render_scene(Picture.HAPPINESS, settings)
    (area,) = compose(settings).areas
    assert (frame[0, 0] == 128).all()
    assert frame[area.top + area.height // 2, area.left + area.width // 2].max() > 150
    assert (frame[-30:, 120:200] > 230).any()


def test_the_font_is_the_one_in_the_notice() -> None:
    data = resource("assets", "fonts", "SourceSansPro-Semibold.ttf").read_bytes()
    notice = "".join((ROOT / "NOTICE").read_text(encoding="utf-8").split())
    assert hashlib.sha256(data).hexdigest() in notice
