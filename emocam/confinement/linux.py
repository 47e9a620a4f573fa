"""The two confinements on Linux: files by Landlock, system calls by seccomp."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from emocam.confinement import Profile, Protection, attempts, calls, landlock, seccomp

#: Top-level folders of systems as they are in use, /nix and /gnu/store among them.
_SYSTEM = (
    *("app", "bin", "etc", "gnu", "lib", "lib32", "lib64", "libx32", "nix", "opt", "proc", "sbin"),
    *("snap", "sys", "usr", "var/cache", "var/lib"),
)
#: Devices that lead nowhere; some libraries open them.
_HARMLESS = ("null", "zero", "full", "random", "urandom")


def confine_files(profile: Profile) -> Protection:
    """See :func:`emocam.confinement.confine_files`."""
    kernel = landlock.version()
    if not kernel:
        return Protection("files", False, "The kernel has no Landlock, or it is turned off")
    with contextlib.closing(landlock.Ruleset(kernel, profile.display)) as ruleset:
        # A rule reaches all that lies below it, so /dev is left out and its nodes are named.
        everything = (path for path in Path("/").iterdir() if path.name != "dev")
        ruleset.allow_reading(everything if profile.whole else system_folders())
        ruleset.allow_reading(profile.readable)
        harmless = (Path("/dev", name) for name in _HARMLESS)
        for device in (*filter(Path.exists, harmless), *profile.devices):
            ruleset.allow_device(device)
        ruleset.restrict()
    try:
        attempts.write_to_a_file()
    except PermissionError:
        pass
    else:
        return Protection("files", False, "Landlock was asked for, and does not hold")
    return Protection("files", True, f"Landlock (version {kernel}) guards the files")


def system_folders() -> list[Path]:
    """Where programs and libraries lie, and what this Python runs from; nobody's own files."""
    folders = [Path("/", name) for name in _SYSTEM]
    folders += [Path(prefix) for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    folders += [Path(entry).absolute() for entry in sys.path if entry]
    folders += [Path(entry) for entry in os.environ.get("LD_LIBRARY_PATH", "").split(":") if entry]
    return [*folders, Path(__file__).resolve().parents[1]]


def confine_calls(shows: bool) -> Protection:
    """See :func:`emocam.confinement.confine_calls`."""
    library = seccomp.load()
    if library is None:
        return Protection("calls", False, "The library libseccomp.so.2 is missing")
    try:
        seccomp.refuse(library, calls.given_up(shows), calls.AROUND.split(), calls.cases())
    except OSError as error:
        return Protection("calls", False, f"The kernel refuses the filter: {error.strerror}")
    return Protection("calls", True, "Seccomp refuses network, programs and new files")
