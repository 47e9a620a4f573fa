"""What lies behind the avatars: a colour, a gradient, key green, or the user's own picture."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from emocam.errors import EmoCamError, SettingsError
from emocam.resources import user_path
from emocam.settings import Settings
from emocam.stage.colour import Bytes, rgba

#: Pure green, for programs that make one colour transparent (OBS: "chroma key").
GREEN = "#00ff00"
#: The formats of a picture that are read, by their names in Pillow.
FORMATS = ("PNG", "JPEG", "WEBP")
#: A picture of a camera has 12 to 50 million pixels; each takes 4 bytes while it is read.
MAX_PIXELS = 50_000_000
MAX_FILE = 64 << 20

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_REMEDY = "Set avatar.background to a colour or to another PNG, JPEG or WebP file"


def backdrop(settings: Settings, tell: Callable[[EmoCamError], None] = lambda error: None) -> Bytes:
    """The background of the whole picture.

    Args:
        settings: ``output.width``, ``output.height`` and ``avatar.background`` count.
        tell: told why a picture cannot be used; the default colour is drawn then.

    Returns:
        RGBX with X = 255, uint8, shape (height, width, 4).
    """
    size = (settings.output.width, settings.output.height)
    background = settings.avatar.background
    colours = background.split("-")
    if background == "green":
        ground = Image.new("RGBA", size, GREEN)
    elif all(_COLOUR.fullmatch(colour) for colour in colours):
        ground = _gradient(size, colours[0], colours[-1])
    else:
        try:
            ground = _picture(user_path(background, SettingsError), size)
        except SettingsError as error:
            tell(error)
            ground = Image.new("RGBA", size, Settings().avatar.background)
    return np.ascontiguousarray(ground)


def _gradient(size: tuple[int, int], top: str, bottom: str) -> Image.Image:
    ground = Image.new("RGBA", size, top)
    if bottom != top:
        share = Image.linear_gradient("L").resize(size, Image.Resampling.BICUBIC)
        ground.paste(Image.new("RGBA", size, bottom), (0, 0), share)
    return ground


def _quiet() -> warnings.catch_warnings[None]:
    """Without warnings: Pillow warns of damage to what says nothing about the picture."""
    return warnings.catch_warnings(action="ignore")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture as its camera was held; as it is, if what says so is damaged."""
    picture.load()  # a picture that cannot be decoded is told as such
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # whatever can be wrong in these bytes, the picture itself is whole
        return picture


def _picture(path: Path, size: tuple[int, int]) -> Image.Image:
    """The user's picture, as large as is needed to fill the size, its middle part.

    Raises:
        SettingsError: if it cannot be used; names the reason.
    """
    try:
        if not path.is_file():
            raise SettingsError(f"The background {path} is no file", _REMEDY)
        if path.stat().st_size > MAX_FILE:
            raise SettingsError(f"The background {path} is larger than 64 MB", _REMEDY)
        with _quiet(), Image.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise SettingsError(
                    f"The background {path} has {width}x{height} pixels, "
                    f"more than {MAX_PIXELS // 10**6} million",
                    "Make the picture smaller",
                )
            picture.draft("RGB", (2 * size[0], 2 * size[1]))  # a JPEG can be read smaller
            upright = rgba(_upright(picture))
        fitted = ImageOps.fit(upright, size, Image.Resampling.LANCZOS)
        ground = Image.new("RGBA", size, Settings().avatar.background)
        ground.alpha_composite(fitted)
    except SettingsError:
        raise
    except Exception as error:  # decoders fail in every way that there is
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SettingsError(
            f"The background {path} cannot be read: {reason:.200}", _REMEDY
        ) from None
    return ground
