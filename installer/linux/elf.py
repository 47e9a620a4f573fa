"""Which shared libraries the binaries of a folder ask for, read by ``readelf``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from installer.steps import run

_FILE = re.compile(r"^File: (.*)$")
_ENTRY = re.compile(r"\((NEEDED|SONAME)\).*\[(.*)\]")


@dataclass(frozen=True)
class Binary:
    """One shared object.

    Attributes:
        path: where it is.
        soname: the name by which others ask for it; its file's name where it states none.
        needed: the names of what it asks for.
    """

    path: Path
    soname: str
    needed: frozenset[str]


def binaries(paths: Iterable[Path]) -> list[Binary]:
    """Read all of these files that are ELF; the others are passed over."""
    files = sorted(path for path in paths if path.is_file() and not path.is_symlink())
    files = [path for path in files if _is_elf(path)]
    found: dict[Path, tuple[list[str], set[str]]] = {path: ([], set()) for path in files}
    for start in range(0, len(files), 200):
        # Twice the first one, for readelf names the file only where there are several.
        some = [files[start], *files[start : start + 200]]
        current = files[start]
        for line in run(["readelf", "-dW", *some]).splitlines():
            if name := _FILE.match(line):
                current = Path(name[1])
            elif entry := _ENTRY.search(line):
                sonames, needed = found[current]
                sonames.append(entry[2]) if entry[1] == "SONAME" else needed.add(entry[2])
    return [
        Binary(path, sonames[0] if sonames else path.name, frozenset(needed))
        for path, (sonames, needed) in found.items()
    ]


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
