"""A drawing as numbers: what morphing, blinking and drawing in motion work on.

An SVG is read once into a template and an array of numbers. Two drawings with the same template
have the same elements, names, attributes and path commands in the same order, and differ in
coordinates, widths, opacities and colours only: each mix of their numbers is a drawing again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from emocam.stage import svg_grammar
from emocam.stage.colour import ycc_colours
from emocam.stage.svg_grammar import NotListedError, Piece

Values = NDArray[np.float64]

#: More than any drawing by hand has, and little enough to read in a few milliseconds.
MAX_ELEMENTS = 2000
MAX_VALUES = 40_000
_MAX_DEPTH = 40
_CLOSED = "data-closed"
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"


@dataclass(frozen=True, slots=True)
class Vector:
    """A drawing.

    Attributes:
        template: SVG text with a place for each number.
        values: float64, shape (2, N): the numbers with open and with closed eyes; colours as three
            shares of 0..255. The rows differ where a path has ``data-closed``, which is its ``d``
            with closed eyes, of the same commands.
        width, height: of the drawing in its own units, > 0.
        places: where in ``values`` the numbers of an attribute lie, by element id and attribute.
        colours: where the shares of colours lie, three after three.
    """

    template: str
    values: Values
    width: float
    height: float
    places: dict[tuple[str, str], range] = field(default_factory=dict)
    colours: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))

    def turned(self) -> Vector:
        """The same drawing in the colours of :func:`.colour.rgb_to_ycc`."""
        values = self.values.copy()
        triples = values[:, self.colours].reshape(2, -1, 3)
        values[:, self.colours] = ycc_colours(triples).reshape(2, -1)
        values.flags.writeable = False
        return replace(self, values=values)

    @property
    def blinks(self) -> bool:
        """Whether it has eyes that can close."""
        return bool((self.values[0] != self.values[1]).any())

    def text(self, values: Values, blink: float = 0.0) -> str:
        """The SVG with other numbers in the place of its own.

        Args:
            values: as :attr:`values`, of a drawing that fits.
            blink: how far the eyes are closed, 0..1.
        """
        return self.template % tuple(mix(values[0], values[1], blink).tolist())

    def fits(self, other: Vector) -> bool:
        """Whether the two can morph into each other."""
        return self.template == other.template


def mix(one: Values, other: Values, share: float) -> Values:
    """Numbers between two drawings; exactly ``one`` at 0 and exactly ``other`` at 1."""
    if share >= 1.0:
        return other
    return one if share <= 0.0 else one + (other - one) * share


def parse(svg: str) -> Vector:
    """Read a drawing.

    Raises:
        NotListedError: if it has anything that is not on the list in
            :mod:`emocam.stage.svg_grammar`; the text says what.
    """
    if "<!doctype" in svg.lower():
        raise NotListedError("a document type")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 (no document type: no entities)
    except (ElementTree.ParseError, ValueError) as error:
        raise NotListedError(f"no XML: {error}") from None
    if root.tag != f"{_SVG}svg":
        raise NotListedError(f"the root <{root.tag:.40}>")
    left, top, width, height = _view_box(root)
    writer = _Writer()
    writer.add(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:f}" height="{height:f}"')
    writer.add(f' viewBox="{left:f} {top:f} {width:f} {height:f}">')
    for name in ("viewBox", "width", "height", "x", "y", "preserveAspectRatio"):
        root.attrib.pop(name, None)
    root.tag = f"{_SVG}g"
    root.attrib.setdefault("fill", "#000000")  # the default is written out: it is a colour too
    writer.element(root, 0)
    writer.add("</svg>")
    values = np.array([writer.values, writer.closed], np.float64)
    values.flags.writeable = False
    colours = np.array(writer.colours, np.intp)
    return Vector("".join(writer.parts), values, width, height, writer.places, colours)


def _view_box(root: ElementTree.Element) -> tuple[float, float, float, float]:
    try:
        if "viewBox" in root.attrib:
            left, top, width, height = map(
                float, re.split(r"[\s,]+", root.attrib["viewBox"].strip())
            )
        else:
            left = top = 0.0
            width, height = (float(root.attrib[n].removesuffix("px")) for n in ("width", "height"))
    except (KeyError, ValueError):
        raise NotListedError("a size that is no number") from None
    if not all(abs(n) <= 1e5 for n in (left, top)) or not all(
        1 <= n <= 1e5 for n in (width, height)
    ):
        raise NotListedError("a size out of all reason")
    return left, top, width, height


class _Writer:
    """Collects the template, the numbers and their places."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: list[float] = []
        self.closed: list[float] = []
        self.colours: list[int] = []
        self.places: dict[tuple[str, str], range] = {}
        self._elements = 0

    def add(self, text: str) -> None:
        self.parts.append(text.replace("%", "%%"))

    def element(self, element: ElementTree.Element, depth: int) -> None:
        name = _name(element.tag)
        if name is None or name in svg_grammar.SILENT:
            return
        if name not in svg_grammar.ELEMENTS:
            raise NotListedError(f"the element <{name:.40}>")
        self._elements += 1
        if depth > _MAX_DEPTH or self._elements > MAX_ELEMENTS or len(self.values) > MAX_VALUES:
            raise NotListedError("too many parts")
        self.add(f"<{name}")
        attributes = _attributes(element)
        if name == "stop":
            attributes.setdefault("stop-color", "#000000")
        if name == "clipPath" and "clip-path" in attributes:
            raise NotListedError("a clip path that is clipped")
        for key in sorted(attributes):
            self.add(f' {key}="')
            first = len(self.values)
            for piece in svg_grammar.read(key, attributes[key]):
                self._piece(piece)
            self.places[attributes.get("id", ""), key] = range(first, len(self.values))
            self.add('"')
            self.closed += self.values[first:]
            if key == "d" and _CLOSED in element.attrib:
                self.closed[first:] = _same_commands(attributes[key], element.attrib[_CLOSED])
        self.add(">")
        for child in element:
            self.element(child, depth + 1)
        self.add(f"</{name}>")

    def _piece(self, piece: Piece) -> None:
        if isinstance(piece, str):
            self.add(piece)
        elif isinstance(piece, tuple):
            self.parts.append("%.0f")
            self.colours.append(len(self.values))
            self.values.append(float(piece[0]))
        else:
            self.parts.append("%.6g")
            self.values.append(piece)


def _same_commands(path: str, closed: str) -> list[float]:
    """The numbers of the closed path, in the places of those of the open one."""
    one, other = (svg_grammar.read("d", text) for text in (path, closed))
    if [p for p in one if isinstance(p, str)] != [p for p in other if isinstance(p, str)]:
        raise NotListedError("a data-closed with other commands than its d")
    return [piece for piece in other if isinstance(piece, float)]


def _name(tag: str | Callable[..., object]) -> str | None:
    """The name of an element of SVG; None for a comment or an element of another vocabulary."""
    if not isinstance(tag, str) or not tag.startswith(_SVG):
        return None
    return tag.removeprefix(_SVG)


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    """The attributes that matter, those of ``style`` among them, which win."""
    found = {}
    for key, value in element.attrib.items():
        key = "href" if key == f"{_XLINK}href" else key
        if key.startswith(("{", "data-", "aria-")) or key in svg_grammar.SILENT_ATTRIBUTES:
            continue
        found[key] = value
    for declaration in found.pop("style", "").split(";"):
        key, colon, value = declaration.partition(":")
        if colon:
            found[key.strip()] = value.strip()
        elif key.strip():
            raise NotListedError(f"the style {declaration!r:.40}")
    return found
