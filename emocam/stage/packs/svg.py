"""Whether an SVG is a drawing and nothing else.

resvg opens the file that an ``image`` element names, wherever it lies: a pack could show a picture
of the user's disk to a whole meeting. So only elements that draw shapes are taken, and nothing that
refers to anything outside the file. What is merely slow or large to draw is found by trying.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from emocam.errors import PackError
from emocam.stage.packs.limits import MAX_COORDINATE, MAX_DEPTH, MAX_ELEMENTS

_SVG = "http://www.w3.org/2000/svg"
_REMEDY = "Take the picture from somebody you trust, or draw it without such parts"
_SIMPLER = "Simplify the drawing"

#: All that is drawn, and what says something about it.
_ELEMENTS = frozenset(
    """
    svg g defs symbol use switch title desc metadata style path rect circle ellipse line polyline
    polygon linearGradient radialGradient stop clipPath mask pattern marker filter feBlend
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
    feSpotLight feTile feTurbulence
    """.split()  # noqa: SIM905 (a list would be 50 lines)
)
#: What people ask about, with the reason; every other element is refused without one.
_REASONS = {
    "script": "which would run",
    "foreignObject": "which holds something that is no drawing",
    "image": "which brings in another picture",
    "feImage": "which brings in another picture",
    "text": "and EmoCam draws with no fonts",
    "font": "and EmoCam draws with no fonts",
    "font-face": "and EmoCam draws with no fonts",
    "animate": "and a drawing does not move by itself",
    "animateTransform": "and a drawing does not move by itself",
    "set": "and a drawing does not move by itself",
}
#: A reference in an attribute or a style that does not lead to an element of the same file.
_OUTWARD = re.compile(
    r"url\(\s*[\"']?\s*(?!#)|@import|@font-face|expression\s*\(|javascript:", re.IGNORECASE
)
_GEOMETRY = frozenset(
    """
    d points transform gradientTransform patternTransform viewBox x y width height cx cy r rx ry fx
    fy fr x1 y1 x2 y2 dx dy offset stroke-width stroke-dasharray stroke-dashoffset stroke-miterlimit
    stdDeviation radius scale baseFrequency numOctaves k1 k2 k3 k4 refX refY markerWidth
    markerHeight order kernelMatrix surfaceScale z
    """.split()  # noqa: SIM905 (a list would be 50 lines)
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NO_NUMBER = re.compile(r"nan|inf", re.IGNORECASE)


def refuse_references(svg: str) -> None:
    """Refuse an SVG that is more than a drawing, or more than can be drawn.

    Raises:
        PackError: naming the first part that is too much.
    """
    _Judge().read(svg)


class _Judge:
    """One reading of one SVG."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._count = 0
        self._style = ""
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        # A document type could declare entities: names that we do not see and resvg does, or a
        # few bytes that stand for gigabytes.
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.ProcessingInstructionHandler = self._refuse_instruction

    def read(self, svg: str) -> None:
        try:
            self._parser.Parse(svg, True)
        except (expat.ExpatError, ValueError) as error:
            raise PackError(f"The SVG is no XML: {error!s:.100}", "Mend the SVG") from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise PackError(f"The SVG has more than {MAX_ELEMENTS} elements", _SIMPLER)
        if len(self._path) >= MAX_DEPTH:
            raise PackError(f"The SVG's elements lie more than {MAX_DEPTH} deep", _SIMPLER)
        space, _, name = tag.rpartition(" ")
        if not self._path and (name, space) != ("svg", _SVG):
            raise PackError(f'The picture is no SVG: it begins with "{name:.40}"', "Mend the SVG")
        # Elements of other programs are not drawn; their references are refused all the same.
        if space == _SVG and name not in _ELEMENTS:
            reason = f", {_REASONS[name]}" if name in _REASONS else ""
            raise PackError(f'The SVG has the element "{name:.40}"{reason}', _REMEDY)
        self._path.append(name)
        for key, value in attributes.items():
            self._judge_attribute(key.rpartition(" ")[2], value)

    def _judge_attribute(self, key: str, value: str) -> None:
        if key.lower().startswith("on"):
            raise PackError(f'The SVG has the event handler "{key:.40}", which would run', _REMEDY)
        if key == "base":
            raise PackError('The SVG has an "xml:base", which moves its references', _REMEDY)
        if key in ("href", "src") and not value.strip().startswith("#"):
            raise PackError(f"The SVG refers to {value!r:.80}", _REMEDY)
        if _OUTWARD.search(value) or (key == "style" and "\\" in value):
            raise PackError(f"The SVG refers to {value!r:.80}", _REMEDY)
        if key in _GEOMETRY:
            _judge_numbers(key, value)

    def _text(self, text: str) -> None:
        if self._path and self._path[-1] == "style":
            self._style += text

    def _end(self, _: str) -> None:
        if self._path.pop() == "style":
            # A backslash could spell a word that is refused in letters that we do not see.
            if _OUTWARD.search(self._style) or "\\" in self._style:
                raise PackError("The SVG has a style that refers to something else", _REMEDY)
            self._style = ""

    def _refuse_document_type(self, *_: object) -> None:
        raise PackError("The SVG has a document type", "Delete the line with <!DOCTYPE")

    def _refuse_instruction(self, target: str, _: str) -> None:
        raise PackError(f'The SVG has the instruction "{target:.40}" to a browser', _REMEDY)


def _judge_numbers(key: str, value: str) -> None:
    if _NO_NUMBER.search(value):
        raise PackError(f'The SVG has no number in "{key}": {value!r:.60}', "Mend the SVG")
    for found in _NUMBER.finditer(value):
        if abs(float(found[0])) > MAX_COORDINATE:
            raise PackError(
                f'The SVG has a number beyond {MAX_COORDINATE:.0f} in "{key}": {found[0]:.40}',
                "Draw it in a smaller box",
            )
