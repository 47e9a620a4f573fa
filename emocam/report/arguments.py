"""The arguments of ``emocam report``, declared once for the command and its process."""

from __future__ import annotations

import argparse
from pathlib import Path

from emocam.cli_settings import given_again

#: Engines that can be named.
ENGINES = ("duckdb", "spark")
#: A bin of the own report may be so narrow and so wide, in seconds.
NARROWEST, WIDEST = 1.0, 86_400.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a report."""
    parser.add_argument(
        "logs",
        nargs="+",
        metavar="LOG",
        help="session logs (.sqlite, .csv, .parquet, .jsonl), folders of them, or patterns",
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("report.html"), metavar="FILE.html", help="the page"
    )
    parser.add_argument(
        "--lecture", type=Path, metavar="VIDEO", help="the recorded lecture, for pictures of it"
    )
    parser.add_argument("--bin", type=_width, metavar="S", help="width of a bin in seconds")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="duckdb",
        help="spark for logs that outgrow one machine (pip install emocam[spark])",
    )


def command_line(options: argparse.Namespace) -> list[str]:
    """The arguments again, for the process that makes the report."""
    flags = ("settings", "engine", "out", "lecture", "bin")
    return [*given_again(options, *flags), "--", *options.logs]


def _width(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not NARROWEST <= seconds <= WIDEST:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of seconds from 1 to 86400')
    return seconds
