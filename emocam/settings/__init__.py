"""Settings: declared in :mod:`.schema`, read by :mod:`.load` and :mod:`.policy`, joined in
:mod:`.layers`, written by :mod:`.keep`, told by :mod:`.describe`.
"""

from emocam.settings.declaration import Declaration
from emocam.settings.layers import Kind, Layers, Origin
from emocam.settings.load import LoadedSettings, apply_overrides, load_file, parse_override
from emocam.settings.schema import NO_CAMERA, NO_FILE, PREVIEW_FILE, Caution, Settings, declarations

__all__ = [
    "NO_CAMERA",
    "NO_FILE",
    "PREVIEW_FILE",
    "Caution",
    "Declaration",
    "Kind",
    "Layers",
    "LoadedSettings",
    "Origin",
    "Settings",
    "apply_overrides",
    "declarations",
    "load_file",
    "parse_override",
]
