"""How to call a program before the user: by what they know it as, and by nothing else about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

#: Programs that run other programs, whose name tells nobody anything.
_INTERPRETER = re.compile(
    r"(python|pypy|node|nodejs|java|perl|ruby|bash|dash|sh|electron|mono|flatpak-bwrap|bwrap"
    r"|wine|wine64|wine-preloader|wine64-preloader)[\d.]*"
)
#: First words of file names, and what people call the program.
_KNOWN = (
    ("brave", "Brave"),
    ("cheese", "Cheese"),
    ("chromium", "Chromium"),
    ("chrome", "Google Chrome"),
    ("headless_shell", "Chromium"),
    ("discord", "Discord"),
    ("firefox", "Firefox"),
    ("librewolf", "LibreWolf"),
    ("msedge", "Microsoft Edge"),
    ("microsoft-edge", "Microsoft Edge"),
    ("obs", "OBS Studio"),
    ("opera", "Opera"),
    ("pipewire", "PipeWire"),
    ("signal-desktop", "Signal"),
    ("skypeforlinux", "Skype"),
    ("slack", "Slack"),
    ("teams", "Teams"),
    ("vivaldi", "Vivaldi"),
    ("vlc", "VLC"),
    ("webex", "Webex"),
    ("zoom", "Zoom"),
)


def program_name(executable: str, comm: str, arguments: Sequence[str] = ()) -> str:
    """What to call a process.

    Args:
        executable: path of what it runs (``/proc/PID/exe``); may be empty.
        comm: the name that it or the kernel gave it (``/proc/PID/comm``), at most 15 letters.
        arguments: its command line. Of that only the name of a script or module is used, and only
            where the executable is an interpreter.
    """
    name = PurePosixPath(executable.removesuffix(" (deleted)")).name
    if not name or _INTERPRETER.fullmatch(name):
        # The kernel calls a script that is started by its own name by that name.
        if comm and not _INTERPRETER.fullmatch(comm):
            name = comm
        else:
            name = _script(arguments) or name or comm
    lower = name.lower()
    for word, known in _KNOWN:
        if lower.startswith(word) and not lower[len(word) : len(word) + 1].isalpha():
            return known
    return name


def _script(arguments: Sequence[str]) -> str:
    """The name of what an interpreter runs; empty if the command line does not say so plainly."""
    words = list(arguments[1:3])
    if len(words) == 2 and words[0] == "-m":
        return words[1].split(".")[0]
    if words and not words[0].startswith("-"):
        return PurePosixPath(words[0]).name
    return ""
