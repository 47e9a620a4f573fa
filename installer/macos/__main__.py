"""``python -m installer.macos FOLDER --framework Python.framework`` makes EmoCam.app and a .pkg.

Runs on a Mac with the command line tools of Xcode; never run. docs/install-macos.md says how, and
where the framework comes from.
"""

from __future__ import annotations

import argparse
import plistlib
import shutil
import sys
from pathlib import Path

from installer.macos import bundle
from installer.papers import licences
from installer.steps import REPO, WORK, BuildError, empty, python_package, run, say, version

_PYTHON = Path("Contents/Frameworks/Python.framework/Versions/3.11")
_ICON = REPO / "assets" / "emoji" / "classic" / "happiness.svg"
_ICON_SIZES = (16, 32, 128, 256, 512)


def main() -> int:
    """Build it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m installer.macos", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--framework", type=Path, required=True, help="a relocatable 3.11")
    parser.add_argument("--sign", metavar="NAME", help='"Developer ID Application: …"')
    parser.add_argument("--sign-package", metavar="NAME", help='"Developer ID Installer: …"')
    options = parser.parse_args()
    try:
        if sys.platform != "darwin":
            raise BuildError("EmoCam.app is built on a Mac: codesign and pkgbuild are Apple's")
        work = empty(WORK / "macos")
        application = application_in(work / "root" / "Applications", options.framework)
        if options.sign:
            sign(application, options.sign, work)
        package(work, options.folder, options.sign_package)
    except BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def application_in(folder: Path, framework: Path) -> Path:
    """Make EmoCam.app.

    Args:
        folder: where it goes.
        framework: a Python.framework that finds itself wherever it lies.

    Raises:
        BuildError: if a step fails.
    """
    application = folder / "EmoCam.app"
    contents = application / "Contents"
    (contents / "MacOS").mkdir(parents=True)
    (contents / "Resources").mkdir()
    shutil.copytree(framework, contents / "Frameworks" / "Python.framework", symlinks=True)
    python = application / _PYTHON / "bin" / "python3.11"
    own = python_package("wheel", empty(WORK / "macos-wheel"))
    pip = [python, "-I", "-m", "pip", "install", "--no-compile", "--disable-pip-version-check"]
    say("installing the lock")
    run([*pip, "--require-hashes", "--requirement", REPO / "requirements" / "run.txt"])
    run([*pip, "--no-deps", own])
    run([python, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
         application / _PYTHON / "lib" / "python3.11"])  # fmt: skip
    (contents / "Info.plist").write_bytes(bundle.property_list(version()))
    launcher = contents / "MacOS" / "EmoCam"
    launcher.write_text(bundle.LAUNCHER, encoding="utf-8")
    launcher.chmod(0o755)
    icons(contents / "Resources" / "EmoCam.icns")
    (contents / "Resources" / "LICENCES.txt").write_text(licences.document(), encoding="utf-8")
    return application


def icons(path: Path) -> None:
    """Draw the icon in all sizes (Apple, "iconutil")."""
    import resvg_py

    folder = empty(WORK / "macos" / "EmoCam.iconset")
    for size in _ICON_SIZES:
        for scale, mark in ((1, ""), (2, "@2x")):
            wide = size * scale
            drawn = bytes(resvg_py.svg_to_bytes(svg_path=str(_ICON), width=wide, height=wide))
            (folder / f"icon_{size}x{size}{mark}.png").write_bytes(drawn)
    run(["iconutil", "--convert", "icns", "--output", path, folder])


def sign(application: Path, name: str, work: Path) -> None:
    """Sign everything inside, then the whole, as notarisation wants it."""
    entitlements = work / "entitlements.plist"
    entitlements.write_bytes(plistlib.dumps(bundle.ENTITLEMENTS))
    command = ["codesign", "--force", "--timestamp", "--options", "runtime", "--sign", name]
    inside = [*application.rglob("*.so"), *application.rglob("*.dylib")]
    inside += [application / _PYTHON / "bin" / "python3.11", application / _PYTHON / "Python"]
    for path in sorted(path for path in inside if path.is_file() and not path.is_symlink()):
        run([*command, "--entitlements", entitlements, path])
    run([*command, "--entitlements", entitlements, application])
    run(["codesign", "--verify", "--deep", "--strict", application])


def package(work: Path, folder: Path, name: str | None) -> None:
    """Make the .pkg, with the LaunchAgent."""
    agents = work / "root" / "Library" / "LaunchAgents"
    agents.mkdir(parents=True)
    agent = bundle.launch_agent("/Applications/EmoCam.app")
    (agents / f"{bundle.IDENTIFIER}.login.plist").write_bytes(agent)
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"EmoCam-{version()}.pkg"
    command: list[str | Path] = ["pkgbuild", "--root", work / "root", "--install-location", "/"]
    command += ["--identifier", bundle.IDENTIFIER, "--version", version()]
    run([*command, *(["--sign", name] if name else []), output])
    say(str(output))


if __name__ == "__main__":
    sys.exit(main())
