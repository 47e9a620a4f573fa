"""Whether an SVG is nothing but its own text.

resvg opens the file that an ``image`` element names, wherever it lies: a pack could show a picture
of the user's disk to a whole meeting. So what refers to anything outside itself is not drawn.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from emocam.errors import PackError

_REMEDY = "Take the picture from somebody you trust, or draw it without such parts"
#: Elements that bring in something from outside, or run.
_REFUSED = frozenset({"image", "feImage", "script", "foreignObject", "iframe"})
#: A reference in an attribute or a style that does not lead to an element of the same file.
_OUTWARD = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import", re.IGNORECASE)


def refuse_references(svg: str) -> None:
    """Refuse an SVG that is not self-contained.

    Raises:
        PackError: naming the part that leads outside.
    """
    # Entities could hide a name from us that resvg then sees.
    if "<!doctype" in svg.lower():
        raise PackError("The SVG has a document type", _REMEDY)
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 (no document type: no entities)
    except (ElementTree.ParseError, ValueError) as error:
        raise PackError(f"The SVG is no XML: {error}", "Mend the SVG") from None
    for element in root.iter():
        name = _local(element.tag)
        if name in _REFUSED:
            raise PackError(f'The SVG has the element "{name}"', _REMEDY)
        for key, value in element.attrib.items():
            outward = _local(key) == "href" and not value.strip().startswith("#")
            if outward or _OUTWARD.search(value):
                raise PackError(f"The SVG refers to {value!r:.80}", _REMEDY)
        if name == "style" and _OUTWARD.search("".join(element.itertext())):
            raise PackError("The SVG has a style that refers to something else", _REMEDY)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
