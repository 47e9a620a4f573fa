"""Making the page: files in, one file out."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from emocam import __version__
from emocam.errors import ReportError, SessionError
from emocam.report import classes, html, inputs, logs, own
from emocam.report.accuracy import errors
from emocam.report.class_page import class_moments, class_report
from emocam.report.engine import open_engine
from emocam.report.moments import Moment, moments
from emocam.report.page import Pictures, own_report
from emocam.report.progress import Progress
from emocam.report.thumbnails import thumbnails
from emocam.sessions.share import MAX_SIZE, decode
from emocam.settings import Settings
from emocam.words import _


def make(options: argparse.Namespace, settings: Settings, language: str) -> str:
    """Make the page that the options ask for; returns a sentence on what came of it.

    Args:
        options: as :func:`emocam.report.arguments.add_arguments` reads them.
        settings: those that hold.
        language: of the page, such as ``en``.

    Raises:
        ReportError: if there is nothing to report, or no place for the page.
        ModelError: if the model's error rates cannot be read.
    """
    _spare(options.out)
    with Progress(5) as progress:
        progress.step("Looking at the files")
        paths = inputs.find(options.logs)
        found = inputs.examine(
            [path for path in paths if path.absolute() != options.out.absolute()]
        )
        if found.shares and (found.sources or found.sessions):
            raise ReportError(
                "There are both logs and share files",
                "A log is for its owner alone, a class gives share files: make two reports",
            )
        with tempfile.TemporaryDirectory(prefix="emocam-report-") as folder:
            if found.sessions:
                progress.step("Reading the session logs")
                found.sources += logs.gather(found.sessions, Path(folder), found.problems)
            if found.shares and not found.sources:
                return _class(options, settings, found, progress, language)
            if not found.sources:
                raise ReportError(*_nothing(found))
            with open_engine(options.engine) as engine:
                findings = own.analyse(engine, found, progress, options.bin)
        found_moments = [each for line in findings.timelines for each in moments(line)]
        pictures = _pictures(options.lecture, found_moments, progress, len(findings.timelines))
        progress.step("Drawing the page")
        page = own_report(findings, errors(settings.model.path), pictures, _made(), language)
        _write(options.out, page)
    return f"{options.out}: {findings.rows} readings of {len(findings.timelines)} recording(s)."


def _class(
    options: argparse.Namespace,
    settings: Settings,
    found: inputs.Inputs,
    progress: Progress,
    language: str,
) -> str:
    """Make the page on a class; the arguments are those of :func:`make` and what it found."""
    if not settings.session.class_reports:
        raise ReportError(
            "Reports on a class are not allowed here (session.class_reports is false)",
            "Whoever looks after this machine may allow them",
        )
    shares = []
    for path in found.shares:
        try:
            with path.open("rb") as file:
                shares.append(decode(file.read(MAX_SIZE + 1)))
        except OSError as error:
            found.problems.append(f"{path} cannot be read: {error.strerror}")
        except SessionError as error:
            found.problems.append(f"{path}: {error.cause}")
    if not shares:
        raise ReportError(*_nothing(found))
    progress.step("Taking the noise out")
    lectures = classes.lectures(shares, options.bin)
    found_moments = [each for lecture in lectures for each in class_moments(lecture)]
    pictures = _pictures(options.lecture, found_moments, progress, len(lectures))
    progress.step("Drawing the page")
    rates = errors(settings.model.path)
    page = class_report(lectures, found.problems, rates, pictures, _made(), language)
    _write(options.out, page)
    distinct = len({(share.lecture, share.id) for share in shares})
    twice = f" ({len(shares) - distinct} given again)" if distinct < len(shares) else ""
    return f"{options.out}: {distinct} share files{twice}, {len(lectures)} lecture(s)."


def _pictures(
    video: Path | None, found: Sequence[Moment], progress: Progress, recordings: int
) -> Pictures:
    """Of the lecture at its moments; none without a video.

    Raises:
        ReportError: if the video cannot be read, or it is of one of several recordings.
    """
    if video is None:
        return {}
    if recordings > 1:
        raise ReportError(
            f"There are {recordings} recordings, and --lecture is one video",
            "Make a page of one of them, or leave --lecture out",
        )
    progress.step("Taking pictures of the lecture")
    return thumbnails(video, [each.at for each in found])


def _nothing(found: inputs.Inputs) -> tuple[str, str]:
    cause = found.problems[0] if found.problems else "There is no log"
    if len(found.problems) > 1:
        cause = f"None of {len(found.problems)} files can be used: {cause}"
    return cause, "Give session logs (.sqlite, .csv, .parquet, .jsonl)"


def _made() -> str:
    today = datetime.date.today().isoformat()
    return _(
        "Made by EmoCam {version} on {day}. This page has fetched nothing from anywhere."
    ).format(version=__version__, day=today)


def _spare(path: Path) -> None:
    """See that the page takes the place of nothing but a page.

    Raises:
        ReportError: if another file is there, such as a log.
    """
    start = b"other"
    try:
        if not path.exists():
            return
        if path.is_file():
            with path.open("rb") as file:
                start = file.read(len(html.BEGINNING))
    except (OSError, ValueError):
        return  # the end will tell
    if start and start != html.BEGINNING.encode():
        raise ReportError(f"{path} is there already and is no page", "Name another place with -o")


def _write(path: Path, page: str) -> None:
    """Write the page whole or not at all; only its owner may read it.

    Raises:
        ReportError: if it cannot be written.
    """
    try:
        number, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".emocam-report-")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(page)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError(
            f"{path} cannot be written: {reason}", "Name another place with -o"
        ) from None
