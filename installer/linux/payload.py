"""All of the package but the environment: command, desktop, camera, manual, papers."""

from __future__ import annotations

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

from installer.linux import completion, documents, manual
from installer.linux.environment import HOME
from installer.steps import REPO, epoch, run, version

FILES = Path(__file__).resolve().parent / "files"
ICON = REPO / "assets/emoji/classic/happiness.svg"
#: Widths of the icons in pixels, beside the drawing itself.
ICON_SIZES = (32, 48, 64, 128, 256)

#: From files/ to where they go.
_PLAIN = {
    "modprobe.conf": "etc/modprobe.d/emocam.conf",
    "modules-load.conf": "etc/modules-load.d/emocam.conf",
    "autostart.desktop": "etc/xdg/autostart/emocam.desktop",
    "policy-README": "etc/emocam/policy.d/README",
    "class-reports.toml": "etc/emocam/policy.d/10-class-reports.toml",
    "emocam.desktop": "usr/share/applications/emocam.desktop",
    "README.Debian": "usr/share/doc/emocam/README.Debian",
    "debian/lintian-overrides": "usr/share/lintian/overrides/emocam",
}
#: What an administrator starts from, to where it goes.
_POLICY = {
    "example.toml": "usr/share/doc/emocam/examples/50-example.toml",
    "policy.schema.json": "usr/share/doc/emocam/examples/policy.schema.json",
}
#: Draws the icon with EmoCam's own renderer, as it is installed.
_DRAW = """
import sys, resvg_py
from pathlib import Path
source, size, target = sys.argv[1:]
png = resvg_py.svg_to_bytes(svg_path=source, width=int(size), height=int(size))
Path(target).write_bytes(bytes(png))
"""


def fill(root: Path, package_version: str) -> None:
    """Write all of it below a root that has the environment already."""
    for name, place in _PLAIN.items():
        _put(root, place, (FILES / name).read_bytes())
    for name, place in _POLICY.items():
        _put(root, place, (REPO / "installer/policy" / name).read_bytes())
    _put(root, "usr/bin/emocam", (FILES / "emocam.sh").read_bytes(), 0o755)
    date = datetime.fromtimestamp(epoch(), UTC).date().isoformat()
    info = (FILES / "metainfo.xml").read_text(encoding="utf-8")
    info = info.replace("@VERSION@", version()).replace("@DATE@", date)
    _put(root, "usr/share/metainfo/org.emocam.emocam.metainfo.xml", info.encode())
    _icons(root)
    _put(root, "usr/share/man/man1/emocam.1.gz", _gzip(manual.command_page(epoch())))
    _put(root, "usr/share/man/man5/emocam.toml.5.gz", _gzip(manual.settings_page(epoch())))
    for shell, place in completion.PLACES.items():
        _put(root, f"usr/share/{place}", completion.script(shell).encode())
    news = (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    doc = "usr/share/doc/emocam"
    _put(root, f"{doc}/changelog.gz", _gzip(documents.changelog(news, package_version, epoch())))
    _put(root, f"{doc}/copyright", documents.copyright_text(root).encode())


def _icons(root: Path) -> None:
    _put(root, "usr/share/icons/hicolor/scalable/apps/emocam.svg", ICON.read_bytes())
    # The host's Python with the package's libraries: the environment finds itself anywhere.
    python = root / HOME / "bin/python3"
    for size in ICON_SIZES:
        target = root / f"usr/share/icons/hicolor/{size}x{size}/apps/emocam.png"
        target.parent.mkdir(parents=True)
        run([python, "-I", "-B", "-c", _DRAW, ICON, str(size), target])


def _put(root: Path, place: str, data: bytes, mode: int = 0o644) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(mode)


def _gzip(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)


def copy(source: Path, target: Path) -> None:
    """Copy a tree by links to the same files, which costs neither time nor space."""
    shutil.rmtree(target, ignore_errors=True)
    run(["cp", "-al", source, target])
