"""Whether a policy is the administrator's: nobody else could have written it. Linux and macOS."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from emocam.errors import PolicyError
from emocam.settings.load import MAX_FILE_SIZE

#: Who may write policies: root.
OWNERS = frozenset({0})

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
    trust_folder(path.parent, owners)
    try:
        real = path.resolve(strict=True)
        if real.parent != path.parent:
            trust_folder(real.parent, owners)
        # Opened first and judged then, so that it is not another one meanwhile; a pipe is no file.
        number = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise PolicyError(f"{path} is no file", "Remove it")
            _judge(path, about, owners)
            data = file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError) as error:
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
        real = folder.resolve(strict=True)
        _judge(folder, real.stat(), owners)
        for above in real.parents:
            about = above.stat()
            # Where a sticky folder is open to all, they still cannot move what is not theirs.
            _judge(above, about, owners, about.st_mode & stat.S_ISVTX != 0)
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError) as error:
        raise unreadable(folder, error) from None


def unreadable(path: Path, error: Exception) -> PolicyError:
    """What is said of a policy that the system does not let be read."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
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
