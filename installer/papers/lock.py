"""What requirements/run.txt locks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements" / "run.txt"

_PACKAGE = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: *; *(?P<marker>[^\\]+))?"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of one version.

    Attributes:
        name: in its normal form (PEP 503).
        version: the only one that is taken.
        marker: on which systems and Pythons (PEP 508); empty for all.
        sha256: of each of its files on the package index, in hexadecimal.
    """

    name: str
    version: str
    marker: str
    sha256: tuple[str, ...]

    @property
    def here(self) -> bool:
        """Whether it is installed on this system with this Python."""
        return not self.marker or Marker(self.marker).evaluate()


def locked(path: Path = LOCK) -> list[Locked]:
    """All packages of a lock file, in its order."""
    return list(_read(path.read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Locked]:
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if found := _PACKAGE.match(block):
            yield Locked(
                canonicalize_name(found["name"]),
                found["version"].strip(),
                (found["marker"] or "").strip(),
                tuple(_HASH.findall(block)),
            )
