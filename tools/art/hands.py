"""The hands of the pack "Classic": shapes with a common outline, lit as one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from tools.art.paths import Curve, Point, blob, closed, moved, opened, turned

RIM = "#b0641f"
CREASE = "#c9792b"
#: Half of the outline's width lies outside the shape.
OUTLINE = 20


def capsule(start: Point, end: Point, width: float) -> list[Point]:
    """A finger: the closed outline of a thick line with round ends."""
    r, k = width / 2, 0.5523 * width / 2
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    upright = [
        (-r, 0), (-r, -length / 3), (-r, -length * 2 / 3), (-r, -length),
        (-r, -length - k), (-k, -length - r), (0, -length - r),
        (k, -length - r), (r, -length - k), (r, -length),
        (r, -length * 2 / 3), (r, -length / 3), (r, 0),
        (r, k), (k, r), (0, r), (-k, r), (-r, k), (-r, 0),
    ]  # fmt: skip
    angle = math.degrees(math.atan2(end[0] - start[0], start[1] - end[1]))
    turn = turned(angle, 0, 0)
    return [(x + start[0], y + start[1]) for x, y in moved(upright, turn)]


def box(left: float, top: float, right: float, bottom: float, k: float = 0.86) -> list[Point]:
    """A rounded box."""
    return blob((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2, k)


def hand(name: str, shapes: Sequence[Curve], creases: Iterable[Curve] = ()) -> str:
    """One hand: every shape's outline, then every shape, then the lines on it."""
    whole = " ".join(closed(shape) for shape in shapes)
    folds = " ".join(opened(crease) for crease in creases)
    lines = (
        f'\n    <path id="{name}-lines" fill="none" stroke="{CREASE}" stroke-width="9" '
        f'stroke-linecap="round" d="{folds}"/>'
    )
    return f"""  <g id="{name}">
    <path id="{name}-outline" fill="{RIM}" stroke="{RIM}" stroke-width="{OUTLINE}" stroke-linejoin="round" d="{whole}"/>
    <path id="{name}-skin" fill="url(#paint-skin)" d="{whole}"/>{lines if folds else ""}
  </g>
"""


def sleeve(name: str, shape: Curve, cuff: Curve) -> str:
    """The end of a sleeve; its colours come with the document."""
    return f"""  <g id="{name}">
    <path id="{name}-arm" fill="url(#paint-sleeve)" stroke="{{rim}}" stroke-width="10" d="{closed(shape)}"/>
    <path id="{name}-cuff" fill="{{cuff}}" stroke="{{rim}}" stroke-width="10" d="{closed(cuff)}"/>
  </g>
"""


def document(parts: str, light: str, deep: str, cuff: str, rim: str) -> str:
    """A picture with hands; light and deep are the sleeve's colours from above and below."""
    body = parts.replace("{cuff}", cuff).replace("{rim}", rim)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <defs>
    <linearGradient id="paint-skin" gradientUnits="userSpaceOnUse" x1="230" y1="40"
      x2="282" y2="470">
      <stop offset="0" stop-color="#ffeab0"/>
      <stop offset="0.5" stop-color="#fac75c"/>
      <stop offset="1" stop-color="#e69a3c"/>
    </linearGradient>
    <linearGradient id="paint-sleeve" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="{light}"/>
      <stop offset="1" stop-color="{deep}"/>
    </linearGradient>
  </defs>
{body}</svg>
"""


def open_palm() -> list[list[Point]]:
    """Fingers, thumb, palm and wrist of a raised hand."""
    return [
        capsule((144, 296), (96, 160), 58),
        capsule((196, 276), (178, 88), 62),
        capsule((256, 276), (266, 68), 64),
        capsule((312, 296), (350, 108), 62),
        capsule((304, 376), (436, 262), 66),
        blob(228, 322, 114, 106, 0.72),
        box(158, 372, 300, 480),
    ]


def raised_hand() -> str:
    """An open palm."""
    arm = sleeve("sleeve", box(138, 424, 320, 492, 0.9), box(124, 404, 334, 454, 0.8))
    creases = [
        [(312, 314), (272, 312), (244, 332), (234, 378)],
        [(138, 322), (180, 328), (220, 314), (242, 292)],
    ]
    parts = hand("hand", open_palm(), creases) + arm
    return document(parts, "#5aa7f7", "#2c63c4", "#a8d2ff", "#204a99")


def thumb(*, up: bool) -> str:
    """A fist with its thumb up or down."""

    def place(curve: Curve) -> list[Point]:
        return list(curve) if up else [(x, 512 - y) for x, y in curve]

    fist = [
        capsule((206, 292), (284, 84), 88),
        box(122, 216, 330, 458, 0.8),
        capsule((290, 254), (396, 254), 68),
        capsule((290, 316), (408, 316), 66),
        capsule((290, 376), (398, 376), 64),
        capsule((290, 430), (376, 430), 58),
    ]
    creases = [
        [(310, 286), (340, 285), (380, 285), (414, 285)],
        [(310, 346), (340, 346), (380, 346), (420, 346)],
        [(310, 404), (340, 404), (370, 404), (404, 404)],
        [(306, 222), (268, 232), (250, 262), (262, 292)],
    ]
    arm = sleeve("sleeve", place(box(38, 226, 124, 460, 0.9)), place(box(92, 216, 146, 470, 0.8)))
    fingers = hand("hand", [place(s) for s in fist], [place(c) for c in creases])
    # in another order, so that the one is faded to the other and not squashed flat on the way
    parts = fingers + arm if up else arm + fingers
    colours = ("#7fd36b", "#2f8f3f", "#c9f5bd", "#226b30")
    return document(parts, *(colours if up else ("#ff8a72", "#c2322b", "#ffd0c4", "#8f1f1c")))


def clapping() -> str:
    """Two hands that meet, with what one hears of it."""
    fingers = [
        capsule((-60, -40), (-66, -150), 44),
        capsule((-20, -60), (-24, -196), 46),
        capsule((22, -60), (20, -206), 46),
        capsule((62, -50), (62, -176), 44),
        capsule((66, 20), (112, -62), 50),
        blob(0, 0, 88, 96, 0.74),
        box(-56, 40, 56, 136),
    ]
    folds = [
        [(-41, -90), (-42, -110), (-43, -130), (-44, -146)],
        [(0, -90), (-1, -120), (-2, -160), (-2, -186)],
        [(42, -90), (42, -120), (41, -150), (41, -170)],
    ]
    arm, cuff = box(-74, 104, 74, 172, 0.9), box(-84, 92, 84, 134, 0.8)

    def left(curve: Curve) -> list[Point]:
        return moved([(x * 0.93 + 142, y * 0.93 + 330) for x, y in curve], turned(22, 142, 330))

    def right(curve: Curve) -> list[Point]:
        return [(512 - x, y) for x, y in left(curve)]

    parts = _noise()
    for name, place in (("left", left), ("right", right)):
        parts += hand(f"hand-{name}", [place(s) for s in fingers], [place(f) for f in folds])
        parts += sleeve(f"sleeve-{name}", place(arm), place(cuff))
    return document(parts, "#b78cf0", "#6a3fb5", "#e3d0ff", "#4d2a8c")


def _noise() -> str:
    rays = "M256 86 L256 44 M178 96 L152 58 M334 96 L360 58 M108 150 L70 122 M404 150 L442 122"
    return f"""  <g id="noise" fill="none" stroke-linecap="round">
    <path id="noise-outline" stroke="#b0641f" stroke-width="32" d="{rays}"/>
    <path id="noise-rays" stroke="#ffdb2e" stroke-width="18" d="{rays}"/>
  </g>
"""
