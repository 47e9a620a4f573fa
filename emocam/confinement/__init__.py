"""What a process may still do after it gave up the rest: no network, no programs, no stray files.

Sensing and the stage confine themselves before they touch a camera, so that a fault in a library
that decodes pictures cannot do what the process never needs. Control confines nothing: it starts
the others. Where the system has no such means, the answer says so; nothing fails for that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """What a process needs of files; network and other programs no profile allows.

    Attributes:
        devices: device nodes that may be opened, for reading and writing. Those in ``/dev`` that
            are not named cannot be opened, but for the harmless ones (null, zero, random).
        readable: files or folders that may be read, beside what ``whole`` says.
        whole: whether everything outside ``/dev`` may be read; else programs, libraries and
            settings of the system, this Python and EmoCam itself.
        display: whether the display may be connected to, by an abstract socket too, as long as
            :func:`confine_calls` allows sockets at all.
    """

    devices: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()
    display: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection and whether it holds.

    Attributes:
        name: a short word for programs, such as ``files``.
        in_force: whether it holds now.
        words: what it is, or why it is missing, as a sentence without a full stop.
    """

    name: str
    in_force: bool
    words: str

    def to_dict(self) -> dict[str, Any]:
        """For an answer in JSON."""
        return {"name": self.name, "in_force": self.in_force, "words": self.words}


def confine_files(profile: Profile) -> Protection:
    """Give up all files that the profile does not name; call while there is but one thread.

    Whether it holds is tried at once. The calling thread is confined and all threads
    and processes that it starts later. It cannot be undone or widened.

    Raises:
        OSError: if a device of the profile cannot be opened.
    """
    return _linux(lambda linux: linux.confine_files(profile), "files")


def confine_calls(*, shows: bool = False) -> Protection:
    """Give up network, programs and new files in all threads of this process, for good.

    Args:
        shows: whether a window is drawn by a connection to the display that is open already; no
            other one can be opened.
    """
    return _linux(lambda linux: linux.confine_calls(shows), "calls")


def try_forbidden(devices: Iterable[Path] = ()) -> list[Protection]:
    """Try in this very process what it should not be able to do, and say what came of it.

    Args:
        devices: that the process must not be able to open, beside a terminal.
    """
    if sys.platform != "linux":
        return []
    from emocam.confinement import attempts

    return attempts.all_of_them(devices)


def _linux(act: Callable[[Any], Protection], name: str) -> Protection:
    """Confine where there is a way to."""
    system: str = sys.platform
    if system != "linux":
        return Protection(name, False, f"EmoCam knows no such protection on {system}")
    from emocam.confinement import linux

    return act(linux)
