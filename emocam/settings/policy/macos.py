"""macOS: managed preferences, as a configuration profile forces them. Written to Apple's
documentation, not run.

The system writes them into property lists that only root can change: for all users, and for one,
whose word is the later. A setting bears its whole name (``mood.caution``); recommended ones stand
in a dictionary ``Recommended``.

Source: Apple, "Configuration Profile Reference", "Custom Settings".
"""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

from emocam.errors import PolicyError
from emocam.settings.layers import Kind
from emocam.settings.policy import Reading, Statement
from emocam.settings.policy.trust import trusted_bytes

FOLDER = Path("/Library/Managed Preferences")
DOMAIN = "org.emocam.emocam"
RECOMMENDED = "Recommended"


def read(folder: Path | None = None, owners: frozenset[int] | None = None) -> list[Reading]:
    """The policies of this machine and user. Never raises.

    Args:
        folder: :data:`FOLDER` if None.
        owners: who counts as an administrator; root if None.
    """
    folder = folder or FOLDER
    found = []
    for path in (folder / f"{DOMAIN}.plist", folder / _user() / f"{DOMAIN}.plist"):
        try:
            found.append(parse(trusted_bytes(path, owners), str(path)))
        except FileNotFoundError:
            continue
        except PolicyError as error:
            found.append(Reading(str(path), damage=(error,)))
    return found


def _user() -> str:
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def parse(data: bytes, name: str) -> Reading:
    """What a property list says; of a configuration profile, its payloads for EmoCam. Pure.

    Args:
        data: the file.
        name: its path.
    """
    try:
        tree = plistlib.loads(data)
        if not isinstance(tree, dict):
            raise ValueError("it is no dictionary")
    except Exception as error:  # plistlib lets its parsers' own errors through
        cause = f"{name} cannot be read as a property list: {error}"
        return Reading(name, damage=(PolicyError(cause, "Mend the file"),))
    if tree.get("PayloadType") != "Configuration":
        return _parsed(tree, name)
    parts = []
    payloads = tree.get("PayloadContent")
    for payload in payloads if isinstance(payloads, list) else []:
        if isinstance(payload, dict) and payload.get("PayloadType") == DOMAIN:
            own = {key: value for key, value in payload.items() if not key.startswith("Payload")}
            parts.append(_parsed(own, name))
    statements = (each for part in parts for each in part.statements)
    return Reading(name, tuple(statements), tuple(each for part in parts for each in part.damage))


def _parsed(tree: dict[str, Any], name: str) -> Reading:
    recommended = tree.get(RECOMMENDED, {})
    damage = []
    if not isinstance(recommended, dict):
        cause = f'{name}: "{RECOMMENDED}" is no dictionary'
        damage.append(PolicyError(cause, "Mend the file"))
        recommended = {}
    levels = (
        (Kind.MANDATORY, {key: value for key, value in tree.items() if key != RECOMMENDED}),
        (Kind.RECOMMENDED, recommended),
    )
    statements = [
        Statement(kind, key, value, name, name)
        for kind, values in levels
        for key, value in values.items()
    ]
    return Reading(name, tuple(statements), tuple(damage))
