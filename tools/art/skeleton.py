"""How a face of the pack "Classic" is drawn: one skeleton, filled with numbers.

The text of two faces differs in nothing but numbers and colours, so that a morph may go from one
number to the other, whatever it stands for.
"""

from __future__ import annotations

import math

from tools.art.face import INK, Eye, Face, Skin
from tools.art.paths import (
    Bend,
    Curve,
    Point,
    arc,
    between,
    blob,
    closed,
    joined,
    lines,
    mirrored,
    moved,
    number,
    on_ball,
    opened,
    part,
    point_at,
    tapered,
    turned,
)

EYES_Y = 236
EYE_X = 166
#: Widths of a brow along its seven points, from the outer end to the inner one.
BROW = (0.2, 0.5, 0.8, 1.0, 1.0, 0.8, 0.3)
#: Width of the line around a brow, which makes its ends round.
BROW_EDGE = 14


def draw(face: Face) -> str:
    """The SVG text of a face."""
    ball, tilt = on_ball(face.yaw, face.pitch), turned(face.roll)

    def bend(point: Point) -> Point:
        return tilt(ball(point))

    skin = face.skin
    left = _eye(face.eye, "left", skin, bend)
    right = _eye(face.eye_right or face.eye, "right", skin, bend)
    head = closed(moved(blob(256, 258, 226, 218, 0.72), tilt))
    gloss = closed(moved(blob(256, 150, 168, 84, 0.62), tilt))
    widths = [share * (face.brow_width - BROW_EDGE) for share in BROW]
    brow_left = moved(face.brow, bend)
    brow_right = moved(face.brow_right or mirrored(face.brow), bend)
    nose = [(212, 262), (226, 270), (234, 284), (232, 304)]
    sides = {"left": (128, 318, 0), "right": (438, 196, 0)}  # where a drop grows from
    sides |= {"left" if drop[0] < 256 else "right": drop for drop in face.drops}
    dots = [
        f'<path id="dot-{name}" d="{closed(moved(blob(x, 372, face.dots, face.dots), bend))}"/>'
        for name, x in (("left", 192), ("middle", 256), ("right", 320))
    ]
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <defs>
    <radialGradient id="skin" cx="0.5" cy="0.3" r="0.78">
      <stop offset="0" stop-color="{skin.light}"/>
      <stop offset="0.5" stop-color="{skin.base}"/>
      <stop offset="1" stop-color="{skin.deep}"/>
    </radialGradient>
    <linearGradient id="gloss" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#ffffff" stop-opacity="0.3"/>
      <stop offset="0.7" stop-color="#ffffff" stop-opacity="0"/>
    </linearGradient>
    <radialGradient id="blush" cx="0.5" cy="0.5" r="0.5">
      <stop offset="0" stop-color="{skin.cheek}" stop-opacity="{number(skin.blush)}"/>
      <stop offset="0.55" stop-color="{skin.cheek}" stop-opacity="{number(skin.blush * 0.8)}"/>
      <stop offset="1" stop-color="{skin.cheek}" stop-opacity="0"/>
    </radialGradient>
  </defs>
  <g id="head-group">
    <path id="head" fill="url(#skin)" stroke="{skin.rim}" stroke-width="14" d="{head}"/>
    <path id="gloss-top" fill="url(#gloss)" d="{gloss}"/>
    <path id="cheek-left" fill="url(#blush)" d="{closed(moved(blob(110, 326, 56, 40), bend))}"/>
    <path id="cheek-right" fill="url(#blush)" d="{closed(moved(blob(402, 326, 56, 40), bend))}"/>
  </g>
  <g id="nose" fill="none" stroke="{INK}" stroke-width="{number(11 * face.nose)}" stroke-linecap="round">
    <path id="nose-left" d="{opened(moved(nose, bend))}"/>
    <path id="nose-right" d="{opened(moved(mirrored(nose), bend))}"/>
  </g>
{left}
{right}
  <g id="brows" fill="{INK}" stroke="{INK}" stroke-width="{BROW_EDGE}" stroke-linejoin="round">
    <path id="brow-left" d="{closed(tapered(brow_left, widths))}"/>
    <path id="brow-right" d="{closed(tapered(brow_right, [-w for w in widths]))}"/>
  </g>
{_mouth(face, bend)}
  <g id="dots" fill="{INK}">
    {(chr(10) + "    ").join(dots)}
  </g>
  <g id="drops" fill="#8fe3ff" stroke="#3f9fe0">
{_drop("left", sides["left"], bend)}
{_drop("right", sides["right"], bend)}
  </g>
