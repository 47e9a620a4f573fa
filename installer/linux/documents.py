"""What lies in /usr/share/doc/emocam: the copyright file, the changelog."""

from __future__ import annotations

import email
import re
import textwrap
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime
from pathlib import Path

from installer.linux.environment import SITE
from installer.linux.notice import Part, normal, parts
from installer.steps import REPO, BuildError

MAINTAINER = "The EmoCam authors <emocam@emocam.invalid>"

#: NOTICE calls it by the name that people know.
_ALIASES = {"av": "pyav"}
#: Debian's names of these licences, and where every Debian system has their texts.
_COMMON = {
    "Apache-2.0": ("Apache-2.0", "Apache-2.0"),
    "GPL-2.0": ("GPL-2", "GPL-2"),
    "GPL-2.0-or-later": ("GPL-2+", "GPL-2"),
    "LGPL-2.1": ("LGPL-2.1", "LGPL-2.1"),
    "LGPL-2.1-or-later": ("LGPL-2.1+", "LGPL-2.1"),
    "LGPL-3.0": ("LGPL-3", "LGPL-3"),
    "MPL-2.0": ("MPL-2.0", "MPL-2.0"),
}
#: Debian's names of licences whose texts the wheels carry.
_OTHERS = {"MIT-CMU": "MIT-CMU", "MIT": "Expat", "PSF-2.0": "PSF-2", "OFL-1.1": "OFL-1.1"}


def copyright_text(root: Path) -> str:
    """The copyright file (DEP-5) of what lies below a root, from NOTICE and the wheels themselves.

    Raises:
        BuildError: if NOTICE does not name one of the wheels.
    """
    notice = (REPO / "NOTICE").read_text(encoding="utf-8")
    known = parts(notice)
    font = known["source sans pro semibold"]
    own = (SITE / "emocam").as_posix()
    stanzas = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: EmoCam\n"
        "Comment:" + _text(notice),
        _stanza("*", "2026 The EmoCam authors", "GPL-2+"),
        _stanza(f"{own}/assets/fonts/*", font.holder, "OFL-1.1"),
        _stanza(
            f"{own}/models/face_detector.tflite",
            known["mediapipe blazeface"].holder,
            "Apache-2.0",
        ),
    ]
    used = {"GPL-2+", "OFL-1.1", "Apache-2.0"}
    texts: dict[str, Path] = {"OFL-1.1": _first(root / own / "assets/fonts", "*")}
    for folder in sorted((root / SITE).glob("*.dist-info")):
        name = normal(_metadata(folder)["Name"])
        if name == "emocam":
            continue
        part = known.get(_ALIASES.get(name, name))
        if part is None:
            raise BuildError(f"NOTICE does not name {name}, whose wheel is in the package. Add it")
        licence = debian_name(part.licence)
        stanzas.append(_stanza(_files(folder), _holder(part, _metadata(folder)), licence))
        words = re.split(r" and | or ", licence)
        used.update(words)
        # The text of a wheel that stands under several may have them all in one.
        if len(words) == 1 and (found := _licence_file(folder)) is not None:
            texts.setdefault(words[0], found)
        for word in words if len(words) > 1 else ():
            # As LICENSE.BSD beside LICENSE.APACHE.
            for path in folder.rglob(f"LICEN*{word.partition('-')[0]}*"):
                texts.setdefault(word, path)
    common = dict(_COMMON.values())
    for word in sorted(used):
        if word in common:
            body = f"The text is in /usr/share/common-licenses/{common[word]}."
        elif word in texts:
            body = texts[word].read_text(encoding="utf-8", errors="replace")
        else:
            raise BuildError(f"No wheel has the text of the licence {word}")
        stanzas.append(f"License: {word}\n" + _text(body).lstrip("\n"))
    return "\n\n".join(each.strip("\n") for each in stanzas) + "\n"


def debian_name(licence: str) -> str:
    """A licence of NOTICE as DEP-5 writes it."""
    words = re.split(r"; |, | and ", licence.partition(";")[0])
    names = [" or ".join(_short(one) for one in word.split(" or ")) for word in words]
    return " and ".join(names)


def _short(name: str) -> str:
    name = name.strip()
    return _COMMON[name][0] if name in _COMMON else _OTHERS.get(name, name)


def changelog(text: str, version: str, epoch: int) -> str:
    """Debian's changelog, from CHANGELOG.md.

    Args:
        text: CHANGELOG.md.
        version: the package's version, which the newest section is told under.
        epoch: when that was, in seconds since 1970.
    """
    date = format_datetime(datetime.fromtimestamp(epoch, UTC))
    sections = re.findall(r"^## +(\S+).*?\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not sections:
        raise BuildError("CHANGELOG.md has no section")
    entries = []
    for number, (name, body) in enumerate(sections):
        lines = []
        for item in re.split(r"^- ", body.strip(), flags=re.M)[1:]:
            plain = " ".join(item.replace("`", "").split())
            lines += textwrap.wrap(plain, 76, initial_indent="  * ", subsequent_indent="    ")
        title = version if number == 0 else name
        entries.append(
            f"emocam ({title}) unstable; urgency=medium\n\n"
            + "\n".join(lines)
            + f"\n\n -- {MAINTAINER}  {date}\n"
        )
    return "\n".join(entries)


def _stanza(files: str, holder: str, licence: str) -> str:
    return f"Files: {files}\nCopyright: {holder}\nLicense: {licence}"


def _text(body: str) -> str:
    """A text as the continuation lines of a field."""
    lines = [line.expandtabs().rstrip() for line in body.strip().splitlines()]
    return "".join(f"\n {line or '.'}" for line in lines)


def _metadata(folder: Path) -> Message:
    return email.message_from_string((folder / "METADATA").read_text(encoding="utf-8"))


def _holder(part: Part, metadata: Message) -> str:
    author = metadata["Author"] or metadata["Author-email"] or metadata["Maintainer-email"]
    return part.holder or f"{author or 'its authors'}, see the texts beside it"


def _files(folder: Path) -> str:
    """Patterns of a wheel's files: its metadata, which names them, and its modules."""
    site = folder.parent
    stem = folder.name.partition("-")[0]
    found = [f"{SITE.as_posix()}/{folder.name}/*"]
    for name in sorted({stem, *_top_level(folder)}):
        if (site / name).is_dir():
            found.append(f"{SITE.as_posix()}/{name}/*")
        elif any(site.glob(f"{name}.*")):
            found.append(f"{SITE.as_posix()}/{name}.*")
    if (site / f"{stem}.libs").is_dir():
        found.append(f"{SITE.as_posix()}/{stem}.libs/*")
    return "\n ".join(dict.fromkeys(found))


def _top_level(folder: Path) -> list[str]:
    """What the wheel puts into site-packages; ``environment.py`` kept it of pip's record."""
    return (folder / "top_level.txt").read_text().split()


def _licence_file(folder: Path) -> Path | None:
    names = ("LICENSE*", "LICENCE*", "COPYING*", "licenses/LICEN*", "licenses/COPYING*")
    for pattern in names:
        for path in sorted(folder.glob(pattern)):
            if path.is_file():
                return path
    return None


def _first(folder: Path, pattern: str) -> Path:
    for path in sorted(folder.rglob(pattern)):
        if path.is_file() and "OFL" in path.read_text(encoding="utf-8", errors="ignore"):
            return path
    raise BuildError(f"There is no licence text in {folder}")
