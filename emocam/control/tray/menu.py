"""The menu as a tree of entries, each of which asks for an action that the run declares. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from emocam.control.direction import HOLDABLE
from emocam.control.status import Status
from emocam.control.tray import words
from emocam.control.tray.look import look
from emocam.expression import Expression, Picture
from emocam.vocabulary import picture as picture_name
from emocam.vocabulary import sentence
from emocam.words import _

#: A label longer than this is cut; devices choose their own names.
MAX_LABEL = 80
#: So many sources that a run has had are offered again.
MAX_RECENT = 5


class Local(StrEnum):
    """What the tray does itself."""

    LOGIN_ON = "login-on"
    LOGIN_OFF = "login-off"
    LOOK_AGAIN = "look-again"
    DIAGNOSTICS = "diagnostics"
    WINDOW = "window"
    SETTINGS = "settings"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Request:
    """An action that the run is asked for.

    Attributes:
        action: its name in :data:`emocam.control.actions.ACTIONS`.
        arguments: by name.
    """

    action: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu.

    Attributes:
        label: in words; empty for a line between groups.
        does: what it asks for; None for one that only tells, or that has children.
        checked: whether it is ticked; None where it cannot be.
        radio: whether exactly one of its neighbours is ticked.
        children: of a submenu.
        default: whether a click on the icon does it, where a click does not open the menu.
    """

    label: str = ""
    does: Request | Local | None = None
    checked: bool | None = None
    radio: bool = False
    children: tuple[Entry, ...] = ()
    default: bool = False


