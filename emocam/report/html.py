"""The frame of a page: one file, no script, and a policy that lets a browser fetch nothing."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from emocam.languages.tags import is_right_to_left

#: What every page begins with.
BEGINNING = "<!DOCTYPE html>"
_STYLE = Path(__file__).with_name("page.css")


def document(title: str, language: str, body: Iterable[str]) -> str:
    """A whole page.

    The policy allows this very style sheet and pictures that lie in the page, and nothing else
    (https://www.w3.org/TR/CSP3/).

    Args:
        title: of the window.
        language: such as ``en``.
        body: pieces of HTML.
    """
    direction = "rtl" if is_right_to_left(language) else "ltr"
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            BEGINNING,
            f'<html lang="{escape(language)}" dir="{direction}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def element(name: str, words: str, **attributes: str) -> str:
    """An element with words in it, escaped."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{escape(words)}</{name}>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first cell of each row is its heading and HTML already, the others are words."""
    heads = "".join(element("th", each, scope="col") for each in head)
    lines = []
    for first, *cells in rows:
        line = f'<th scope="row">{first}</th>' + "".join(element("td", each) for each in cells)
        lines.append(f"<tr>{line}</tr>")
    return (
        f'<div class="scroll"><table>{element("caption", caption)}'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def listed(sentences: Sequence[str]) -> str:
    """Sentences as a list."""
    return f"<ul>{''.join(element('li', each) for each in sentences)}</ul>"


def download(words: str, name: str, rows: Iterable[Sequence[object]]) -> str:
    """A link that saves rows as CSV; the file lies within the page.

    Args:
        words: of the link.
        name: of the file.
        rows: the first of them the header.
    """
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(
        [_plain(cell) for cell in row] for row in rows
    )
    data = base64.b64encode(buffer.getvalue().encode()).decode()
    return (
        f'<a class="download" download="{escape(name)}" '
        f'href="data:text/csv;charset=utf-8;base64,{data}">{escape(words)}</a>'
    )


def _plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell
