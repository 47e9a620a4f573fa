"""``python -m installer.windows FOLDER`` builds the Windows installer there, on Linux.

Needs makensis and osslsigncode (Debian: nsis, osslsigncode) and Python 3.11.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from installer.papers import licences
from installer.steps import REPO, WORK, BuildError, empty, epoch, python_package, run, say, version
from installer.windows import embeddable, launchers, wheels

HERE = Path(__file__).parent
_ICON = REPO / "assets" / "emoji" / "classic" / "happiness.svg"
_ICON_SIZES = (16, 24, 32, 48, 64, 256)


def main() -> int:
    """Build it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m installer.windows", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=WORK / "windows", help="where it is made")
    parser.add_argument("--fast", action="store_true", help="pack it larger, and sooner")
    parser.add_argument("--sign", metavar="COMMAND", help="called with the file's path at the end")
    options = parser.parse_args()
    try:
        path = build(options.folder.resolve(), fast=options.fast, work=options.work.resolve())
        if options.sign:
            sign(path, options.sign)
    except BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def build(folder: Path, *, fast: bool = False, work: Path = WORK / "windows") -> Path:
    """Build the installer.

    Args:
        folder: where it goes.
        fast: whether to pack with zlib instead of LZMA.
        work: where it is put together.

    Returns:
        Its path.

    Raises:
        BuildError: if something is missing.
    """
    tree = empty(work / "tree")
    put(tree, work)
    files = work / "files.nsh"
    files.write_text(listing(tree), encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"EmoCam-{version()}-x64.exe"
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    numbers = [*version().split("+")[0].split("."), *"0000"][:4]
    about = {
        "VERSION": version(),
        "VERSION4": ".".join(part if part.isdigit() else "0" for part in numbers),
        "TREE": tree,
        "FILES": files,
        "ICON": tree / "emocam.ico",
        "OUTPUT": output,
        "SIZE": size,
    }
    command = ["makensis", "-V2", "-INPUTCHARSET", "UTF8", "-WX"]
    command += [f"-D{name}={value}" for name, value in about.items()]
    command += [f"-XSetCompressor {'zlib' if fast else '/SOLID lzma'}"]
    say(f"packing {size // 1024} MiB")
    run([*command, HERE / "emocam.nsi"], env={"SOURCE_DATE_EPOCH": str(epoch())})
    say(f"{output} {output.stat().st_size / 1e6:.1f} MB")
    return output


def sign(path: Path, command: str) -> None:
    """Have a file signed.

    Args:
        path: of the file, which is changed.
        command: of a shell; the path is put at its end.

    Raises:
        BuildError: if it fails.
    """
    run(["sh", "-c", f'{command} "$1"', "sign", path])
    say(f"signed {path}")


def put(tree: Path, work: Path) -> None:
    """Fill the folder that is installed as ``app``; the second one is to work in."""
    say(f"CPython {embeddable.VERSION}")
    embeddable.put(tree)
    say("wheels of the lock for Windows")
    site = tree / "Lib" / "site-packages"
    own = python_package("wheel", empty(work / "own"))
    left_out = wheels.unpack([*wheels.fetch(), own], site)
    say(f"left out {left_out / 1e6:.0f} MB that EmoCam never loads")
    wheels.compile_all(site)
    launchers.put(tree)
    (tree / "setup").mkdir()
    shutil.copyfile(HERE / "camera.py", tree / "setup" / "camera.py")
    icon(tree / "emocam.ico")
    (tree / "LICENCES.txt").write_text(licences.document(), encoding="utf-8", newline="\r\n")


def icon(path: Path) -> None:
    """Draw the icon."""
    import io

    import resvg_py
    from PIL import Image

    size = max(_ICON_SIZES)
    drawn = bytes(resvg_py.svg_to_bytes(svg_path=str(_ICON), width=size, height=size))
    with Image.open(io.BytesIO(drawn)) as picture:
        picture.save(path, sizes=[(each, each) for each in _ICON_SIZES])


def listing(tree: Path) -> str:
    """NSIS's commands for the files of a folder, in an order that is the same everywhere."""
    lines: list[str] = []
    where = None
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        name = path.relative_to(tree)
        if name.parent != where:
            where = name.parent
            folder = "$INSTDIR\\app" if str(where) == "." else f"$INSTDIR\\app\\{_plain(where)}"
            lines.append(f'SetOutPath "{folder}"')
        lines.append(f'File "{str(path).replace("$", "$$")}"')
    return "\n".join(lines) + "\n"


def _plain(path: Path) -> str:
    return str(path).replace(os.sep, "\\").replace("$", "$$")


if __name__ == "__main__":
    sys.exit(main())
