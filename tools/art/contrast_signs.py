"""What the pack "Contrast" shows where no face is."""

from __future__ import annotations

from collections.abc import Iterable

from tools.art.contrast_kit import (
    ORANGE,
    ROSE,
    SKY,
    WHITE,
    YELLOW,
    around,
    disc,
    document,
    polygon,
    shape,
    solid,
    stroke,
    tube,
)
from tools.art.hands import capsule, open_palm
from tools.art.paths import Point, blob, closed, lines, mirrored, moved, turned

CAMERA = (
    closed(blob(256, 212, 196, 168, 0.74)),
    polygon([(226, 370), (286, 370), (286, 430), (226, 430)]),
    polygon([(150, 424), (362, 424), (382, 466), (130, 466)]),
)


def reactions() -> dict[str, str]:
    """What the user holds up."""
    heart = "M256 140 C228 82 176 52 126 66 C68 82 40 140 50 206 C64 300 164 384 256 462 C348 384 448 300 462 206 C472 140 444 82 386 66 C336 52 284 82 256 140 Z"
    bubble = closed(blob(256, 222, 212, 178, 0.76))
    hook = "M184 176 C184 126 214 104 256 104 C298 104 328 130 328 168 C328 220 256 214 256 264"
    cup = "M70 196 L370 196 L352 396 C346 432 326 452 290 452 L150 452 C114 452 94 432 88 396 Z"
    handle = "M362 232 C476 212 476 392 346 384"
    steam = "M150 120 C126 96 174 76 150 50 M290 120 C266 96 314 76 290 50"
    palm = "M306 310 C262 306 240 330 240 374 M140 310 C180 322 218 310 240 288"
    rays = "M256 78 L256 46 M150 106 L126 80 M362 106 L386 80"
    fist = _fist()
    folds = "M306 284 L400 284 M306 346 L406 346 M306 404 L388 404"
    folds_down = "M306 228 L400 228 M306 166 L406 166 M306 108 L388 108"
    turned_over = [[(x, 512 - y) for x, y in part] for part in fist]
    return {
        "raised_hand": document(
            shape("hand", *map(closed, _smaller(open_palm()))) + stroke("lines", palm, 18)
        ),
        "thumbs_up": document(shape("hand", *map(closed, fist)) + stroke("lines", folds, 20)),
        "thumbs_down": document(
            # one more group than the thumb up has, so that it is faded to and not squashed flat
            f'  <g id="down">\n{shape("hand", *map(closed, turned_over))}  </g>\n'
            + stroke("lines", folds_down, 20)
        ),
        "clapping": document(
            tube("noise", rays, 20)
            + "".join(
                shape(f"hand-{side}", *map(closed, hand))
                + stroke(f"lines-{side}", opened_lines, 16)
                for side, hand, opened_lines in _clap()
            )
        ),
        "heart": document(shape("heart", heart, paint=ROSE)),
        "question": document(
            shape("bubble", bubble, "M190 370 L322 370 L256 466 Z", paint=SKY)
            + stroke("hook", hook, 52)
            + disc("point", 256, 338, 32)
        ),
        "coffee": document(
            tube("steam", steam, 20)
            + tube("handle", handle, 26)
            + shape("cup", cup, paint=WHITE)
            + stroke("line", "M92 256 L348 256", 26)
        ),
    }


