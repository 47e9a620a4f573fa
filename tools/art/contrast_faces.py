"""The faces of the pack "Contrast"."""

from __future__ import annotations

from tools.art.contrast_kit import (
    ORANGE,
    ROSE,
    SKY,
    WHITE,
    YELLOW,
    around,
    document,
    eyes,
    petals,
    polygon,
    rings,
    shape,
    solid,
    stroke,
)
from tools.art.paths import blob, closed


def _face(inner: str, outline: str, paint: str = YELLOW) -> str:
    return document(shape("head", outline, paint=paint) + inner)


def _tear(x: float) -> str:
    return closed(
        [
            (x, 216), (x + 14, 250), (x + 44, 274), (x + 44, 306),
            (x + 44, 362), (x - 44, 362), (x - 44, 306),
            (x - 44, 274), (x - 14, 250), (x, 216),
        ]
    )  # fmt: skip


def faces() -> dict[str, str]:
    """The pictures with a face."""
    round_head = closed(blob(256, 256, 206, 206))
    drop = "M256 40 C304 120 438 196 438 312 C438 416 356 474 256 474 C156 474 74 416 74 312 C74 196 208 120 256 40 Z"
    horns = "M66 44 C84 92 128 104 176 92 C226 80 286 80 336 92 C384 104 428 92 446 44 C480 120 466 188 456 236 C466 382 380 470 256 470 C132 470 46 382 56 236 C46 188 32 120 66 44 Z"
    melting = "M256 44 C380 44 456 116 456 226 C456 292 440 330 436 392 C434 446 372 446 370 396 C368 358 336 360 332 404 C326 492 218 494 212 420 C208 376 172 376 168 416 C162 456 96 452 92 392 C86 330 56 292 56 226 C56 116 132 44 256 44 Z"
    ghost = "M256 40 C366 40 436 124 436 236 L452 468 L374 412 L316 470 L256 412 L196 470 L138 412 L60 468 L76 236 C76 124 146 40 256 40 Z"
    lifted = "M84 178 C90 150 110 140 136 134 L386 44 C420 34 444 48 448 84 L466 388 C468 430 446 452 410 454 L118 462 C80 462 60 442 62 404 Z"
    nose = "M242 50 C334 50 396 104 414 188 L466 262 C470 276 464 286 450 288 L422 294 C408 394 340 462 242 462 C130 462 40 370 40 256 C40 142 130 50 242 50 Z"
    grin = "M136 296 L376 296 C376 374 326 420 256 420 C186 420 136 374 136 296 Z"
    teeth = "M168 314 L344 314 L336 346 L176 346 Z"
    squint = "M128 166 L196 206 L128 246 M384 166 L316 206 L384 246"
    return {
        "neutral": _face(
            eyes(218, 30, 38) + stroke("mouth", "M182 340 L330 340", 32), round_head, paint=WHITE
        ),
        "happiness": _face(
            eyes(214, 30, 38) + solid("mouth", grin) + solid("teeth", teeth, WHITE),
            petals(12, 186, 236),
        ),
        "surprise": _face(
            rings(208, 54, 18)
            + solid("mouth", closed(blob(256, 350, 48, 60)))
            + solid("throat", closed(blob(256, 350, 26, 38)), WHITE),
            polygon(around(12, 220, 172)),
        ),
        "sadness": _face(
            stroke("brows", "M136 250 L208 210 M376 250 L304 210", 30)
            + eyes(292, 26, 30)
            + stroke("mouth", "M178 412 C196 362 316 362 334 412", 32),
            drop,
            paint=SKY,
        ),
        "anger": _face(
            stroke("brows", "M120 168 L214 226 M392 168 L298 226", 40)
            + eyes(262, 28, 28)
            + solid("mouth", "M158 402 L182 330 L330 330 L354 402 Z")
            + solid("teeth", "M192 388 L204 346 L308 346 L320 388 Z", WHITE)
            + stroke("gaps", "M256 338 L256 396 M226 342 L222 392 M286 342 L290 392", 14),
            horns,
            paint=ORANGE,
        ),
        "disgust": _face(
            stroke("brows", "M112 158 L206 178 M400 158 L306 178", 34)
            + stroke("eyes", "M132 222 L208 222 M304 222 L380 222", 26)
            + stroke(
                "mouth",
                "M150 306 C176 268 206 268 224 290 C242 312 270 312 288 290 C306 268 336 268 362 306",
                30,
            )
            + solid("tongue", "M226 300 L286 300 L286 370 C286 412 226 412 226 370 Z")
            + solid("tongue-paint", "M242 312 L270 312 L270 366 C270 388 242 388 242 366 Z", ROSE),
            melting,
        ),
        "fear": _face(
            rings(190, 58, 15, 84)
            + stroke("mouth", "M150 338 L186 306 L222 338 L256 306 L290 338 L326 306 L362 338", 28),
            ghost,
            paint=SKY,
        ),
        "contempt": _face(
            stroke("brows", "M132 226 L218 218 M300 176 C316 132 366 118 396 138", 32)
            + solid(
                "eyes",
                "M134 258 L220 254 C220 302 138 306 134 258 Z M302 232 L390 226 C390 278 306 282 302 232 Z",
            )
            + stroke("mouth", "M170 386 C250 400 320 390 366 324", 34),
            lifted,
            paint=WHITE,
        ),
        "looking_away": _face(
            eyes(212, 26, 38, 58, 76) + stroke("mouth", "M292 346 L388 346", 32),
            nose,
            paint=WHITE,
        ),
        "laughing": document(
            shape("head", petals(7, 176, 244))
            + stroke("eyes", squint, 32)
            + solid("mouth", grin)
            + solid("teeth", teeth, WHITE)
            + shape("tears", _tear(86), _tear(426), paint=SKY)
        ),
    }
