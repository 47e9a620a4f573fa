"""What a screen reader hears: a program of its own on the accessibility bus (AT-SPI).

Its first line is all there is of EmoCam's windows, each thing as an object; then it says a line for
each thing that gets the keyboard.
"""

from __future__ import annotations

import json
import time
from typing import Any

from emocam.control.tray import desktop_linux

desktop_linux._find()
import gi  # noqa: E402 - found just now

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

_STATES = ("FOCUSABLE", "ENABLED", "SHOWING")


def about(thing: Any) -> dict[str, Any]:
    """Role, name, description, label and states of a thing."""
    states, labels = thing.get_state_set(), []
    for relation in thing.get_relation_set() or ():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            count = relation.get_n_targets()
            labels += [relation.get_target(number).get_name() for number in range(count)]
    return {
        "role": thing.get_role_name(),
        "name": thing.get_name(),
        "description": thing.get_description(),
        "labels": labels,
        **{name.lower(): states.contains(getattr(Atspi.StateType, name)) for name in _STATES},
    }


def walk(thing: Any) -> list[dict[str, Any]]:
    """A thing and all that is in it."""
    found = [about(thing)]
    for number in range(thing.get_child_count()):
        if (child := thing.get_child_at_index(number)) is not None:
            found += walk(child)
    return found


def say(what: object) -> None:
    print(json.dumps(what), flush=True)


def hear(event: Any) -> None:
    if event.detail1:
        say(about(event.source))


Atspi.init()
listener = Atspi.EventListener.new(hear)
listener.register("object:state-changed:focused")
screen = Atspi.get_desktop(0)
while not screen.get_child_count():
    time.sleep(0.2)
say([each for number in range(screen.get_child_count())
     for each in walk(screen.get_child_at_index(number))])  # fmt: skip
Atspi.event_main()
