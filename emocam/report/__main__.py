"""The process behind ``emocam report``: ``python -m emocam.report``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from emocam.cli_settings import load
from emocam.errors import EmoCamError, ExitCode
from emocam.report.arguments import add_arguments
from emocam.words import speak_as


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the process; returns its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["--parquet"]:
        return _export(given[1:])
    parser = argparse.ArgumentParser(prog="emocam report")
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--set", action="append", default=[])
    add_arguments(parser)
    options = parser.parse_args(given)
    try:
        from emocam.report.make import make

        settings = load(options).settings
        language = speak_as(settings.window.language)
        print(make(options, settings, language), flush=True)
    except EmoCamError as error:
        print(f"emocam: {error}", file=sys.stderr)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.OK)
    except MemoryError:
        print("emocam: There is not memory enough. Give fewer logs.", file=sys.stderr)
        return int(ExitCode.PROBLEM)
    except OSError as error:
        print(f"emocam: The report cannot be made: {error}. Make room there.", file=sys.stderr)
        return int(ExitCode.PROBLEM)
    except Exception as error:
        words = "emocam: Something went wrong that EmoCam did not foresee"
        print(f"{words}: {type(error).__name__}: {error}", file=sys.stderr)
        return int(ExitCode.INTERNAL)
    return int(ExitCode.OK)


def _export(arguments: Sequence[str]) -> int:
    """``--parquet LOG OUT``: what ``emocam session export`` asks for."""
    from emocam.report.logs import export

    try:
        log, out = map(Path, arguments)
        for problem in export(log, out):
            print(f"emocam: {problem}.", file=sys.stderr)
    except EmoCamError as error:
        print(f"emocam: {error}", file=sys.stderr)
        return int(error.exit_code)
    return int(ExitCode.OK)


if __name__ == "__main__":
    sys.exit(main())
