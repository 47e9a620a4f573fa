"""Draw what the camera shows of four people in the three modes, for docs/several-people.md.

    python tools/people_sheet.py    # docs/art/people-nearest.png, -each.png and -group.png

The four are made up: the nearest looks neutral, two smile, one is surprised. What becomes of their
readings is decided by the product's own code (emocam/group.py), and drawn by the stage's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from emocam.expression import Expression, SensorState
from emocam.group import audience
from emocam.settings import Settings
from emocam.settings.schema import People
from emocam.stage.render import render_scene
from emocam.wire import Look, Reading, quantise

ART = Path(__file__).resolve().parent.parent / "docs" / "art"
SIZE = (480, 270)
#: The group from left to right.
GROUP = (Expression.HAPPINESS, Expression.NEUTRAL, Expression.SURPRISE, Expression.HAPPINESS)
NEAREST = 1


def look(people: People, number: int) -> Look:
    """What sensing would say of the group."""
    seen = [GROUP[NEAREST]] if people is People.NEAREST else list(GROUP)
    return tuple(
        Reading(
            SensorState.FACE,
            number,
            number * 1000,
            quantise([0.93 if each is expression else 0.01 for each in Expression]),
            place,
            len(seen),
        )
        for place, expression in enumerate(seen)
    )


def main() -> int:
    """Write a picture for each mode."""
    settings = Settings()
    for people in People:
        shown = audience(people, settings.mood, threshold=0.65)
        for number in range(5):
            scene = shown.take(look(people, number), float(number))
        picture = Image.fromarray(render_scene(scene, settings))
        path = ART / f"people-{people.value}.png"
        picture.resize(SIZE, Image.Resampling.LANCZOS).save(path, optimize=True)
        print(f"{path}: {', '.join(figure.picture.value for figure in scene.figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
