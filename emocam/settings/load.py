"""Reading settings from a TOML file and from ``--set`` arguments.

A bad line never costs the good ones, and a file is only ever read here: nothing that goes wrong
while loading can change it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emocam.errors import SettingsError
from emocam.settings.layers import Kind, Layers, Origin, Said
from emocam.settings.schema import Settings

if TYPE_CHECKING:
    from emocam.settings.policy import Policy

#: More than any settings file needs, little enough to parse at once.
MAX_FILE_SIZE = 1 << 20
#: The most that all settings may take as JSON; little less than a message may have (wire.py).
MAX_SIZE = 60_000
#: After so many lines that are not TOML the rest of the file is given up.
MAX_BAD_LINES = 100

_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_.\"' -]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"' -]+?)\s*=")
_ERROR_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """What came of a file.

    Attributes:
        settings: those that could be used, the rest from elsewhere.
        problems: one for each line that could not be used.
        unreadable: whether nothing of the file could be read at all.
        layers: who said what.
        policy: what the machine's administrator says, which then stands in the layers, too.
    """

    settings: Settings
    problems: tuple[SettingsError, ...] = field(default=())
    unreadable: bool = False
    layers: Layers = field(default_factory=Layers)
    policy: Policy | None = None

    @property
    def origins(self) -> Mapping[str, Origin]:
        """Where the values come from that are more than defaults."""
        return self.layers.origins()


def load_file(path: Path) -> LoadedSettings:
    """Read a settings file on top of the defaults.

    Args:
        path: the TOML file; one that does not exist stands for an empty one.

    Returns:
        The settings, and one problem for every line that could not be used. Never raises.
    """
    nothing = Layers(path=path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)
        if len(data) > MAX_FILE_SIZE:
            raise SettingsError(
                f"The settings file {path} is larger than {MAX_FILE_SIZE >> 20} MiB",
                "Make it smaller; the defaults hold until then",
            )
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        return LoadedSettings(Settings(), layers=nothing)
    except SettingsError as error:
        return LoadedSettings(Settings(), (error,), unreadable=True, layers=nothing)
    except (OSError, ValueError) as error:
        cause = SettingsError(
            f"The settings file {path} cannot be read: {_reason(error)}",
            "Mend the file; the defaults hold until then",
        )
        return LoadedSettings(Settings(), (cause,), unreadable=True, layers=nothing)
    return _load_text(text, path)


def _load_text(text: str, path: Path) -> LoadedSettings:
    name, settings = str(path), Settings()
    said: dict[str, Said] = {}
    tree, problems = parse_lines(text.splitlines(), name)
    lines = line_numbers(text.splitlines())
    for key, value in _leaves(tree):
        try:
            settings = settings.replace(key, value)
            said[key] = Said(settings.value(key), name)
        except SettingsError as error:
            where = f"{name}, line {lines[key]}" if key in lines else name
            problems.append(SettingsError(f"{where}: {error.cause}", error.remedy))
    return LoadedSettings(settings, tuple(problems), layers=Layers({Kind.FILE: said}, path))


def parse_lines(lines: list[str], name: str) -> tuple[dict[str, Any], list[SettingsError]]:
    """Parse, leaving out line by line what is not TOML.

    Args:
        lines: of the file.
        name: of the file, for messages.

    Returns:
        The tables, and one problem for each line left out.
    """
    lines = list(lines)
    problems: list[SettingsError] = []
    while True:
        try:
            return tomllib.loads("\n".join(lines)), problems
        except (ValueError, RecursionError) as error:  # also numbers of thousands of digits
            found = _ERROR_LINE.search(str(error))
            # An error at the end of the file belongs to the last line that says anything.
            number = int(found[1]) if found else len(lines)
            while number > 1 and not lines[number - 1].strip():
                number -= 1
            if not lines[number - 1].strip() or len(problems) >= MAX_BAD_LINES:
                cause = f"{name} cannot be read as TOML"
                problems.append(SettingsError(cause, "Mend the file; the defaults hold until then"))
                return {}, problems
            text = lines[number - 1].lstrip()
            reason = str(error).partition(" (at")[0]
            problems.append(
                SettingsError(
                    f"{name}, line {number} is not TOML: {reason}",
                    'Write it as: name = value, with text in "quotes"',
                )
            )
            lines[number - 1] = ""
            if text.startswith("["):
                # A broken header must not hand its lines to the table above.
                _blank_table(lines, number)


def _blank_table(lines: list[str], start: int) -> None:
    """Blank the lines from an index to the next header."""
    for number in range(start, len(lines)):
        if lines[number].lstrip().startswith("["):
            return
        lines[number] = ""


def line_numbers(lines: list[str]) -> dict[str, int]:
    """The line of each ``group.name``, found by its text: tomllib keeps no line numbers."""
    table = ""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if match := _TABLE.match(line):
            table = _plain(match[1]) + "."
        elif match := _KEY.match(line):
            found.setdefault(table + _plain(match[1]), number)
    return found


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _leaves(tree: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in tree.items():
        # No setting lies deeper than one table; what does is unknown as a whole.
        if isinstance(value, dict) and not prefix:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def parse_override(argument: str) -> tuple[str, object]:
    """Split ``key=value`` as given to ``--set``.

    The value is read as TOML; what is not TOML counts as text, so quotes can be left out.

    Raises:
        SettingsError: if there is no ``=`` or no such setting.
    """
    key, equals, text = argument.partition("=")
    key = key.strip()
    if not equals:
        raise SettingsError(f'"{argument}" is no setting', "Write it as --set key=value")
    default = Settings().value(key)
    if isinstance(default, str) and not text.strip().startswith(('"', "'")):
        return key, text.strip()
    if isinstance(default, tuple) and not text.strip().startswith("["):
        return key, [word.strip() for word in text.split(",") if word.strip()]
    try:
        return key, tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # a TOMLDecodeError is one of the first
        return key, text.strip()


def apply_overrides(settings: Settings, arguments: Iterable[str]) -> Settings:
    """The settings with ``--set`` arguments on top.

    Raises:
        SettingsError: at the first argument that cannot be used, or if all are too long together.
    """
    for argument in arguments:
        key, value = parse_override(argument)
        settings = settings.replace(key, value)
    refuse_oversize(settings)
    return settings


def refuse_oversize(settings: Settings, layers: Layers | None = None) -> None:
    """See that the settings fit into a message to another process.

    Args:
        settings: all of them.
        layers: who said them, where that is known.

    Raises:
        SettingsError: if all texts and lists together are too long; it names the longest, and who
            said it.
    """
    values = settings.to_dict()
    if len(json.dumps(values)) <= MAX_SIZE:
        return
    longest = max(values, key=lambda key: len(json.dumps(values[key])))
    by = layers.origin(longest).by if layers else ""
    raise SettingsError(
        "The settings are too long together",
        f"Shorten {longest} ({by})" if by else f"Shorten {longest}",
    )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "it is not UTF-8 text"
