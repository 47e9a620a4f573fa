"""``emocam settings set`` and ``reset``: the user's file, where no run is to be told."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from emocam.settings.bounds import refuse_out_of_bounds
from emocam.settings.declaration import Value
from emocam.settings.describe import as_toml
from emocam.settings.keep import kept, write_kept
from emocam.settings.layers import Kind, Layers
from emocam.settings.load import parse_override, refuse_oversize
from emocam.settings.schema import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what may follow ``emocam settings``."""
    actions = parser.add_subparsers(dest="do", metavar="ACTION")
    setting = actions.add_parser("set", help="write a setting into your file, for the next run on")
    reset = actions.add_parser("reset", help="take a setting out of your file")
    for action in (setting, reset):
        action.add_argument("key", metavar="KEY", help="the setting, such as avatar.pack")
    setting.add_argument("value", metavar="VALUE", help="its value, as for --set")


def perform(options: argparse.Namespace, layers: Layers, say: Callable[[str], None]) -> None:
    """Do it, and say what holds then.

    Raises:
        EmoCamError: if it cannot be done; the file is as it was then.
    """
    if options.do == "set":
        key, given = parse_override(f"{options.key}={options.value}")
        value = Settings().replace(key, given).value(key)
        after = kept(layers, key, value)
        refuse_oversize(after.settings(), after)
        refuse_out_of_bounds(after.settings(), after)
    else:
        key = options.key
        Settings().value(key)  # is there such a setting?
        layers.refuse_locked(key)
        after = layers.without(key, Kind.FILE)
    write_kept(after, key)
    say(_sentence(key, after.value(key), after))


def _sentence(key: str, value: Value, layers: Layers) -> str:
    by = layers.origin(key).by or "the default"
    return f"{key} is {as_toml(value)} ({by})."
