"""Where the files that belong to EmoCam lie: inside the package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from emocam.errors import EmoCamError

_PACKAGE = Path(__file__).resolve().parent


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
