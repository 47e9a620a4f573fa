"""Linux: files in a folder of root's, in the order of their names; the later one wins.

Tables are ``[mandatory.GROUP]`` and ``[recommended.GROUP]`` in TOML, the same as objects in JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emocam.errors import PolicyError
from emocam.settings.layers import Kind
from emocam.settings.load import line_numbers, parse_lines
from emocam.settings.policy import Reading, flat
from emocam.settings.policy.trust import trust_folder, trusted_bytes, unreadable

#: Where policies lie. Nothing that a user can set changes it.
FOLDER = Path("/etc/emocam/policy.d")

_LEVELS = (Kind.MANDATORY, Kind.RECOMMENDED)


def read(folder: Path | None = None, owners: frozenset[int] | None = None) -> list[Reading]:
    """All policies of a folder. Never raises.

    Args:
        folder: :data:`FOLDER` if None.
        owners: who counts as an administrator; root if None.
    """
    folder = folder or FOLDER
    try:
        trust_folder(folder, owners)
        paths = sorted(each for each in folder.iterdir() if _counts(each))
    except FileNotFoundError as error:
        if any(each.is_symlink() and not each.exists() for each in (folder, *folder.parents)):
            # Somebody put policies elsewhere, and they are not there now.
            return [Reading(str(folder), damage=(unreadable(folder, error),))]
        return []
    except PolicyError as error:
        return [Reading(str(folder), damage=(error,))]
    except OSError as error:
        return [Reading(str(folder), damage=(unreadable(folder, error),))]
    found = []
    for path in paths:
        try:
            found.append(parse(trusted_bytes(path, owners), str(path)))
        except PolicyError as error:
            found.append(Reading(str(path), damage=(error,)))
        except FileNotFoundError as error:  # a link to nowhere
            found.append(Reading(str(path), damage=(unreadable(path, error),)))
    return found


def _counts(path: Path) -> bool:
    return path.suffix.lower() in (".toml", ".json") and not path.name.startswith(".")


def parse(data: bytes, name: str) -> Reading:
    """What a file says. Pure.

    Args:
        data: the file.
        name: its path; a name that ends in ``.json``, in any case, makes it JSON, any other TOML.
    """
    tree, lines, damage = _tree(data, name)
    statements = []
    for level, groups in tree.items():
        kind = next((kind for kind in _LEVELS if kind == level), None)
        if kind is None:
            cause = f'{name}: "{level}" is neither "mandatory" nor "recommended"'
            remedy = "Write tables such as [mandatory.mood] and [recommended.avatar]"
            damage.append(PolicyError(cause, remedy))
            continue
        found, more = flat(kind, groups, name, lines)
        statements += found
        damage += more
    return Reading(name, tuple(statements), tuple(damage))


def _tree(data: bytes, name: str) -> tuple[dict[str, Any], dict[str, int], list[PolicyError]]:
    try:
        text = data.decode("utf-8-sig")
    except ValueError:
        return {}, {}, [PolicyError(f"{name} is not UTF-8 text", "Save it as UTF-8")]
    if not name.lower().endswith(".json"):
        tree, problems = parse_lines(text.splitlines(), name)
        damage = [PolicyError(each.cause, each.remedy) for each in problems]
        return tree, line_numbers(text.splitlines()), damage
    try:
        tree = json.loads(text, object_pairs_hook=_without_doubles)
        if not isinstance(tree, dict):
            raise ValueError("it is no object")
    except (ValueError, RecursionError) as error:
        cause = f"{name} cannot be read as JSON: {error}"
        return {}, {}, [PolicyError(cause, "Mend the file")]
    return tree, {}, []


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found
