"""Settings: declared once in :mod:`.schema`, read by :mod:`.load`, described by :mod:`.describe`."""

from emocam.settings.load import LoadedSettings, apply_overrides, load_file, parse_override
from emocam.settings.schema import Caution, Declaration, Settings, declarations

__all__ = [
    "Caution",
    "Declaration",
    "LoadedSettings",
    "Settings",
    "apply_overrides",
    "declarations",
    "load_file",
    "parse_override",
]
