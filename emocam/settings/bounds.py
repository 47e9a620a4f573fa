"""What one setting allows of another. Pure."""

from __future__ import annotations

from typing import TypeVar

from emocam.errors import ControlError, EmoCamError, SettingsError
from emocam.settings.layers import Kind, Layers
from emocam.settings.schema import Settings

_Error = TypeVar("_Error", bound=EmoCamError)

_PACK, _PACKS = "avatar.pack", "avatar.allowed_packs"


def bounded(layers: Layers) -> tuple[Layers, list[SettingsError]]:
    """The layers with a pack that is allowed.

    What the user's file says against it is passed over; the first of the allowed packs stands in
    for it, unless the administrator set another one.

    Returns:
        The layers, and what was passed over.

    Raises:
        SettingsError: if an argument of the command line is not allowed.
    """
    allowed = layers.settings().avatar.allowed_packs
    if not allowed:
        return layers, []
    bare = layers.without(_PACK, Kind.RUN, Kind.ARGUMENT, Kind.FILE)
    if bare.value(_PACK) not in allowed and not bare.origin(_PACK).locked:
        by = layers.origin(_PACKS).by
        layers = layers.saying(Kind.RECOMMENDED, _PACK, allowed[0], by)
    problems = []
    while (origin := layers.origin(_PACK)).kind in (Kind.RUN, Kind.ARGUMENT, Kind.FILE):
        pack = layers.value(_PACK)
        if pack in allowed:
            break
        problem = _refusal(str(pack), layers, SettingsError)
        if origin.kind is Kind.ARGUMENT:
            raise problem
        problems.append(problem)
        layers = layers.without(_PACK, origin.kind)
    return layers, problems


def refuse_out_of_bounds(settings: Settings, layers: Layers) -> None:
    """See that what is to be set is allowed by the other settings.

    Raises:
        ControlError: if it is not; the message names who forbids it.
    """
    allowed = settings.avatar.allowed_packs
    if allowed and settings.avatar.pack not in allowed:
        raise _refusal(settings.avatar.pack, layers, ControlError)


def _refusal(pack: str, layers: Layers, kind: type[_Error]) -> _Error:
    allowed = ", ".join(map(str, layers.settings().avatar.allowed_packs))
    by = layers.origin(_PACKS).by
    return kind(f'The pack "{pack}" is not allowed here ({_PACKS}: {by})', f"Allowed: {allowed}")
