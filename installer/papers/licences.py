"""Every licence in full: EmoCam's own, and those of the parts that an installer brings along."""

from __future__ import annotations

import importlib.metadata
import re
from dataclasses import dataclass
from pathlib import Path

from installer.papers.lock import ROOT, locked

_IS_TEXT = re.compile(r"(licen[cs]e|copying|notice|eula)[^/]*$", re.IGNORECASE)
_NO_TEXT = (".py", ".pyc", ".html")

#: Wheels that bring no text of their licence, and a package here that brings the same one.
_ELSEWHERE = {
    "flatbuffers": ("Apache-2.0", "ai-edge-litert", "licenses/LICENSE"),
    "pyside6-essentials": ("LGPL-3.0-only", "pystray", "COPYING.LGPL"),
    "shiboken6": ("LGPL-3.0-only", "pystray", "COPYING.LGPL"),
}

#: The SPDX expression of what packages say in another way, or only in their licence's text.
_SPDX = {
    "ai-edge-litert": "Apache-2.0",
    "atpublic": "Apache-2.0",
    "backports-strenum": "MIT",
    "colorama": "BSD-3-Clause",
    "duckdb": "MIT",
    "emoji": "BSD-3-Clause",
    "flatbuffers": "Apache-2.0",
    "ibis-framework": "Apache-2.0",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "opencv-python-headless": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pyarrow-hotfix": "Apache-2.0",
    "pyside6-essentials": "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
    "pystray": "LGPL-3.0-only",
    "python-xlib": "LGPL-2.1-or-later",
    "pyvirtualcam": "GPL-2.0-only",
    "resvg-py": "MIT",
    "shiboken6": "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
    "thorvg-python": "LGPL-2.1-only",
    "tqdm": "MPL-2.0 AND MIT",
}
_SPDX_PREFIX = {"pyobjc-": "MIT"}

#: What EmoCam's parts may be under. One that is not here needs a look: does it go together with
#: GPL-2.0-or-later in the process that loads it? (NOTICE says which process that is.)
ALLOWED = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "GPL-2.0-only",
        "GPL-3.0-only",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    ]
)


@dataclass(frozen=True, slots=True)
class Licensed:
    """A part and its licence.

    Attributes:
        name: of the package.
        version: of the package.
        licence: SPDX expression.
        texts: title and full text of each of its licence files.
    """

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]

    @property
    def allowed(self) -> bool:
        """Whether everything in its licence is known to go together with EmoCam."""
        return set(re.split(r" (?:AND|OR) ", self.licence)) <= ALLOWED


def licensed() -> list[Licensed]:
    """All locked packages of this system, by name.

    Raises:
        importlib.metadata.PackageNotFoundError: if one is not installed.
    """
    return [_look(each.name) for each in sorted(locked(), key=lambda each: each.name) if each.here]


def _look(name: str) -> Licensed:
    if name in _ELSEWHERE:
        licence, other, wanted = _ELSEWHERE[name]
        note = f"{licence} (the wheel brings no text; this is the one of {other})"
        texts = [(note, text) for title, text in _texts(other) if title == wanted]
    else:
        texts = _texts(name)
    version = importlib.metadata.version(name)
    return Licensed(name, version, spdx(name), tuple(texts))


def spdx(name: str) -> str:
    """The licence of a package as an SPDX expression.

    Args:
        name: in its normal form; a package that is not installed must be in the table above.

    Raises:
        LookupError: if it is nowhere stated.
    """
    if name in _SPDX:
        return _SPDX[name]
    for prefix, licence in _SPDX_PREFIX.items():
        if name.startswith(prefix):
            return licence
    about = importlib.metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    if (licence := (about.get("License") or "").strip()) in ALLOWED:
        return str(licence)
    raise LookupError(f"The licence of {name} is not stated in SPDX's terms: add it to _SPDX")


def _texts(name: str) -> list[tuple[str, str]]:
    """The licence files in a package's metadata, the same text once."""
    found: dict[str, str] = {}
    for file in importlib.metadata.files(name) or ():
        folder, _, title = str(file).partition("/")
        if (
            folder.endswith(".dist-info")
            and _IS_TEXT.search(title)
            and not title.endswith(_NO_TEXT)
        ):
            text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
            found.setdefault(text.replace("\r\n", "\n").strip(), title)
    return [(title, text) for text, title in found.items()]


def document() -> str:
    """NOTICE, EmoCam's licence, those of models and font, and those of all packages."""
    parts = [(ROOT / "NOTICE").read_text(encoding="utf-8").strip()]
    own = [ROOT / "LICENSE", *sorted((ROOT / "models").glob("NOTICE-*.txt"))]
    own += sorted((ROOT / "assets" / "fonts").glob("LICENSE-*.txt"))
    for path in own:
        parts.append(_section(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
    for each in licensed():
        for title, text in each.texts:
            parts.append(_section(f"{each.name} {each.version}, {each.licence}: {title}", text))
    return "\n\n".join(parts) + "\n"


def _section(title: str, text: str) -> str:
    return f"{'=' * 100}\n{title}\n{'=' * 100}\n\n{text.strip()}"
