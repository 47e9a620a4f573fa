"""Key combinations as the settings and as Qt write them. Pure."""

from __future__ import annotations

_TO_QT = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift", "super": "Meta"}
_FROM_QT = {theirs: ours for ours, theirs in _TO_QT.items()}


def for_qt(keys: str) -> str:
    """Such as ``Ctrl+Alt+H`` for ``ctrl+alt+h``."""
    return "+".join(_TO_QT.get(part, part.upper()) for part in keys.split("+") if part)


def from_qt(keys: str) -> str:
    """Such as ``ctrl+alt+h`` for ``Ctrl+Alt+H``; whether it may be so, its declaration says."""
    return "+".join(_FROM_QT.get(part, part.lower()) for part in keys.split("+") if part)
