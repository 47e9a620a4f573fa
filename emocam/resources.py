"""Where the files that belong to EmoCam lie: inside the package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from emocam.errors import EmoCamError

_PACKAGE = Path(__file__).resolve().parent


def user_path(text: str, kind: type[EmoCamError] = EmoCamError) -> Path:
    """The path that a user wrote, with ``~`` for a home.

    Args:
        text: as written.
        kind: class of the error.

    Raises:
        EmoCamError: of that class, if the path names the home of somebody who is not there, or is
            no text that every library can take.
    """
    try:
        path = Path(text).expanduser()
        str(path).encode()  # a name that is not UTF-8 makes some native libraries crash
    except (RuntimeError, UnicodeEncodeError, ValueError) as error:
        raise kind(f"{text!r} cannot be a path: {error}", "Give another path") from None
    return path


def resource(*parts: str) -> Path:
    """The path of a file or folder that ships with EmoCam.

    Args:
        parts: path below the top level, such as ``"models", "expression.tflite"``.

    Raises:
        EmoCamError: if the installation is incomplete.
    """
    # A wheel carries the folders inside the package; a checkout has them beside it.
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise EmoCamError(
        f"{'/'.join(parts)} is missing from this installation", "Install EmoCam again"
    )
