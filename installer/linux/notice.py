"""Reads NOTICE: under which licence each part stands, and whose it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Three columns, with at least two blanks between them.
_ROW = re.compile(r"^  (\S.*?) {2,}(\S.*?)(?: {2,}(\S.*))?$")
_MORE = re.compile(r"^ {20,}(\S.*)$")
#: "one, another (licence, more words)" in a sentence.
_MENTION = re.compile(r"((?:[\w.-]+, )*[\w.-]+) \(([^)]+)\)")


@dataclass(frozen=True)
class Part:
    """One part that others made.

    Attributes:
        licence: as SPDX names it, or several with words between them.
        holder: whose it is, and what it carries; empty where NOTICE does not say.
    """

    licence: str
    holder: str


def parts(text: str) -> dict[str, Part]:
    """All parts that NOTICE names, by their name in lower case with hyphens."""
    found: dict[str, Part] = {}
    prose: list[str] = []
    names: list[str] = []
    for line in text.splitlines():
        if (more := _MORE.match(line)) and names:
            for name in names:
                found[name] = Part(found[name].licence, f"{found[name].holder} {more[1]}".strip())
        elif (row := _ROW.match(line)) and not row[1].endswith(","):
            names = [normal(name) for name in re.sub(r"\(.*?\)", "", row[1]).split(",")]
            for name in names:
                found.setdefault(name, Part(row[2], row[3] or ""))
        else:
            names = []
            prose.append(line.strip())
    for mention in _MENTION.finditer(" ".join(prose)):
        licence, _, holder = mention[2].partition(", ")
        for name in mention[1].split(", "):
            found.setdefault(normal(name), Part(licence, holder))
    return found


def normal(name: str) -> str:
    """A distribution's name as they are compared (PyPA, "Names and normalization")."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
