"""The two confinements on Linux: files by Landlock, system calls by seccomp."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from emocam.confinement import Profile, Protection, calls, landlock, seccomp

#: Devices that lead nowhere; some libraries open them.
_HARMLESS = ("null", "zero", "full", "random", "urandom")


def confine_files(profile: Profile) -> Protection:
    """See :func:`emocam.confinement.confine_files`."""
    kernel = landlock.version()
    if not kernel:
        return Protection("files", False, "The kernel has no Landlock, or it is turned off")
    with contextlib.closing(landlock.Ruleset(kernel, profile.display)) as ruleset:
        # A rule reaches all that lies below it, so /dev is left out and its nodes are named.
        ruleset.allow_reading(path for path in Path("/").iterdir() if path.name != "dev")
        ruleset.allow_reading(profile.readable)
        harmless = (Path("/dev", name) for name in _HARMLESS)
        for device in (*filter(Path.exists, harmless), *profile.devices):
            ruleset.allow_device(device)
        for folder in profile.folders:
            ruleset.allow_changes(folder)
        ruleset.restrict()
    return Protection("files", True, f"Landlock (version {kernel}) guards the files")


def confine_calls(makes_files: bool, shows: bool) -> Protection:
    """See :func:`emocam.confinement.confine_calls`."""
    library = seccomp.load()
    if library is None:
        return Protection("calls", False, "The library libseccomp.so.2 is missing")
    making = [] if makes_files else [("open", 1, os.O_CREAT), ("openat", 2, os.O_CREAT)]
    try:
        seccomp.refuse(library, calls.given_up(makes_files, shows), calls.AROUND.split(), making)
    except OSError as error:
        return Protection("calls", False, f"The kernel refuses the filter: {error.strerror}")
    words = "network and programs" if makes_files else "network, programs and new files"
    return Protection("calls", True, f"Seccomp refuses {words}")
