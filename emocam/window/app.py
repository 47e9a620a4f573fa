"""The window with its pages, from Qt's start to its end."""

from __future__ import annotations

from collections.abc import Callable

from emocam.control.channel import Channel
from emocam.settings import LoadedSettings
from emocam.window.application import prepare, run
from emocam.window.link import Link
from emocam.window.main import MainWindow, Start


def show(
    load: Callable[[], LoadedSettings],
    name: str,
    only: bool,
    own: Channel | None,
    arguments: tuple[str, ...],
    page: str,
) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        load: reads what holds while there is no run.
        name: of the run.
        only: whether no other run will do.
        own: the window's own channel, claimed.
        arguments: for a run that is started here.
        page: to begin with; empty for the first.
    """
    application, language = prepare(load().settings.window)
    link = Link(name, only, own)
    return run(application, MainWindow(link, Start(load, arguments, language, page)), link)
