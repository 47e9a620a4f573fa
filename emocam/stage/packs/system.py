"""The pack "System": the machine's own emoji, drawn from its colour font.

resvg draws a letter of that one font: bitmaps (CBDT, sbix) and layered outlines (COLR 0 and 1). No
part of the font is kept or passed on; what is shown is what every program on the machine shows.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
import resvg_py
from PIL import Image

from emocam.errors import PackError
from emocam.expression import EMOJI, Picture
from emocam.stage.artwork import Artwork, Still
from emocam.stage.pack import Pack
from emocam.stage.packs.fonts import EmojiFont, find_emoji_font
from emocam.stage.packs.manifest import Entry, Manifest

#: Its name in ``avatar.pack``.
ID = "system"
#: Side of the drawing in pixels, of which the emoji has half: with bitmaps what Noto and Apple
#: hold (136 and 160), with outlines what the stage shows at 1280x720.
_SIDE_OF_BITMAPS, _SIDE_OF_OUTLINES = 320, 1080
#: The tables of a font in which bitmaps lie, and how many of its bytes surely name its tables.
_BITMAPS, _HEAD = (b"CBDT", b"sbix"), 4096
#: The share of the finished picture that the emoji has: that of Classic's faces.
_SHARE = 0.84
_CLASSIC = 'Set avatar.pack to "classic"'
#: A code point that no font has.
_NOBODY = "\U0010fffe"

#: What the emoji of each picture shows. None of the expressions is a shade of another.
ALT: dict[Picture, str] = {
    Picture.NEUTRAL: "A face with a straight mouth",
    Picture.HAPPINESS: "A face with a wide open smile",
    Picture.SURPRISE: "A face with a round open mouth",
    Picture.SADNESS: "A face with a tear",
    Picture.ANGER: "A face with lowered brows and its mouth down",
    Picture.DISGUST: "A green face that is about to be sick",
    Picture.FEAR: "A face that is blue above, with raised brows and an open mouth",
    Picture.CONTEMPT: "A face with a crooked half-smile and a look aside",
    Picture.LOOKING_AWAY: "Two eyes that look aside",
    Picture.STARTING: "A chick that hatches: EmoCam is starting",
    Picture.AWAY: "An empty chair: nobody is in front of the camera",
    Picture.COVERED: "A monkey that covers its eyes: the camera is covered",
    Picture.BUSY: "A padlock: another program uses the camera",
    Picture.UNPLUGGED: "A plug: there is no camera",
    Picture.DENIED: "A forbidding sign: the camera may not be opened",
    Picture.STALLED: "A cube of ice: the camera gives no pictures",
    Picture.PAUSED: "A pause sign: EmoCam is paused",
    Picture.MOMENT: "An hourglass: one moment, please",
    Picture.RAISED_HAND: "A raised hand",
    Picture.THUMBS_UP: "A thumb up",
    Picture.THUMBS_DOWN: "A thumb down",
    Picture.CLAPPING: "Two hands that clap",
    Picture.LAUGHING: "A face that laughs tears",
    Picture.HEART: "A red heart",
    Picture.QUESTION: "A question mark",
    Picture.COFFEE: "A cup of coffee: back soon",
}


@dataclass(frozen=True, slots=True)
class SystemPack(Pack):
    """The pack of one font."""

    font: EmojiFont
    side: int
    _nothing: list[bytes] = field(default_factory=list)

    def _artwork(self, entry: Entry) -> Artwork:
        drawing = self._draw(entry.file)
        if not self._nothing:
            self._nothing.append(self._draw(_NOBODY).tobytes())
        box = drawing.getchannel("A").getbbox()
        if box is None or drawing.tobytes() == self._nothing[0]:
            raise PackError(
                f"The font {self.font.path.name} has no emoji U+{ord(entry.file):04X}",
                "Install a newer colour-emoji font",
            )
        emoji = drawing.crop(box)
        side = round(max(emoji.size) / _SHARE)
        square = Image.new("RGBA", (side, side))
        square.paste(emoji, ((side - emoji.width) // 2, (side - emoji.height) // 2))
        return Still(np.asarray(square))

    def _draw(self, letter: str) -> Image.Image:
        """The letter with room around it, RGBA."""
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><text x="40" y="140"'
            f' font-size="100" font-family="{self.font.family}">{letter}</text></svg>'
        )
        try:
            png = resvg_py.svg_to_bytes(
                svg_string=svg,
                width=self.side,
                height=self.side,
                skip_system_fonts=True,
                font_files=[str(self.font.path)],
            )
            return Image.open(io.BytesIO(bytes(png))).convert("RGBA")
        except (ValueError, OSError) as error:
            raise PackError(f"{self.font.path} cannot be drawn: {error!s:.100}", _CLASSIC) from None

    def refuse_grey(self) -> None:
        """See that the font is drawn in colour.

        Raises:
            PackError: if it is not, as one in a format that resvg does not know.
        """
        still = self.artwork(Picture.HAPPINESS)
        assert isinstance(still, Still)
        pixels = still.pixels[still.pixels[..., 3] > 128, :3].astype(np.int16)
        if not len(pixels) or (pixels.max(axis=1) - pixels.min(axis=1)).mean() < 20:
            raise PackError(f"{self.font.path} gives no picture in colour", _CLASSIC)


def load_system_pack(font: EmojiFont | None = None) -> SystemPack:
    """The pack of this machine.

    Args:
        font: another font than the machine's.

    Raises:
        PackError: if there is no colour-emoji font, or it is in a format that cannot be drawn.
    """
    font = font or find_emoji_font()
    manifest = Manifest(
        id=ID,
        name="System",
        author=font.family,
        licence="that of the font, which is not part of EmoCam",
        entries={picture: Entry(EMOJI[picture], {"en": words}) for picture, words in ALT.items()},
    )
    pack = SystemPack(manifest, font, _side_for(font))
    pack.refuse_grey()
    return pack


def _side_for(font: EmojiFont) -> int:
    try:
        with font.path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise PackError(f"{font.path} cannot be read: {error.strerror}", _CLASSIC) from None
    return _SIDE_OF_BITMAPS if any(tag in head for tag in _BITMAPS) else _SIDE_OF_OUTLINES
