"""From the options of a command line to the settings that hold."""

from __future__ import annotations

import argparse
from pathlib import Path

from emocam.errors import SettingsError
from emocam.settings import (
    Kind,
    Layers,
    LoadedSettings,
    Settings,
    declarations,
    load_file,
    parse_override,
)
from emocam.settings.bounds import bounded
from emocam.settings.load import refuse_oversize
from emocam.settings.policy import read as read_policy


def add_own(action: argparse.ArgumentParser) -> None:
    """Have what every command takes be taken after its action, too: ``emocam session list --set``.

    What stands before the action holds as well, so it is kept apart.
    """
    nothing = argparse.SUPPRESS  # or it would take the place of what stands before the action
    action.add_argument(
        "--settings", type=Path, metavar="FILE", default=nothing, help="another settings file"
    )
    action.add_argument(
        "--set", action="append", dest="set_after", metavar="KEY=VALUE", default=nothing,
        help="a setting for this time",
    )  # fmt: skip


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
    """The settings file, then ``--set`` and the flags that stand for settings; policies around it.

    Raises:
        SettingsError: if an argument cannot be used, or is against a policy.
    """
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
    policy = read_policy()
    layers = policy.over(loaded.layers)
    for argument in (*options.set, *getattr(options, "set_after", ())):
        layers = _argued(layers, *parse_override(argument), "--set")
    for flag, key in (("camera", "camera.source"), ("output", "output.target")):
        if (value := getattr(options, flag, None)) is not None:
            layers = _argued(layers, key, value, f"--{flag}")
    layers, refused = bounded(layers)
    settings = layers.settings()
    refuse_oversize(settings, layers)
    problems = (*loaded.problems, *refused)
    return LoadedSettings(settings, problems, loaded.unreadable, layers, policy)


def given_again(options: argparse.Namespace, *flags: str) -> list[str]:
    """The words of a command line that give another process of EmoCam what this one was given.

    Args:
        options: of this process.
        flags: the names of those that are handed on where they were given; ``--set`` always is.
    """
    words = []
    for flag in flags:
        if (value := getattr(options, flag)) is not None:
            words += [f"--{flag}", str(value)]
    for value in options.set:
        words += ["--set", value]
    return words


def _argued(layers: Layers, key: str, value: object, by: str) -> Layers:
    """The layers with what the command line says of one setting.

    Raises:
        SettingsError: if the value does not fit, or the setting is locked.
    """
    fitting = declarations()[key].check(value)
    if fitting != layers.value(key):  # to ask for what holds anyway does no harm
        layers.refuse_locked(key, SettingsError)
    return layers.saying(Kind.ARGUMENT, key, fitting, by)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True  # reading it will say what is wrong
    return True