def states() -> dict[str, str]:
    """What is shown where nobody can be read."""
    glass = "M136 96 C136 196 216 214 216 256 C216 298 136 316 136 416 L376 416 C376 316 296 298 296 256 C296 214 376 196 376 96 Z"
    plug = "M130 196 L382 196 L382 268 C382 338 330 384 256 384 C182 384 130 338 130 268 Z"
    shackle = "M164 240 L164 164 C164 48 348 48 348 164 L348 240"
    lens = disc("lens", 256, 212, 118) + disc("glass", 256, 212, 90, WHITE)
    return {
        "starting": document(
            shape("pill", closed(blob(256, 256, 206, 112, 0.86)), paint=WHITE)
            + disc("dot-left", 146, 256, 34)
            + disc("dot-middle", 256, 256, 34)
            + disc("dot-right", 366, 256, 34)
        ),
        "paused": document(
            shape("plate", closed(blob(256, 256, 200, 200, 0.9)), paint=WHITE)
            + stroke("bars", "M196 178 L196 334 M316 178 L316 334", 66)
        ),
        "moment": document(
            shape(
                "hourglass",
                glass,
                closed(blob(256, 76, 168, 34, 0.8)),
                closed(blob(256, 436, 168, 34, 0.8)),
                paint=WHITE,
            )
            + solid("sand", "M190 170 C210 206 246 212 252 240 L260 240 C266 212 302 206 322 170 Z")
            + solid("heap", "M174 392 C186 350 226 322 256 316 C286 322 326 350 338 392 Z")
            + stroke("stream", "M256 236 L256 330", 16)
            + stroke("caps", "M146 112 L366 112 M146 400 L366 400", 18)
        ),
        "away": document(
            tube("wheels", "M256 428 L136 462 M256 428 L376 462 M256 360 L256 428", 24)
            + tube("arms", "M62 214 L62 300 L450 300 L450 214", 24)
            + shape("back", closed(blob(256, 150, 116, 110, 0.8)), paint=WHITE)
            + shape("seat", closed(blob(256, 316, 142, 38, 0.86)), paint=YELLOW)
        ),
        "covered": document(
            shape("camera", *CAMERA, paint=WHITE)
            + lens
            + tube("bar", "M76 392 L436 68", 40, YELLOW)
        ),
        "busy": document(
            shape("camera", closed(blob(256, 166, 150, 126, 0.78)), paint=WHITE)
            + disc("lens", 256, 128, 70)
            + disc("glass", 256, 128, 42, WHITE)
            + shape("window", polygon([(66, 230), (446, 230), (446, 450), (66, 450)]), paint=WHITE)
            + solid("title", polygon([(66, 230), (446, 230), (446, 290), (66, 290)]), SKY)
            + stroke("title-line", "M66 290 L446 290", 24)
            + disc("person", 256, 352, 30)
            + solid("shoulders", "M190 450 C194 372 318 372 322 450 Z")
        ),
        "unplugged": document(
            tube("cable", "M256 384 L256 452", 24)
            + tube("pins", "M196 190 L196 76 M316 190 L316 76", 34)
            + shape("plug", plug, paint=YELLOW)
            + stroke("line", "M180 262 L332 262", 26)
        ),
        "denied": document(
            tube("shackle", shackle, 44)
            + shape("lock", closed(blob(256, 338, 186, 122, 0.88)), paint=ORANGE)
            + disc("lens", 256, 336, 80)
            + disc("glass", 256, 336, 54, WHITE)
            + disc("pupil", 256, 336, 26)
        ),
        "stalled": document(
            tube("flake", _flake(), 40, SKY)
            + disc("lens", 256, 256, 46)
            + disc("glass", 256, 256, 22, WHITE)
        ),
    }


def _smaller(shapes: Iterable[Iterable[Point]]) -> list[list[Point]]:
    """Shapes a little smaller, so that the broad outline has room."""
    return [[(256 + (x - 266) * 0.88, 256 + (y - 260) * 0.88) for x, y in part] for part in shapes]


def _fist() -> list[list[Point]]:
    return [
        capsule((190, 290), (262, 96), 88),
        blob(198, 336, 124, 118, 0.82),
        capsule((280, 254), (396, 254), 62),
        capsule((280, 315), (408, 315), 62),
        capsule((280, 375), (398, 375), 62),
        capsule((280, 428), (376, 428), 56),
    ]


def _clap() -> list[tuple[str, list[list[Point]], str]]:
    """Side, shapes and lines of two hands."""
    hand = [
        capsule((-50, -20), (-54, -112), 52),
        capsule((0, -20), (0, -150), 56),
        capsule((50, -20), (50, -126), 52),
        blob(0, 20, 82, 84, 0.74),
    ]
    folds = [((-27, -50), (-28, -106)), ((26, -50), (26, -116))]

    def place(part: Iterable[Point]) -> list[Point]:
        return moved([(x + 152, y + 350) for x, y in part], turned(26, 152, 350))

    left = [place(part) for part in hand]
    left_folds = [tuple(place(fold)) for fold in folds]
    right_folds = [tuple(mirrored(fold)) for fold in left_folds]
    return [
        ("left", left, lines(*left_folds)),
        ("right", [mirrored(part) for part in left], lines(*right_folds)),
    ]


def _flake() -> str:
    arms, bases = around(6, 192), around(6, 136)
    tips = [moved([arm], turned(turn))[0] for arm in around(6, 190) for turn in (-19, 19)]
    twigs = [(bases[i // 2], tip) for i, tip in enumerate(tips)]
    return lines(*(((256, 256), tip) for tip in arms), *twigs)
