"""The user's own words on a plate below the avatar.

The plate stays inside the part of the picture that narrow tiles leave (:func:`.seats.safe_area`),
and above the strip at the lower edge where meeting programs write their own name of a participant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont, features

from emocam.errors import EmoCamError, SettingsError
from emocam.resources import resource
from emocam.stage.colour import Bytes
from emocam.stage.raster import Easel, Layer
from emocam.stage.seats import safe_area

#: Shares of the picture's height: the letters, the plate, the strip below it, the gap above it.
LETTERS = 0.066
PLATE = 0.105
BELOW = 0.085
GAP = 0.01
#: Letters below this many pixels cannot be read; a small picture has a larger plate instead.
LEAST = 13
#: How far letters may shrink to fit long words, as a share; what is longer still ends with "…".
SHRINK = 0.7
#: The share of the safe area that the plate may fill: round corners of tiles cut the rest.
WIDEST = 0.92

#: The opacity of the plate: white letters on it are readable over white as well.
SHADE = 0.78

#: Fonts of the machine, by file name, for letters that the one that comes with EmoCam has not:
#: Pillow looks for them where each system keeps its fonts. The first that has all letters is taken.
SYSTEM_FONTS = (
    "DejaVuSans-Bold.ttf",
    "DejaVuSans.ttf",
    "NotoSans-SemiBold.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "wqy-zenhei.ttc",
    "segoeuib.ttf",
    "segoeui.ttf",
    "arialbd.ttf",
    "Nirmala.ttf",
    "NirmalaB.ttf",
    "msyhbd.ttc",
    "YuGothB.ttc",
    "malgunbd.ttf",
    "LeelawUI.ttf",
    "Arial Unicode.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "AppleSDGothicNeo.ttc",
)
#: A code point that no font has: what is drawn for it is drawn for any letter that is missing.
_NO_LETTER = "\uffff"
#: Joiners that some scripts need; nothing else that cannot be seen is written.
_JOINERS = "\u200c\u200d"
_INK = "#ffffff"

Tell = Callable[[EmoCamError], None]


@dataclass(frozen=True, slots=True)
class Plate:
    """Where a plate lies, in pixels."""

    left: float
    top: float
    width: float
    height: float


def room_above(width: int, height: int) -> int:
    """The pixels above a plate that the avatars may have, in a picture of that size; even."""
    return int(height - _plate_height(height) - height * (BELOW + GAP)) // 2 * 2


def draw_plate(
    ground: Bytes, text: str, tell: Tell = lambda error: None, solid: bool = False
) -> Bytes:
    """A picture with the plate on it.

    Args:
        ground: RGBX, uint8, shape (height, width, 4).
        text: what to write; empty for no plate.
        tell: told which letters are left out, and why.
        solid: whether nothing of the ground may shine through the plate.

    Returns:
        The same kind of picture; the ground itself if there is nothing to write.
    """
    height, width = ground.shape[:2]
    seen = "".join(one for one in text if one in _JOINERS or unicodedata.category(one) != "Cf")
    words = " ".join(seen.split())
    if not words.strip(_JOINERS + " "):
        return ground
    words, path = _readable(words, tell)
    if not words:
        return ground
    size = max(LEAST, round(height * LETTERS))
    most = safe_area(width, height).width * WIDEST - size
    font, words = _fit(words, path, size, most)
    left, _, right, bottom = font.getbbox(words)
    plate_height = _plate_height(height)
    plate_width = min(right - left + size * 1.1, most + size)
    plate = Plate(
        (width - plate_width) / 2,
        height * (1 - BELOW) - plate_height,
        plate_width,
        plate_height,
    )
    letters = Image.new("RGBA", (int(right - left) + 2, int(bottom) + 2), f"{_INK}00")
    ImageDraw.Draw(letters).text((1 - left, 0), words, font=font, fill=_INK)
    ascent, descent = font.getmetrics()
    rest = plate.top + (plate.height - ascent - descent) / 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><rect x="{plate.left:.2f}" y="{plate.top:.2f}" '
        f'width="{plate.width:.2f}" height="{plate.height:.2f}" rx="{plate.height / 3:.2f}" '
        f'fill="#0c0f14" fill-opacity="{1.0 if solid else SHADE}"/></svg>'
    )
    easel = Easel(width, height)
    try:
        written = Layer(
            np.asarray(letters), left=round((width - letters.width) / 2), top=round(rest)
        )
        return easel.draw(ground, [Layer(svg), written]).copy()
    finally:
        easel.close()


def _plate_height(height: int) -> float:
    return max(height * PLATE, LEAST * PLATE / LETTERS)


def _readable(words: str, tell: Tell) -> tuple[str, str]:
    """The words without the letters that cannot be drawn, and the font that draws the rest."""
    own = str(resource("assets", "fonts", "SourceSansPro-Semibold.ttf"))
    if _turns(words) and not features.check("fribidi"):
        remedy = "Install the library FriBiDi (Debian: apt install libfribidi0)"
        tell(SettingsError("The name plate cannot show text that runs from right to left", remedy))
        return "", own
    best, missing = own, _missing(words, own)
    for name in SYSTEM_FONTS:
        if not missing:
            return words, best
        try:
            lacks = _missing(words, name)
        except OSError:  # this machine has no font of that name
            continue
        if len(lacks) < len(missing):
            best, missing = name, lacks
    if missing:
        tell(
            SettingsError(
                f"The name plate leaves out {' '.join(missing)}: no font of this machine has all "
                "its letters",
                "Install a font that has them (Debian: fonts-noto, fonts-noto-cjk), or write in "
                "one script",
            )
        )
    kept = "".join(letter for letter in words if letter not in missing)
    return " ".join(kept.split()) if kept.strip(_JOINERS + " ") else "", best


def _missing(words: str, path: str) -> list[str]:
    """The letters that a font has not.

    Raises:
        OSError: if there is no such font.
    """
    # One letter is one glyph here: Raqm would set a lone vowel sign on a circle, which hides that
    # the font has no such sign.
    font = ImageFont.truetype(path, 20, layout_engine=ImageFont.Layout.BASIC)
    none = bytes(font.getmask(_NO_LETTER))
    letters = (letter for letter in dict.fromkeys(words) if letter not in _JOINERS + " ")
    return [letter for letter in letters if bytes(font.getmask(letter)) == none]


def _turns(words: str) -> bool:
    """Whether part of the text runs from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in words)


def _fit(words: str, path: str, size: int, most: float) -> tuple[ImageFont.FreeTypeFont, str]:
    """The font in a size that fits, and the words, cut if they do not fit even so."""
    font = ImageFont.truetype(path, size)
    if (length := font.getlength(words)) > most:
        font = ImageFont.truetype(path, max(LEAST, size * SHRINK, size * most / length))
    while font.getlength(words) > most and len(words) > 1:
        words = words[:-2].rstrip() + "…"
    return font, words
