"""What ``emocam policy`` takes; apart from what it does, as every command builds the parser."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``emocam policy``."""
    actions = parser.add_subparsers(required=True, dest="do", metavar="ACTION")
    show = actions.add_parser("show", help="say what is set, by whom, and what you would have")
    check = actions.add_parser("check", help="look for mistakes in policies before they are put up")
    check.add_argument("file", nargs="+", type=Path, metavar="FILE", help=".toml, .json or .plist")
    for action in (show, check):
        action.add_argument("--json", action="store_true", help="as JSON")
