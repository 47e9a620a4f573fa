"""The closed list of what a drawing may be made of to be drawn in motion.

Each attribute is read into numbers and fixed text and written again from them, so that two drawings
can be interpolated, and so that the renderer in C++ never sees a character that a pack's author
wrote: only what is built here. Left out is what thorvg 1.0 draws otherwise than the standard says:
``clip-rule``, ``visibility`` and a clip path that is clipped itself. Grammar: W3C, "Scalable Vector
Graphics (SVG) 1.1", 2011.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PIL import ImageColor

#: A piece of an attribute: text that stays as it is, a number, or the share of a colour (0..255).
Piece = str | float | tuple[int]


def _these(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Elements that are kept.
ELEMENTS = _these(
    "g defs clipPath use path circle ellipse rect line polyline polygon "
    "linearGradient radialGradient stop"
)
#: Elements that say nothing about how it looks.
SILENT = _these("title desc metadata")
#: Attributes that say nothing about how it looks.
SILENT_ATTRIBUTES = _these("version baseProfile class role lang tabindex focusable")
#: How many numbers follow a path command.
ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(px|%)?\s*")
_TOKEN = re.compile(rf"\s*,?\s*(?:([MmLlHhVvCcSsQqTtAaZz])|({_NUMBER}))")
_FLAG = re.compile(r"\s*,?\s*([01])")
_FUNCTION = re.compile(
    rf"\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(((?:\s*,?\s*{_NUMBER})+)\s*\)"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_WORDS = re.compile(r"[A-Za-z0-9-]+( [A-Za-z0-9-]+){0,2}")
_RGB = re.compile(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
#: Far beyond any drawing, and written without an exponent.
_MOST = 1e6


class NotListedError(ValueError):
    """The drawing has something that is not on the list; the text names it."""


def read(name: str, text: str) -> list[Piece]:
    """An attribute as pieces.

    Raises:
        NotListedError: if the attribute or its value is not on the list.
    """
    reader = _READERS.get(name)
    if reader is None:
        raise NotListedError(f'the attribute "{name:.40}"')
    try:
        return reader(text)
    except NotListedError:
        raise NotListedError(f"{name}={text!r:.60}") from None


def path(text: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of a path, one for each group of numbers; the flags of arcs are 0.0 or 1.0.

    Raises:
        NotListedError: if it is no path.
    """
    position, command = 0, ""
    text = text.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise NotListedError
        if token[1]:
            command, position = token[1], token.end()
        elif command in "Zz":  # also before the first command
            raise NotListedError
        numbers: list[float] = []
        while len(numbers) < ARITY[command.upper()]:
            flag = command in "Aa" and len(numbers) in (3, 4)
            match = (_FLAG if flag else _TOKEN).match(text, position)
            if match is None or (not flag and match[2] is None):
                raise NotListedError
            numbers.append(_bounded(match[1] if flag else match[2]))
            position = match.end()
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)


def _path(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    for command, numbers in path(text):
        pieces.append(command)
        for index, number in enumerate(numbers):
            arc_flag = command in "Aa" and index in (3, 4)
            pieces += [str(int(number)) if arc_flag else number, " "]
    return pieces


def _length(text: str) -> list[Piece]:
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise NotListedError
    return [_bounded(match[1]), *(["%"] if match[2] == "%" else [])]


def _numbers(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    for part in text.replace(",", " ").split():
        pieces += [*_length(part), " "]
    return pieces


def _transform(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _FUNCTION.match(text, position)
        if match is None:
            raise NotListedError
        numbers = [number for value in re.findall(_NUMBER, match[2]) for number in (value, " ")]
        values: list[Piece] = [one if one == " " else _bounded(one) for one in numbers]
        pieces += [f"{match[1]}(", *values, ")"]
        position = match.end()
    return pieces


def _colour(text: str) -> list[Piece]:
    text = text.strip()
    if text == "none":
        return [text]
    if text.startswith("url("):
        return _reference(text)
    match = _RGB.fullmatch(text)
    if match is not None:
        shares = [min(int(share), 255) for share in match.groups()]
    elif re.fullmatch(r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?", text) or (
        text.lower() in ImageColor.colormap
    ):
        shares = list(ImageColor.getrgb(text.lower()))
    else:
        raise NotListedError
    return ["rgb(", (shares[0],), ",", (shares[1],), ",", (shares[2],), ")"]


def _reference(text: str) -> list[Piece]:
    match = re.fullmatch(r"url\(\s*(['\"]?)#([^'\")]+)\1\s*\)", text.strip())
    if match is None or not _NAME.fullmatch(match[2]):
        raise NotListedError
    return [f"url(#{match[2]})"]


def _link(text: str) -> list[Piece]:
    return ["#", *_name(text.strip().removeprefix("#"))]


def _name(text: str) -> list[Piece]:
    if not _NAME.fullmatch(text):
        raise NotListedError
    return [text]


def _words(text: str) -> list[Piece]:
    if not _WORDS.fullmatch(text.strip()):
        raise NotListedError
    return [text.strip()]


def _bounded(text: str) -> float:
    number = float(text)
    if not -_MOST <= number <= _MOST:
        raise NotListedError
    return number


_READERS: dict[str, Callable[[str], list[Piece]]] = {
    "id": _name,
    "d": _path,
    "points": _numbers,
    "viewBox": _numbers,
    "transform": _transform,
    "gradientTransform": _transform,
    "clip-path": lambda text: ["none"] if text.strip() == "none" else _reference(text),
    "href": _link,
    "stroke-dasharray": lambda text: ["none"] if text.strip() == "none" else _numbers(text),
    **dict.fromkeys(("fill", "stroke", "stop-color"), _colour),
    **dict.fromkeys(
        _these(
            "x y width height cx cy r rx ry fx fy fr x1 y1 x2 y2 offset opacity fill-opacity "
            "stroke-opacity stop-opacity stroke-width stroke-miterlimit stroke-dashoffset"
        ),
        _length,
    ),
    **dict.fromkeys(
        _these(
            "fill-rule stroke-linecap stroke-linejoin gradientUnits spreadMethod clipPathUnits "
            "display"
        ),
        _words,
    ),
}
