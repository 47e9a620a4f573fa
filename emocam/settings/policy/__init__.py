"""What this machine's administrator says of the settings; docs/policy.md describes it.

One file a platform reads: :mod:`.linux` (files), :mod:`.windows` (registry), :mod:`.macos` (managed
preferences). Each gives statements, which are judged here by the settings' own declarations. No
argument and no environment variable says where to look: that would be a way around.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from emocam.errors import PolicyError, SettingsError
from emocam.settings.layers import Kind, Layers, Said
from emocam.settings.schema import Settings, declarations


@dataclass(frozen=True, slots=True)
class Statement:
    """One setting in a policy, as it stands there.

    Attributes:
        kind: mandatory or recommended.
        key: of a setting, if there is such a one.
        value: whatever was written.
        by: the file, with the line where that is known, or the registry value.
        source: the file or registry key by which people know it.
    """

    kind: Kind
    key: str
    value: object
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one file, or in the registry.

    Attributes:
        source: the file or registry key.
        statements: in their order; a later one wins.
        damage: what could not be read or trusted, so that nobody knows what it was to lock.
    """

    source: str
    statements: tuple[Statement, ...] = ()
    damage: tuple[PolicyError, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds of all policies.

    Attributes:
        mandatory: locked values by key.
        recommended: values that hold where the user says nothing.
        problems: one for everything that could not be used.
        sources: the files or registry keys that were found.
        closed: whether something was damaged, so that the privacy settings are at their safest.
        doubted: the settings of which the damage may have said what is allowed, so that nothing is.
    """

    mandatory: Mapping[str, Said] = field(default_factory=dict)
    recommended: Mapping[str, Said] = field(default_factory=dict)
    problems: tuple[PolicyError, ...] = ()
    sources: tuple[str, ...] = ()
    closed: bool = False
    doubted: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """What damage closes, in words; empty where there is none."""
        if not self.closed:
            return ""
        words = "Until that is mended the privacy settings are at their safest, and locked"
        if self.doubted:
            words += ", and no webcam is opened, as it may have said which are allowed"
        return f"{words}."

    def over(self, layers: Layers) -> Layers:
        """A user's layers with these."""
        said = {Kind.MANDATORY: self.mandatory, Kind.RECOMMENDED: self.recommended}
        return replace(layers, said={**layers.said, **said})


def read() -> Policy:
    """The policies of this machine. Never raises."""
    if sys.platform == "win32":
        from emocam.settings.policy import windows

        return judged(*windows.read())
    if sys.platform == "darwin":
        from emocam.settings.policy import macos

        return judged(*macos.read())
    from emocam.settings.policy import linux

    return judged(*linux.read())


def judged(*readings: Reading) -> Policy:
    """The statements that can be used, of a later reading before those of an earlier. Pure.

    A locked value that cannot be used is damage: it was to protect something. All damage puts the
    settings that have a ``privacy`` value to that one, locked, whatever else was said of them; and
    to their ``in_doubt`` value those of which it may have said what is allowed.
    """
    said: dict[Kind, dict[str, Said]] = {Kind.MANDATORY: {}, Kind.RECOMMENDED: {}}
    problems: list[PolicyError] = []
    damage: list[PolicyError] = []
    doubted: set[str] = set()
    for reading in readings:
        problems += reading.damage
        damage += reading.damage
        doubts = _lists() if reading.damage else set()
        own: dict[str, Said] = {}
        for each in reading.statements:
            try:
                value = Settings().replace(each.key, each.value).value(each.key)
            except SettingsError as error:
                problem = PolicyError(f"{each.by}: {error.cause}", error.remedy)
                problems.append(problem)
                if each.kind is Kind.MANDATORY:
                    damage.append(problem)
                    doubts |= {key for key in _lists() if _may_mean(each, key)}
                continue
            said[each.kind][each.key] = Said(value, each.source)
            if each.kind is Kind.MANDATORY:
                own[each.key] = said[each.kind][each.key]
        # What this file lists goes before all that an earlier one may have. An empty list may be
        # what is left of one whose lines could not be read.
        doubted -= {key for key, about in own.items() if about.value or key not in doubts}
        doubted |= {key for key in doubts if key not in own or not own[key].value}
    mandatory = said[Kind.MANDATORY] | (_closed(damage, doubted) if damage else {})
    return Policy(
        mandatory,
        said[Kind.RECOMMENDED],
        tuple(problems),
        tuple(each.source for each in readings),
        closed=bool(damage),
        doubted=frozenset(doubted),
    )


def _lists() -> set[str]:
    """The settings that list what is allowed."""
    return {key for key, about in declarations().items() if about.in_doubt is not None}


def _may_mean(statement: Statement, key: str) -> bool:
    """Whether what cannot be used may have been written to list what a setting allows."""
    if statement.key in declarations():
        return statement.key == key
    return not isinstance(statement.value, int | float)  # a truth value is an int


def _closed(damage: Sequence[PolicyError], doubted: Collection[str]) -> dict[str, Said]:
    """What holds until the damage is mended."""
    by = f"closed because a policy is damaged: {_first(damage)}"
    values = {key: about.privacy for key, about in declarations().items()}
    values |= {key: declarations()[key].in_doubt for key in doubted}
    return {key: Said(value, by) for key, value in values.items() if value is not None}


def _first(damage: Sequence[PolicyError]) -> str:
    cause = damage[0].cause
    return cause if len(cause) <= 100 else f"{cause[:99]}…"


def flat(
    kind: Kind, groups: object, source: str, lines: Mapping[str, int] | None = None
) -> tuple[list[Statement], list[PolicyError]]:
    """The statements in tables of tables, as files have them.

    Args:
        kind: their level.
        groups: group to name to value, if it is well-formed.
        source: the file.
        lines: where each ``group.name`` stands, if known.
    """
    found: list[Statement] = []
    if not isinstance(groups, dict):
        return [], [PolicyError(f'{source}: "{kind}" is no table', f"Write it as [{kind}.GROUP]")]
    damage = []
    for group, table in groups.items():
        if not isinstance(table, dict):
            cause = f'{source}: "{kind}.{group}" is no table of settings'
            damage.append(PolicyError(cause, f"Write it as [{kind}.GROUP], such as [{kind}.mood]"))
            continue
        for name, value in table.items():
            key = f"{group}.{name}"
            line = (lines or {}).get(f"{kind}.{key}")
            by = f"{source}, line {line}" if line else source
            found.append(Statement(kind, key, value, by, source))
    return found, damage
