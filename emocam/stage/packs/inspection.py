"""Everything that is wrong with a pack from outside, found before anything of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.stage.pack import chain
from emocam.stage.packs.archive import read_archive
from emocam.stage.packs.contents import Contents
from emocam.stage.packs.folder import read_file, read_folder
from emocam.stage.packs.limits import MAX_ARCHIVE_SIZE
from emocam.stage.packs.manifest import Manifest, read_manifest
from emocam.stage.packs.names import MANIFEST, PICTURES
from emocam.stage.packs.trial import try_pictures

#: Seconds to read a picture that others notice.
_LONG = 0.3


@dataclass(slots=True)
class Findings:
    """What is known about a pack.

    Attributes:
        manifest: what it says about itself, as far as that could be read.
        problems: all that stands against installing it.
        notes: what could be better, as sentences without a full stop.
        files: what would be installed; whole only if there are no problems.
    """

    manifest: Manifest = field(default_factory=Manifest)
    problems: list[PackError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def inspect_path(path: Path) -> Findings:
    """Inspect the pack in a folder or a zip; never raises PackError."""
    try:
        contents = _read(path)
    except PackError as error:
        return Findings(problems=[error])
    return inspect(contents)


def _read(path: Path) -> Contents:
    try:
        if path.is_dir():
            return read_folder(path)
        if not path.exists():
            raise PackError(f"There is no file or folder {path}", "Name a pack that is there")
        path = path.resolve()
    except (OSError, RuntimeError) as error:  # too long a name, no right to look, links in a ring
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PackError(f"{path!s:.200} cannot be read: {reason}", "Name another file") from None
    return read_archive(read_file(path, MAX_ARCHIVE_SIZE, alone=False), path.name)


def inspect(contents: Contents) -> Findings:
    """Inspect what was read of a pack."""
    findings = Findings(problems=list(contents.problems))
    if MANIFEST not in contents.files:
        if not any(MANIFEST in problem.cause for problem in findings.problems):
            findings.problems.append(
                PackError(
                    f"{contents.source} has no {MANIFEST}", "Name a pack; docs/packs.md shows one"
                )
            )
        return findings
    manifest = findings.manifest = read_manifest(contents.files[MANIFEST])
    findings.problems += manifest.problems
    findings.notes += manifest.notes
    findings.files[MANIFEST] = contents.files[MANIFEST]
    _judge_pictures(findings, contents)
    _note_missing(findings)
    _judge_words(findings)
    _judge_rest(findings, contents)
    return findings


def _judge_pictures(findings: Findings, contents: Contents) -> None:
    manifest = findings.manifest
    wanted: dict[str, Picture] = {}
    for picture, entry in manifest.entries.items():
        if entry.file in contents.files:
            wanted.setdefault(entry.file, picture)
        elif not any(entry.file in problem.cause for problem in contents.problems):
            findings.problems.append(
                PackError(
                    f"There is no file {entry.file!r:.80} for {picture}",
                    f"Add it, or take [pictures.{picture}] out of {MANIFEST}",
                )
            )
    if Picture.NEUTRAL not in manifest.entries and not manifest.problems:
        findings.problems.append(
            PackError(
                f"The pack has no picture {Picture.NEUTRAL}, which stands in for others",
                f"Draw one, and name it in {MANIFEST}",
            )
        )
    findings.files.update({file: contents.files[file] for file in wanted})
    try:
        # Nothing but the trial looks into a picture: decoders and parsers err, and it is confined.
        for tried in try_pictures((file, contents.files[file]) for file in wanted):
            if tried.error is not None:
                told = PackError(f"{tried.name}: {tried.error.cause}", tried.error.remedy)
                findings.problems.append(told)
            elif tried.seconds > _LONG:
                findings.notes.append(
                    f"{tried.name} takes {tried.seconds:.1f} s to read, while all stands still"
                )
    except PackError as error:
        findings.problems.append(error)


def _note_missing(findings: Findings) -> None:
    """Say what stands in for which pictures."""
    entries = findings.manifest.entries
    missing: dict[Picture, list[str]] = {}
    for picture in Picture:
        stand_in = next((one for one in chain(picture) if one in entries), picture)
        if stand_in is not picture:
            missing.setdefault(stand_in, []).append(picture)
    for stand_in, pictures in missing.items():
        findings.notes.append(f"{stand_in} is shown for what is missing: {', '.join(pictures)}")


def _judge_words(findings: Findings) -> None:
    entries = findings.manifest.entries
    languages = sorted({language for entry in entries.values() for language in entry.alt})
    for picture, entry in entries.items():
        missing = [language for language in languages if language not in entry.alt]
        if not entry.alt:
            findings.problems.append(
                PackError(
                    f"{picture} has no alt text",
                    f'Say what it shows: [pictures.{picture}] alt.en = "A face that …"',
                )
            )
        elif missing:
            findings.notes.append(f"{picture} has no alt text in {', '.join(missing)}")
    if languages and "en" not in languages:
        findings.notes.append("No picture has an alt text in English, for everybody else")


def _judge_rest(findings: Findings, contents: Contents) -> None:
    for file, data in contents.files.items():
        if file in findings.files:
            continue
        if file.lower().endswith(PICTURES):
            findings.notes.append(f"No picture is {file!r:.80}; it is left out")
        else:
            findings.files[file] = data  # a licence or a text to read
