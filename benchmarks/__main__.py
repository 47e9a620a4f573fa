"""Measure EmoCam: ``python -m benchmarks`` (``make bench``).

Results of each measurement are kept in build/bench/results.json, so that one can be repeated by
itself; the report is made from all that are there.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import delay, machine, plain, report, start, steady
from benchmarks.places import BENCH, DOCUMENT
from benchmarks.plan import QUICK, Plan
from benchmarks.session import BenchmarkError

MEASURES = {"steady": steady, "start": start, "delay": delay, "plain": plain}
#: Measurements of single rooms, run by themselves; listed where they are there.
_ROOMS = (
    "attention",
    "camera_faults",
    "face_finder",
    "legibility",
    "renderers",
    "several_people",
    "stage_frame",
    "webcam",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.what) - set(MEASURES):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    # A job in the background starts with Ctrl-C ignored, and its children would ignore it as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    BENCH.mkdir(parents=True, exist_ok=True)
    results = _stored(options.results)
    try:
        for name in options.what or MEASURES:
            started = time.monotonic()
            _tell(f"{name} ...")
            results[name] = MEASURES[name].measure(_plan(options), _tell)
            results["machine"] = machine.describe()
            results[name]["commit"] = machine.commit()
            options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
            _tell(f"{name} took {time.monotonic() - started:.0f} s")
    except BenchmarkError as error:
        _tell(f"This measurement does not count: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"\n{report.terminal(results)}\n\nAll runs: {options.results}")
    if options.write_docs:
        DOCUMENT.write_text(report.document(results), encoding="utf-8")
        print(f"Written: {DOCUMENT}")
    return 0


def _plan(options: argparse.Namespace) -> Plan:
    if options.quick:
        return QUICK
    wanted = {name: getattr(options, name) for name in ("repeats", "seconds", "rounds")}
    given = {name: value for name, value in wanted.items() if value is not None}
    return dataclasses.replace(Plan(), **given, rival=not options.no_rival)


def _parser() -> argparse.ArgumentParser:
    rooms = [name for name in _ROOMS if importlib.util.find_spec(f"benchmarks.{name}")]
    single = "".join(f"\n  python -m benchmarks.{name}" for name in rooms)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Measure EmoCam and, in turns with it, a loop as students write it.\n\n"
            "  steady  processor time and memory with a still and with a moving avatar\n"
            "  start   time to the first frame and to the first expression\n"
            "  delay   from a change of face to the change of the avatar\n"
            "  plain   the unchanged command, from a recording into an MP4 file\n"
        ),
        epilog=f"Measurements of single rooms:{single}" if rooms else None,
    )
    parser.add_argument("what", nargs="*", metavar="WHAT", help="one of these; default: all")
    plan = Plan()
    for name, kind, what in (
        ("repeats", int, "runs of each program"),
        ("seconds", float, "length of a steady run"),
        ("rounds", int, f"rounds of {plan.changes} changes of face"),
    ):
        default = f" (default {getattr(plan, name):g})"
        parser.add_argument(f"--{name}", type=kind, metavar="N", help=what + default)
    parser.add_argument("--no-rival", action="store_true", help="leave the rival out")
    parser.add_argument(
        "--quick", action="store_true", help="a try of the harness itself; its figures mean nothing"
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=BENCH / "results.json",
        metavar="FILE.json",
        help="all runs (default build/bench/results.json)",
    )
    parser.add_argument("--write-docs", action="store_true", help="write docs/benchmarks.md")
    return parser


def _stored(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