</svg>
"""


def _eye(eye: Eye, side: str, skin: Skin, bend: Bend) -> str:
    """The group of one eye."""
    x = EYE_X + eye.inward

    def place(curve: Curve) -> list[Point]:
        return moved(curve if side == "left" else mirrored(curve), bend)

    edge, low = _edge(eye, x, eye.lid), _edge(eye, x, eye.low)
    # lids meet below the middle; eyes that are none do not blink
    shut = _shut_edge(eye, x)
    if eye.shut:
        edge = low = shut
    shut_edge, shut_low = (shut, shut) if eye.lash else (edge, low)
    above, below = _lid(eye, x, edge, upper=True), _lid(eye, x, low, upper=False)
    shut_above = _lid(eye, x, shut_edge, upper=True)
    shut_below = _lid(eye, x, shut_low, upper=False)
    dx, dy, rx, ry = eye.pupil
    # the eyes look where their owner looks: the same way on both sides
    dx = dx if side == "left" else -dx
    px, py = x + dx, EYES_Y + dy
    skin_line = 3 if eye.lash else 0  # hides the rim of the white under a lid
    white = blob(x, EYES_Y, eye.rx, eye.ry, eye.square)
    glint = blob(px + rx * (0.28 if side == "left" else -0.28), py - ry * 0.4, rx * 0.36, ry * 0.33)
    return f"""  <g id="eye-{side}">
    <path id="white-{side}" fill="{eye.ink}" d="{closed(place(white))}"/>
    <path id="pupil-{side}" fill="{INK}" d="{closed(place(blob(px, py, rx, ry)))}"/>
    <path id="glint-{side}" fill="#ffffff" d="{closed(place(glint))}"/>
    <path id="lid-low-{side}" fill="{skin.base}" stroke="{skin.base}" stroke-width="{number(skin_line)}" stroke-linejoin="round" d="{closed(place(below))}" data-closed="{closed(place(shut_below))}"/>
    <path id="rim-low-{side}" fill="none" stroke="{skin.rim}" stroke-width="{number(0 if eye.shut else eye.lash / 2)}" stroke-linecap="round" d="{opened(place(low))}" data-closed="{opened(place(shut_low))}"/>
    <path id="lid-{side}" fill="{skin.lid}" stroke="{skin.lid}" stroke-width="{number(skin_line)}" stroke-linejoin="round" d="{closed(place(above))}" data-closed="{closed(place(shut_above))}"/>
    <path id="lash-{side}" fill="none" stroke="{INK}" stroke-width="{number(eye.lash)}" stroke-linecap="round" stroke-linejoin="round" d="{opened(place(edge))}" data-closed="{opened(place(shut_edge))}"/>
  </g>"""


def _height(eye: Eye, share: float) -> float:
    return EYES_Y + eye.ry * (2 * share - 1)


def _across(eye: Eye, share: float) -> float:
    """Half-width of the eye at a share of its height."""
    return eye.rx * math.sqrt(max(0.0, 1 - (2 * share - 1) ** 2))


def _edge(eye: Eye, x: float, heights: tuple[float, float, float]) -> list[Point]:
    """The edge of a lid from the outer corner to the inner one (of the left eye)."""
    outer, middle, inner = heights
    if middle in (0, 1):  # wide open: the rim itself
        across = math.acos(_across(eye, outer) / eye.rx)
        start, end = math.pi + across, 2 * math.pi - across
        sign = 1 if middle == 0 else -1
        return arc(x, EYES_Y, eye.rx, eye.ry, sign * start, sign * end)
    ax, ay = x - _across(eye, outer), _height(eye, outer)
    bx, by = x + _across(eye, inner), _height(eye, inner)
    my = _height(eye, middle)
    slope = (by - ay) / max(bx - ax, 1)
    return [
        (ax, ay), (ax + (x - ax) * 0.18, ay + (my - ay) * 0.6),
        (x - (x - ax) * 0.5, my - slope * (x - ax) * 0.5), (x, my),
        (x + (bx - x) * 0.5, my + slope * (bx - x) * 0.5),
        (bx - (bx - x) * 0.18, by + (my - by) * 0.6), (bx, by),
    ]  # fmt: skip


def _lid(eye: Eye, x: float, edge: Curve, *, upper: bool) -> list[Point]:
    """The skin between the rim of the eye and the edge of a lid."""

    def angle(point: Point) -> float:
        return math.atan2((point[1] - EYES_Y) / eye.ry, (point[0] - x) / eye.rx)

    start, end = angle(edge[0]), angle(edge[-1])
    if upper:
        start, end = start % (2 * math.pi), end % (2 * math.pi)
        end = end if end > start else end + 2 * math.pi
    else:
        end = end if end < start else end - 2 * math.pi
    return joined(arc(x, EYES_Y, eye.rx, eye.ry, start, end), edge)


def _shut_edge(eye: Eye, x: float) -> list[Point]:
    ends, middle = EYES_Y + eye.ry * 0.14, EYES_Y + eye.ry * (0.14 + 0.4 * eye.arch)
    if eye.arch < 0:
        ends, middle = EYES_Y + eye.ry * 0.3, EYES_Y + eye.ry * (0.3 + 0.75 * eye.arch)
    half, knee = eye.rx * 0.98, ends + (middle - ends) * 0.75
    return [
        (x - half, ends), (x - half * 0.72, knee), (x - half * 0.4, middle), (x, middle),
        (x + half * 0.4, middle), (x + half * 0.72, knee), (x + half, ends),
    ]  # fmt: skip


def _mouth(face: Face, bend: Bend) -> str:
    mouth = face.mouth
    upper, lower = mouth.upper, mouth.lower
    teeth = joined(upper, between(upper, lower, mouth.teeth))
    # the tongue lies on the middle of the lower lip
    bed = [*part(lower[:4], 0.3, 1), *part(lower[3:], 0, 0.7)[1:]]
    hump = [
        (x, y - mouth.tongue * h) for (x, y), h in zip(bed, (0, 0.9, 1, 1, 1, 0.9, 0), strict=True)
    ]
    middle = between(upper, lower, 0.5)
    halves = (
        (upper[:4], lower[:4], 0.45),
        (upper[:4], lower[:4], 1.0),
        (upper[3:], lower[3:], 0.55),
    )
    gaps = [(bend(point_at(a, t)), bend(point_at(b, t))) for a, b, t in halves]
    x, y, rx, ry = face.tongue_out
    out = blob(x, y, rx, ry, 0.66)
    seam = [(x, y - ry * 0.9), (x, y - ry * 0.5), (x, y - ry * 0.2), (x, y + ry * 0.2)]
    hole = closed(moved(joined(upper, lower), bend))
    shown = 1 if rx else 0
    return f"""  <g id="mouth-group">
    <path id="mouth" fill="#5a1530" d="{hole}"/>
    <path id="tongue" fill="#ff6b7d" d="{closed(moved(joined(hump, bed), bend))}"/>
    <path id="teeth" fill="#ffffff" d="{closed(moved(teeth, bend))}"/>
    <path id="teeth-lines" fill="none" stroke="{INK}" stroke-width="{number(mouth.lines)}" d="{opened(moved(middle, bend))} {lines(*gaps)}"/>
    <path id="lips" fill="none" stroke="{INK}" stroke-width="{number(mouth.width)}" stroke-linejoin="round" stroke-linecap="round" d="{hole}"/>
    <path id="tongue-out" fill="#ff6b7d" stroke="{INK}" stroke-width="{14 * shown}" d="{closed(moved(out, bend))}"/>
    <path id="tongue-seam" fill="none" stroke="#c93a55" stroke-width="{9 * shown}" stroke-linecap="round" d="{opened(moved(seam, bend))}"/>
  </g>"""


def _drop(side: str, drop: tuple[float, float, float], bend: Bend) -> str:
    x, y, s = drop
    shape = [
        (x, y - 42 * s), (x + 8 * s, y - 20 * s), (x + 27 * s, y - 4 * s), (x + 27 * s, y + 15 * s),
        (x + 27 * s, y + 31 * s), (x + 15 * s, y + 42 * s), (x, y + 42 * s),
        (x - 15 * s, y + 42 * s), (x - 27 * s, y + 31 * s), (x - 27 * s, y + 15 * s),
        (x - 27 * s, y - 4 * s), (x - 8 * s, y - 20 * s), (x, y - 42 * s),
    ]  # fmt: skip
    width = number(6 if s else 0)
    return f'    <path id="drop-{side}" stroke-width="{width}" d="{closed(moved(shape, bend))}"/>'
