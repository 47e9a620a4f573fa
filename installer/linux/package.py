"""From the tree to the .deb: control files, times, modes, ``dpkg-deb``."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from installer.linux import environment, payload
from installer.linux.documents import MAINTAINER
from installer.steps import BuildError, empty, epoch, python_package, run, version

FILES = payload.FILES / "debian"

#: Of the system: Python, and what the wheels' binaries ask for (tests/dist looks whether this is
#: all and whether something is too much).
DEPENDS = (
    "python3 (>= 3.11)",
    "python3 (<< 3.12)",
    "libc6 (>= 2.34)",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgcc-s1",
    "libgl1",
    "libglib2.0-0",
    "libstdc++6 (>= 11)",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-glx0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-util1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxcb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
    "libzstd1",
    "zlib1g",
)
#: The camera; the tray's icon; the sound of emocam watch. Without them EmoCam runs into a file,
#: and is told by emocam ctl.
RECOMMENDS = (
    "gir1.2-ayatanaappindicator3-0.1",
    "gir1.2-gtk-3.0",
    "kmod",
    "pulseaudio-utils | alsa-utils",
    "python3-gi",
    "v4l2loopback-dkms",
)
SUGGESTS = ("fonts-noto-color-emoji", "gnome-shell-extension-appindicator")
SCRIPTS = ("postinst", "prerm", "postrm")


def build(out: Path, work: Path, package_version: str | None = None, squeeze: str = "xz") -> Path:
    """Build the package.

    Args:
        out: the folder that gets it.
        work: where it is put together; kept between builds, so that the next one is quick.
        package_version: another version than EmoCam's own.
        squeeze: how ``dpkg-deb`` compresses: ``"xz"``, ``"gzip"``, ``"none"``.

    Returns:
        The path of the ``.deb``.

    Raises:
        BuildError: if it cannot be built here.
    """
    os.umask(0o022)
    package_version = package_version or version()
    work.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    wheel = python_package("wheel", empty(work / "wheel"))
    base = environment.base(work)
    root = work / "root"
    payload.copy(base, root)
    environment.add_emocam(root, wheel)
    payload.fill(root, package_version)
    environment.link_to_system(root)
    control(root, package_version)
    settle(root)
    target = out / f"emocam_{package_version}_amd64.deb"
    pack(root, target, squeeze)
    return target


def control(root: Path, package_version: str) -> None:
    """Write the control files."""
    folder = root / "DEBIAN"
    folder.mkdir()
    files = sorted(each for each in root.rglob("*") if folder not in each.parents)
    plain = [each for each in files if each.is_file() and not each.is_symlink()]
    # Policy 5.6.20: each file in whole KiB, one for everything else.
    size = sum(-(-each.stat().st_size // 1024) for each in plain) + len(files) - len(plain)
    words = {
        "@VERSION@": package_version,
        "@MAINTAINER@": MAINTAINER,
        "@SIZE@": str(size),
        "@DEPENDS@": ", ".join(DEPENDS),
        "@RECOMMENDS@": ", ".join(RECOMMENDS),
        "@SUGGESTS@": ", ".join(SUGGESTS),
    }
    text = (FILES / "control").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    (folder / "control").write_text(text, encoding="utf-8")
    for script in SCRIPTS:
        shutil.copy(FILES / script, folder / script)
        (folder / script).chmod(0o755)
    shutil.copy(FILES / "triggers", folder / "triggers")
    names = {each: each.relative_to(root).as_posix() for each in plain}
    settings = [f"/{name}\n" for name in names.values() if name.startswith("etc/")]
    (folder / "conffiles").write_text("".join(settings))
    with (folder / "md5sums").open("w") as sums:  # the format is md5's; dpkg -V reads it
        for path, name in names.items():
            if not name.startswith("etc/"):
                with path.open("rb") as file:
                    sums.write(f"{hashlib.file_digest(file, 'md5').hexdigest()}  {name}\n")


def settle(root: Path) -> None:
    """Give everything one time, and modes that do not depend on who builds.

    Raises:
        BuildError: if something lies where a merged /usr has links.
    """
    for folder in ("bin", "lib", "sbin"):
        if (root / folder).exists():
            raise BuildError(f"/{folder} is a link on Debian; what is in it belongs to /usr")
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            # The one program and the maintainer's scripts; no wheel brings another one that stays.
            runs = path.is_dir() or path == root / "usr/bin/emocam" or path.name in SCRIPTS
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch(), epoch()), follow_symlinks=False)


def pack(root: Path, target: Path, squeeze: str = "xz") -> None:
    """Make the archive: files in order, root's, with one time."""
    # More than one thread writes the same bytes on every machine; one alone writes others.
    options = ["--root-owner-group", "--threads-max=2", f"-Z{squeeze}"]
    run(["dpkg-deb", *options, "--build", root, target], env={"SOURCE_DATE_EPOCH": str(epoch())})
