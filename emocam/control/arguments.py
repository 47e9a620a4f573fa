"""What ``emocam ctl`` takes on the command line, from the declarations of the actions."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from emocam.control.actions import ACTIONS, Parameter
from emocam.errors import ControlError


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the actions, from their own declarations."""
    command.add_argument(
        "--output",
        metavar="FILE.mp4",
        help="the run that writes this file; otherwise the one that publishes the virtual camera, "
        "or the only one there is",
    )
    command.add_argument("--json", action="store_true", help="print answers as JSON")
    actions = command.add_subparsers(required=True, dest="action", metavar="ACTION")
    for action in ACTIONS.values():
        about = action.help[:1].upper() + action.help[1:]
        chosen = actions.add_parser(action.name, help=action.help, description=f"{about}.")
        for parameter in action.parameters:
            chosen.add_argument(
                parameter.name,
                metavar=parameter.name.upper(),
                type=_fitting(parameter),
                help=_help(parameter),
            )
        # After the action too, without undoing what stood before it.
        chosen.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print answers as JSON"
        )


def _fitting(parameter: Parameter) -> Callable[[str], str]:
    def fit(text: str) -> str:
        try:
            return parameter.fit(text)
        except ControlError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return fit


def _help(parameter: Parameter) -> str:
    few = parameter.choices if len(parameter.choices) <= 20 else ()
    return f"{parameter.help}: {', '.join(few)}" if few else parameter.help
