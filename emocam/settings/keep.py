"""What the user wants to stay: from a value to the user's file, for a run and for the command."""

from __future__ import annotations

from pathlib import Path

from emocam.errors import SettingsError
from emocam.settings.declaration import Value
from emocam.settings.layers import Kind, Layers

#: Settings that may be paths. In a file there is no working folder from which they could be taken.
_PATHS = ("camera.source", "model.path", "avatar.background", "output.target")


def kept(layers: Layers, key: str, value: Value) -> Layers:
    """The layers when a value stands in the user's file, and nothing of the user's is above it.

    Args:
        layers: of now.
        key: of the setting.
        value: that its declaration allows; a relative path is made a whole one.

    Raises:
        SettingsError: if there is no place for the file.
        ControlError: if the setting is locked.
    """
    layers.refuse_locked(key)
    if layers.path is None:
        raise SettingsError("There is no place for a settings file", "Set HOME, or use --settings")
    bare = layers.without(key, Kind.RUN, Kind.ARGUMENT)
    return bare.saying(Kind.FILE, key, _whole(key, value), str(layers.path))


def write_kept(layers: Layers, key: str) -> None:
    """Have the user's file say of a setting what the layers have it say, or nothing.

    Raises:
        SettingsError: if that cannot be written; the file is as it was then.
    """
    if layers.path is None:
        return
    from emocam.settings.write import write_setting  # only who writes needs it

    said = layers.said.get(Kind.FILE, {}).get(key)
    write_setting(layers.path, key, said.value if said is not None else None)


def _whole(key: str, value: Value) -> Value:
    if key not in _PATHS or not isinstance(value, str):
        return value
    path = Path(value)
    is_file = path.suffix and (key == "output.target" or path.is_file())
    return str(path.absolute()) if is_file and not value.startswith("~") else value
