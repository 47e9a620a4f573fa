"""Whether a policy is the administrator's: nobody else could have written it. Linux and macOS."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from emocam.errors import PolicyError
from emocam.settings.load import MAX_FILE_SIZE

#: Who may write policies: root.
OWNERS = frozenset({0})

#: As many as Linux follows.
_MAX_LINKS = 40
_REMEDY = "As root: chown root {path}; chmod go-w {path}"


def trusted_bytes(path: Path, owners: frozenset[int] | None = None) -> bytes:
    """The content of a file that only an administrator could have written.

    Args:
        path: of the file; links are followed, and everything on the way there is judged.
        owners: user numbers that count as administrators; root if None.

    Raises:
        PolicyError: if somebody else could have written it, or it cannot be read.
        FileNotFoundError: if there is no such file.
    """
    try:
        real = _trusted_way(path, owners)
        # Opened first and judged then, so that it is not another one meanwhile; a pipe is no file.
        number = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        with os.fdopen(number, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise PolicyError(f"{path} is no file", "Remove it")
            _judge(path, about, owners)
            data = file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from None
    if len(data) > MAX_FILE_SIZE:
        raise PolicyError(f"{path} is larger than {MAX_FILE_SIZE >> 20} MiB", "Make it smaller")
    return data


def trust_folder(folder: Path, owners: frozenset[int] | None = None) -> None:
    """See that nobody but administrators can put files into a folder, or another in its place.

    Raises:
        PolicyError: if somebody else can.
        FileNotFoundError: if there is no such folder.
    """
    try:
        _judge(folder, _trusted_way(folder, owners).stat(), owners)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(folder, error) from None


def _trusted_way(path: Path, owners: frozenset[int] | None) -> Path:
    """Where a path leads, followed as the system does: one name, and one link, after another.

    Each folder on the way is judged, also those between the links of a chain: who can write to one
    that holds a link can have it lead to another of the administrator's files.

    Raises:
        PolicyError: if others than administrators can change the way.
        OSError: if it cannot be followed, which is found out first: where nothing is, there is
            nothing to trust.
    """
    here, links = Path("/"), 0
    passed = []
    names = list(reversed(path.absolute().parts[1:]))
    while names:
        name = names.pop()
        if name == "..":
            here = here.parent
            continue
        there = here / name
        about, place = there.lstat(), here.stat()
        is_link = stat.S_ISLNK(about.st_mode)
        # Where a sticky folder is open to all, they still cannot move a folder that is not theirs.
        is_passed = stat.S_ISDIR(about.st_mode) and place.st_mode & stat.S_ISVTX != 0
        passed.append((here, place, is_passed))
        if not is_link:
            here = there
            continue
        links += 1
        if links > _MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        target = there.readlink()
        here = Path("/") if target.is_absolute() else here
        names += reversed(target.parts[1:] if target.is_absolute() else target.parts)
    for folder, about, is_passed in passed:
        _judge(folder, about, owners, is_passed)
    return here


def unreadable(path: Path, error: OSError) -> PolicyError:
    """What is said of a policy that the system does not let be read."""
    reason = error.strerror or str(error)
    return PolicyError(f"The policy {path} cannot be read: {reason}", f"As root: chmod a+rX {path}")


def _judge(
    path: Path, about: os.stat_result, owners: frozenset[int] | None, sticky: bool = False
) -> None:
    if about.st_uid not in (owners or OWNERS) | OWNERS:
        cause = f"The policy {path} is not trusted: it belongs to user {about.st_uid}, not to root"
    elif about.st_mode & 0o022 and not sticky:
        cause = f"The policy {path} is not trusted: others than root can write to it"
    else:
        return
    raise PolicyError(cause, _REMEDY.format(path=path))
