"""Put the administrator's virtual camera in, or take it out. Runs with nothing but Python.

UnityCapture's filter is in no package registry, so EmoCam brings none: the administrator names a
folder with both files (see docs/install-windows.md). It is registered under the name EmoCam, for
64-bit and for 32-bit programs, as UnityCapture's own readme describes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

NAME = "EmoCam"
#: The two files, and the folder of Windows with the regsvr32 for each.
FILES = {"UnityCaptureFilter64bit.dll": "System32", "UnityCaptureFilter32bit.dll": "SysWOW64"}
#: The ones that were looked at: UnityCapture's snapshot of 2019 (MIT), 64-bit and 32-bit.
_SUMS = (
    "d623bdf73fdfad61ff49929580983139e43a9a74f18f0e8e3639edbecb95fb76",
    "d18fca4b35462075c104fb02b35644e164169396959f5afebb38341b417693b3",
)
KNOWN = dict(zip(FILES, _SUMS, strict=True))
#: The exit code of a refusal, and of a registration that Windows refuses.
REFUSED, FAILED = 14, 17


class CameraRefusedError(Exception):
    """What was given is not what was looked at."""


def check(folder: Path, sums: Mapping[str, str]) -> list[Path]:
    """The files of a folder, each with the right sum.

    Args:
        folder: the administrator's.
        sums: sha256 by name, in hexadecimal.

    Raises:
        CameraRefusedError: if one is missing or another one.
    """
    files = []
    for name in FILES:
        path = folder / name
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise CameraRefusedError(f"{path} cannot be read: {error.strerror}") from None
        if found != sums[name].lower():
            raise CameraRefusedError(
                f"{path} has the sha256 {found}, not {sums[name]}. Take the file that was "
                "looked at, or name the sum of yours with /CAMERASHA256=64BIT,32BIT"
            )
        files.append(path)
    return files


def stated(text: str) -> dict[str, str]:
    """The sums that the administrator names, 64-bit first; the known ones if there are none.

    Raises:
        CameraRefusedError: if they are not two sums.
    """
    if not text:
        return dict(KNOWN)
    sums = [each.strip().lower() for each in text.split(",")]
    if len(sums) != len(FILES) or not all(re.fullmatch("[0-9a-f]{64}", each) for each in sums):
        raise CameraRefusedError("/CAMERASHA256 takes two sums of 64 digits, 64BIT,32BIT")
    return dict(zip(FILES, sums, strict=True))


def commands(folder: Path, windows: Path, *, remove: bool) -> list[list[str]]:
    """What registers the files, or takes them out again.

    Args:
        folder: where they lie.
        windows: the folder of Windows.
        remove: whether to take them out.
    """
    words = ["/u"] if remove else [f"/i:UnityCaptureName={NAME}"]
    return [
        [str(windows / system / "regsvr32.exe"), "/s", *words, str(folder / name)]
        for name, system in FILES.items()
    ]


def perform(every: list[list[str]], call: Callable[[list[str]], int] = subprocess.call) -> bool:
    """Run commands, also after one that fails; returns whether all went well."""
    codes = [call(command) for command in every]
    return not any(codes)


def main() -> int:
    """Do it; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("do", choices=("check", "put", "remove"))
    parser.add_argument("--source", type=Path)
    parser.add_argument("--sha256", default="")
    parser.add_argument("--target", type=Path)
    options = parser.parse_args()
    windows = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"))
    try:
        if options.do != "remove":
            files = check(options.source, stated(options.sha256))
    except CameraRefusedError as error:
        print(error)
        return REFUSED
    if options.do == "put":
        options.target.mkdir(parents=True, exist_ok=True)
        for path in files:
            shutil.copyfile(path, options.target / path.name)
    if options.do == "check":
        return 0
    if perform(commands(options.target, windows, remove=options.do == "remove")):
        return 0
    print("Windows would not register the camera")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
