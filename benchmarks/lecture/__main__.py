"""Measure the report: ``python -m benchmarks.lecture --students 30 --minutes 90``.

Makes a simulated class, one student's log and all students' share files, with a lecture drawn by
code; times ``emocam report`` on both; and with ``--rows`` times the analysis on tables of so many
rows. Everything stays in build/bench/lecture.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.lecture import chromium, simulate, slides
from benchmarks.places import BENCH
from emocam.report.logs import SCHEMA, table
from emocam.sessions.layout import Header


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--minutes", type=int, default=90)
    parser.add_argument("--epsilon", type=float, default=2.0)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="pictures of the pages")
    parser.add_argument("--rows", type=float, nargs="*", default=[], metavar="N")
    parser.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    options = parser.parse_args()
    folder = BENCH / "lecture"
    folder.mkdir(parents=True, exist_ok=True)
    if options.rows:
        for rows in options.rows:
            source = _table(folder / f"{int(rows)}.parquet", int(rows))
            _timed(f"{int(rows)} rows, {options.engine}", folder, source, options.engine)
        return 0
    seconds = 60 * options.minutes
    video = folder / "lecture.mp4"
    if not video.exists():
        slides.video(video, options.minutes)
    own = folder / "own.sqlite"
    own.unlink(missing_ok=True)
    simulate.log(own, 4, seconds)
    shares = folder / "shares"
    shares.mkdir(exist_ok=True)
    for seed in range(options.students):
        share = simulate.share(seed, seconds, options.epsilon)
        (shares / f"{seed}.json").write_bytes(share.encode())
    _timed(f"own log, {seconds} rows", folder / "own.html", own, "duckdb", video)
    _timed(f"class of {options.students}", folder / "class.html", shares, "duckdb", video)
    if options.pictures:
        _pictures(folder, options.pictures)
    return 0


def _pictures(pages: Path, out: Path) -> None:
    """What the pages look like, on a screen, on a dark one and on grey paper."""
    program = chromium.find()
    if program is None:
        raise SystemExit("needs the program chromium-headless-shell")
    out.mkdir(parents=True, exist_ok=True)
    # The browser may still be tidying up there.
    place = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with place as home, chromium.Chromium(program, Path(home)) as browser:
        for name in ("own", "class"):
            browser.open((pages / f"{name}.html").absolute().as_uri())
            browser.picture(out / f"{name}.png", prefers_color_scheme="light")
        browser.open((pages / "own.html").absolute().as_uri())
        browser.picture(out / "own-dark.png", 420, prefers_color_scheme="dark")
        browser.evaluate("document.documentElement.style.filter = 'grayscale(1)'; 0")
        browser.picture(out / "own-print.png", 760, media="print")


def _table(path: Path, rows: int) -> Path:
    """A Parquet file of so many readings of students at one lecture."""
    from pyarrow import parquet

    if path.exists():
        return path
    # Ten students' readings, again and again under other names: the engine reads each of them.
    parts = [list(simulate.student(seed, 5400)) for seed in range(10)]
    with parquet.ParquetWriter(path, SCHEMA) as writer:
        written = 0
        while written < rows:
            part = parts[written // 5400 % 10][: rows - written]
            header = Header(f"s{written // 5400}", 0.0, lecture=simulate.LECTURE)
            writer.write_table(table(header, part))
            written += len(part)
    return path


def _timed(what: str, out: Path, source: Path, engine: str, video: Path | None = None) -> None:
    """Time one report as a process of its own, and say the most memory that it had."""
    page = out / "rows.html" if out.is_dir() else out
    command = [sys.executable, "-P", "-m", "emocam.report", "--engine", engine, "--out", str(page)]
    if video is not None:
        command += ["--lecture", str(video)]
    began = time.monotonic()
    process = subprocess.Popen([*command, "--", str(source)], stdout=subprocess.DEVNULL)
    java = (0.0, 0.0)
    while True:
        done, status, used = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        java = max(java, _java(process.pid))
        time.sleep(0.05)
    process.returncode = os.waitstatus_to_exitcode(status)
    took, processor = time.monotonic() - began, used.ru_utime + used.ru_stime
    print(
        f"{what}: {took:.1f} s, {processor:.1f} s of processor time, "
        f"{used.ru_maxrss / 1024:.0f} MiB, page {page.stat().st_size / 1024:.0f} KiB"
    )
    if java[0]:
        print(f"  and its Java: {java[0]:.1f} s of processor time, {java[1]:.0f} MiB")
    if process.returncode:
        raise SystemExit(process.returncode)


def _java(parent: int) -> tuple[float, float]:
    """Processor seconds and the most MiB of the Java beside a process; zeros without one."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for child in children:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            status = Path(f"/proc/{child}/status").read_text()
            if "java" in status.partition("\n")[0]:
                peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
                return seconds, int(peak.split()[1]) / 1024
    except (OSError, StopIteration):
        pass  # it has just ended
    return 0.0, 0.0


if __name__ == "__main__":
    sys.exit(main())
