"""From the options of a command line to the settings that hold."""

from __future__ import annotations

import argparse
from pathlib import Path

from emocam.errors import SettingsError
from emocam.settings import LoadedSettings, Settings, apply_overrides, load_file
from emocam.settings.load import refuse_oversize


def settings_path(options: argparse.Namespace) -> Path:
    """Where the settings file lies, or would lie.

    Raises:
        SettingsError: if there is no place for it.
    """
    if options.settings is not None:
        return Path(options.settings)
    from platformdirs import user_config_path

    try:
        return user_config_path("emocam", appauthor=False) / "settings.toml"
    except RuntimeError:  # a user without a home
        raise SettingsError(
            "There is no home folder to look for settings in",
            "Set HOME, or name a file with --settings",
        ) from None


def load(options: argparse.Namespace) -> LoadedSettings:
    """The settings file, then ``--set``, then the flags that stand for settings."""
    try:
        path = settings_path(options)
        if options.settings is not None and not _exists(path):
            raise SettingsError(f"There is no settings file {path}", "Name one that exists")
        loaded = load_file(path)
        if loaded.unreadable and options.settings is not None:
            raise loaded.problems[0]
    except SettingsError as error:
        if options.settings is not None:
            raise
        loaded = LoadedSettings(Settings(), (error,), unreadable=True)  # the defaults will do
    settings = apply_overrides(loaded.settings, options.set)
    for flag, key in (("camera", "camera.source"), ("output", "output.target")):
        if (value := getattr(options, flag, None)) is not None:
            settings = settings.replace(key, value)
    refuse_oversize(settings)
    return LoadedSettings(settings, loaded.problems, loaded.unreadable)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True  # reading it will say what is wrong
    return True