SEPARATOR = Entry()


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, beside what the run declares.

    Attributes:
        cameras: a value for ``camera.source`` and a name for people.
        packs: a value for ``avatar.pack`` and a name for people.
        login: whether EmoCam starts at login; None where it cannot.
        locked: keys of the settings that the machine's administrator set.
        preview: whether it may be opened.
        logs: whether a session log may be started.
        recent: values that ``camera.source`` has had in this run.
    """

    cameras: tuple[tuple[str, str], ...] = ()
    packs: tuple[tuple[str, str], ...] = ()
    login: bool | None = None
    locked: frozenset[str] = frozenset()
    preview: bool = True
    logs: bool = True
    recent: tuple[str, ...] = ()


def menu(status: Status, choices: Choices) -> tuple[Entry, ...]:
    """The menu for a run.

    Args:
        status: of the run.
        choices: what there is to choose from.
    """
    entries = [*(Entry(_cut(line)) for line in look(status).lines), SEPARATOR]
    if status["paused"]:
        entries.append(Entry(_("Resume: go live"), Request("resume"), default=True))
    else:
        entries.append(Entry(_("Pause: close the camera"), Request("pause"), default=True))
    if status["mode"] in ("held", "frozen"):
        entries.append(Entry(_("Release what is held"), Request("release")))
    else:
        entries.append(Entry(_("Freeze what is shown"), Request("freeze")))
    runs = bool(status.get("session"))
    log = Request("session_stop" if runs else "session_start") if choices.logs else None
    entries.append(Entry(words.session(runs), log, checked=runs))
    entries += [
        Entry(_("Hold"), children=_hold(status)),
        SEPARATOR,
        Entry(_("Camera"), children=_unlocked("camera.source", _cameras(status, choices), choices)),
        Entry(_("Emoji pack"), children=_unlocked("avatar.pack", _packs(status, choices), choices)),
        Entry(_("Caution"), children=_unlocked("mood.caution", _caution(status), choices)),
        Entry(
            _("Expressions that may be shown"),
            children=_unlocked("mood.off", _expressions(status), choices),
        ),
        SEPARATOR,
        Entry(_("Open EmoCam's window"), Local.WINDOW),
        _preview(status, choices),
        Entry(_("Settings…"), Local.SETTINGS),
        Entry(_("Help"), Local.HELP),
    ]
    if choices.login is not None:
        does = Local.LOGIN_OFF if choices.login else Local.LOGIN_ON
        entry = Entry(_("Start at login"), does, checked=choices.login)
        entries += _unlocked("login.autostart", (entry,), choices, told=False)
    entries.append(Entry(_("Copy diagnostics"), Local.DIAGNOSTICS))
    entries.append(Entry(_("Quit EmoCam"), Request("quit")))
    return tuple(entries)


def _unlocked(
    key: str, entries: tuple[Entry, ...], choices: Choices, *, told: bool = True
) -> tuple[Entry, ...]:
    """The entries; where the setting is locked they only tell, and who locked it is told first."""
    if key not in choices.locked:
        return entries
    bare = tuple(
        each if each.does is Local.LOOK_AGAIN else replace(each, does=None) for each in entries
    )
    return (Entry(_("Set by your administrator")), SEPARATOR, *bare) if told else bare


def _preview(status: Status, choices: Choices) -> Entry:
    """A window with camera pictures is there when it is asked for, and not while paused."""
    is_open = bool(status["preview"])
    barred = status["paused"] or not choices.preview
    does = None if barred else Request("preview", {"mode": "off" if is_open else "on"})
    return Entry(_("What EmoCam sees…"), does, checked=is_open)


def _hold(status: Status) -> tuple[Entry, ...]:
    held = status["shown"][0] if status["mode"] == "held" and status["shown"] else None

    def one(picture: Picture) -> Entry:
        does = Request("hold", {"picture": picture.value})
        return Entry(sentence(picture_name(picture.value)), does, picture == held, radio=True)

    expressions = [one(each) for each in HOLDABLE if each.expression is not None]
    reactions = [one(each) for each in HOLDABLE if each.is_reaction]
    others = [one(each) for each in HOLDABLE if each.expression is None and not each.is_reaction]
    return (*expressions, SEPARATOR, *reactions, SEPARATOR, *others)


def _cameras(status: Status, choices: Choices) -> tuple[Entry, ...]:
    source = status["camera"]["source"]
    known = (("auto", _("Automatic")), *choices.cameras)
    for each in recent(choices.recent, source):
        if each not in {value for value, _name in known}:  # a name, a number or a recording
            known = (*known, (each, _short(each)))
    return (
        *(_keep("camera.source", value, name, value == source) for value, name in known),
        SEPARATOR,
        Entry(_("Look for cameras again"), Local.LOOK_AGAIN),
    )


def recent(sources: tuple[str, ...], source: str) -> tuple[str, ...]:
    """The sources that a run has had, with the one of now; the oldest are forgotten."""
    return sources if source in sources else (*sources, source)[-MAX_RECENT:]


def _short(source: str) -> str:
    """A recording without its folders, which may be longer than a label."""
    path = PurePath(source)
    return path.name if path.is_absolute() and path.suffix else source


def _packs(status: Status, choices: Choices) -> tuple[Entry, ...]:
    pack = status["pack"]
    known = choices.packs
    if pack not in {value for value, _name in known}:
        known = (*known, (pack, pack))
    return tuple(_keep("avatar.pack", value, name, value == pack) for value, name in known)


def _caution(status: Status) -> tuple[Entry, ...]:
    now = status["mood"]["caution"]
    return tuple(
        _keep("mood.caution", level, label, level == now)
        for level, label in words.caution().items()
    )


def _expressions(status: Status) -> tuple[Entry, ...]:
    """All but neutral, which is what shows instead of one that is off."""
    off = [str(label) for label in status["mood"]["off"]]
    entries = []
    for expression in list(Expression)[1:]:
        label = expression.label
        then = [each for each in off if each != label] if label in off else [*off, label]
        does = Request("keep", {"key": "mood.off", "value": ",".join(then)})
        entries.append(Entry(sentence(picture_name(label)), does, checked=label not in off))
    return tuple(entries)


def _keep(key: str, value: str, label: str, checked: bool) -> Entry:
    return Entry(_cut(label), Request("keep", {"key": key, "value": value}), checked, radio=True)


def _cut(label: str) -> str:
    plain = "".join(letter if letter.isprintable() else "?" for letter in label)
    return plain if len(plain) <= MAX_LABEL else plain[: MAX_LABEL - 1] + "…"


def cameras_of(found: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Cameras to choose from, by their id where they have one.

    Args:
        found: as ``emocam devices --json`` lists them.
    """
    return tuple(
        (str(each.get("id") or each["path"]), str(each["name"]))
        for each in found
        if each.get("allowed", True)
    )


def packs_of(
    found: list[dict[str, Any]], allowed: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Packs to choose from.

    Args:
        found: as ``emocam packs list --json`` lists them.
        allowed: the setting ``avatar.allowed_packs``; empty for all.
    """
    return tuple(
        (str(each["id"]), str(each["name"]))
        for each in found
        if "id" in each and (not allowed or each["id"] in allowed)
    )
