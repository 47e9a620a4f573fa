"""How much a pack may be. docs/packs.md states each of these, and a test holds it to them."""

from __future__ import annotations

from emocam.errors import PackError

KIB, MIB = 1 << 10, 1 << 20

#: A pack as a zip file, in bytes.
MAX_ARCHIVE_SIZE = 16 * MIB
#: All files of a pack together, unpacked, in bytes.
MAX_TOTAL_SIZE = 32 * MIB
#: Files in a folder or entries in a zip.
MAX_FILES = 128
#: How many times smaller a file may lie in a zip. A drawing in SVG reaches about 20.
MAX_RATIO = 200

#: ``pack.toml`` in bytes, and its lines in characters: a key of very many parts costs the square
#: of their number.
MAX_MANIFEST_SIZE = 64 * KIB
MAX_LINE = 4096
#: Words of ``pack.toml`` in characters: names and licences, alt texts.
MAX_NAME = 80
MAX_ALT = 400

#: An SVG in bytes, its elements, and how deep they may lie in each other.
MAX_SVG_SIZE = 1 * MIB
MAX_ELEMENTS = 10_000
MAX_DEPTH = 64
#: The largest number in an SVG's geometry; a drawing of 512x512 has no use for it.
MAX_COORDINATE = 1e6

#: A PNG, WebP or GIF in bytes.
MAX_RASTER_SIZE = 4 * MIB
#: Its longer side in pixels.
MAX_SIDE = 2048
#: Frames of an animation, and all of them together as RGBA in bytes (64 frames of 512x512).
MAX_FRAMES = 240
MAX_DECODED = 64 * MIB
#: How long one frame of an animation may stand, in milliseconds.
MIN_DURATION, MAX_DURATION = 20, 60_000

#: Processor time to read and draw one picture, in seconds, and memory beyond the drawing process's
#: own.
MAX_DRAWING_TIME = 5
MAX_DRAWING_MEMORY = 512 * MIB
#: Seconds on the clock for the same: for a busy machine, or one that limits no other time.
MAX_DRAWING_WAIT = 30.0
#: The side in pixels at which a pack's pictures are tried: that of the avatar at 1280x720.
TRIAL_SIZE = 576


def size_in_words(size: int) -> str:
    """A size in bytes as people read it.

    >>> size_in_words(64 << 10), size_in_words(16 << 20)
    ('64 KiB', '16 MiB')
    """
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB"


def too_large(name: str, limit: int) -> PackError:
    """The error for a file of more than ``limit`` bytes."""
    return PackError(
        f"{name!r:.80} is larger than {size_in_words(limit)}", "Make it smaller, or leave it out"
    )
