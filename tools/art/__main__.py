"""Write the pictures of the packs: ``python -m tools.art [--output FOLDER]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.art import contrast_faces, contrast_signs, hands, skeleton, things
from tools.art.classic_faces import FACES

EMOJI = Path(__file__).resolve().parent.parent.parent / "assets" / "emoji"


THINGS = {
    "away": things.away,
    "covered": things.covered,
    "busy": things.busy,
    "unplugged": things.unplugged,
    "denied": things.denied,
    "stalled": things.stalled,
    "moment": things.moment,
    "raised_hand": hands.raised_hand,
    "thumbs_up": lambda: hands.thumb(up=True),
    "thumbs_down": lambda: hands.thumb(up=False),
    "clapping": hands.clapping,
    "heart": things.heart,
    "question": things.question,
    "coffee": things.coffee,
}


def pictures() -> dict[str, str]:
    """The text of every generated file, by its path under assets/emoji."""
    faces = {f"classic/{name}.svg": skeleton.draw(numbers) for name, numbers in FACES.items()}
    objects = {f"classic/{name}.svg": draw() for name, draw in THINGS.items()}
    flat = contrast_faces.faces() | contrast_signs.states() | contrast_signs.reactions()
    return faces | objects | {f"contrast/{name}.svg": text for name, text in flat.items()}


def main(arguments: list[str]) -> int:
    """Write all of them."""
    parser = argparse.ArgumentParser(prog="python -m tools.art", description=__doc__)
    parser.add_argument("--output", type=Path, default=EMOJI, help="instead of assets/emoji")
    folder: Path = parser.parse_args(arguments).output
    drawn = pictures()
    for name, text in drawn.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(drawn)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
