"""How well attention is read: labelled recordings, and heads turned by arithmetic."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.attention.labels import labels
from benchmarks.attention.turns import turns
from benchmarks.places import SAMPLES
from emocam.attention import Attention, Screen
from emocam.sensing.attention.calibrate import LEAST_LOOKS, fit
from emocam.sensing.attention.judge import LEAVE, Gaze, Sighting, judge
from emocam.sensing.attention.landmarks import Landmarker
from emocam.sensing.attention.reader import AttentionReader
from emocam.sensing.faces import open_finder
from emocam.sensing.faces.follow import Follower
from emocam.sessions.layout import ATTENTION

CLASSES = ("screen", "elsewhere", "closed", "away")
#: What was read by what it was labelled.
Confusion = Counter[tuple[str, str]]
#: Half the width and the height in degrees of the screen that turned faces are calibrated for.
_ASIDE, _BELOW = 18.0, 18.0
_CORNERS = ((-_ASIDE, 0.0), (_ASIDE, 0.0), (_ASIDE, -_BELOW), (-_ASIDE, -_BELOW))
#: Where they look then.
_PLACES = tuple(
    (float(yaw), float(pitch)) for yaw in (-36, -27, -12, 0, 12, 27, 36) for pitch in (-14, -4, 15)
)
#: Faces that are turned: recording and frame.
_FACES = (("single_face.mp4", 0), ("single_face.jpg", 0), ("WolfgangLanger_Pexels.mp4", 208))


def frames(name: str) -> Iterator[tuple[int, float, Any]]:
    """Number, time in seconds and picture of each frame of a recording or picture."""
    video = cv2.VideoCapture(str(SAMPLES / name))
    rate = video.get(cv2.CAP_PROP_FPS) or 25.0
    number = 0
    while video.grab():
        yield number, number / rate, video.retrieve()[1]
        number += 1
    video.release()


def recordings(smooth: bool) -> Confusion:
    """The labelled frames, each by itself or as looks that follow each other.

    Args:
        smooth: whether the decision over time is in it; the looks are three a second then.
    """
    reader, finder, found = AttentionReader(Screen()), open_finder("litert", 0.5), Confusion()
    for name, marked in labels().items():
        follower, gaze = Follower(), Gaze()
        for number, time, picture in frames(name):
            if number not in marked:
                continue
            face = follower.choose(finder.find(picture))
            if face is None:
                gaze = Gaze()
                said: str = "away"
            else:
                sight = reader.sight(picture, face)
                read = gaze.look(sight, Screen(), time) if smooth else judge(sight, Screen(), None)
                said = str(read or "not known")
            found[marked[number], said] += 1
    finder.close()
    return found


def drawn() -> tuple[Confusion, Confusion, dict[str, float]]:
    """Turned heads.

    Returns:
        Faces with open eyes, faces with eyes that were drawn shut, and errors in degrees. A turned
        face is labelled by what its line of sight was before, and by how far it was turned; "edge"
        is beside the screen by no more than the decision forgives.
    """
    reader, finder, landmarker = AttentionReader(Screen()), open_finder("litert", 0.5), Landmarker()
    open_eyes, shut_eyes = Confusion(), Confusion()
    errors: dict[str, list[float]] = {"yaw": [], "pitch": []}
    for name, wanted in _FACES:
        picture = next(picture for number, _, picture in frames(name) if number == wanted)
        face = finder.find(picture)[0]
        before = reader.sight(picture, face)
        for turn in turns(picture, face, landmarker):
            yaw, pitch = before.yaw + turn.yaw, before.pitch + turn.pitch
            off = Screen().outside(yaw, pitch)
            beside = "edge" if 0 < off <= LEAVE else "elsewhere" if off else "screen"
            label = "closed" if turn.shut else beside
            faces = finder.find(turn.picture)
            if not faces:
                said = "away"
            else:
                sight = reader.sight(turn.picture, faces[0])
                said = str(judge(sight, Screen(), None) or "not known")
                if not turn.shut and abs(turn.yaw) <= 35 and abs(turn.pitch) <= 25:
                    errors["yaw"].append(abs(sight.yaw - yaw))
                    errors["pitch"].append(abs(sight.pitch - pitch))
            (shut_eyes if turn.shut else open_eyes)[label, said] += 1
    finder.close()
    return open_eyes, shut_eyes, {name: float(np.mean(each)) for name, each in errors.items()}


def calibrated() -> tuple[Confusion, int]:
    """Faces that were turned to the corners of a screen to calibrate, and then to other places.

    Returns:
        What was read of open eyes, and how many of these screens could be calibrated. A face's
        screen is where its corners truly are, so nothing need be known of where it looked before.
    """
    reader, finder, landmarker = AttentionReader(Screen()), open_finder("litert", 0.5), Landmarker()
    found, fitted = Confusion(), 0
    truth = Screen(-_ASIDE, _ASIDE, -_BELOW, 0.0)
    for name, wanted in _FACES:
        picture = next(picture for number, _, picture in frames(name) if number == wanted)
        face = finder.find(picture)[0]
        seen = {}
        for turn in turns(picture, face, landmarker, [*_CORNERS, *_PLACES], [False]):
            faces = finder.find(turn.picture)
            seen[turn.yaw, turn.pitch] = (
                reader.sight(turn.picture, faces[0]) if faces else Sighting(0, 0, 0, 0)
            )
        screen = fit([[seen[corner]] * LEAST_LOOKS for corner in _CORNERS])
        if screen is None:
            continue
        fitted += 1
        for place in _PLACES:
            off = truth.outside(*place)
            label = "edge" if 0 < off <= LEAVE else "elsewhere" if off else "screen"
            found[label, str(judge(seen[place], screen, None) or "not known")] += 1
    finder.close()
    return found, fitted


def table(found: Mapping[tuple[str, str], int]) -> list[str]:
    """Confusion, precision and recall in Markdown; frames labelled "unsure" are left out."""
    said = [*CLASSES, "not known"]
    lines = ["| labelled | read " + " | ".join(said) + " | precision | recall |"]
    lines.append("| --- |" + " ---: |" * (len(said) + 2))
    for label in CLASSES:
        row = [found.get((label, each), 0) for each in said]
        if not sum(row):
            continue
        right = found.get((label, label), 0)
        read = sum(found.get((each, label), 0) for each in CLASSES)
        precision = f"{right / read:.0%}" if read else "-"
        cells = " | ".join(map(str, row))
        lines.append(f"| {label} | {cells} | {precision} | {right / sum(row):.0%} |")
    return lines


def sidecar(found: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """What models/attention.json says of the errors, from looks that follow each other."""
    classes: dict[str, Any] = {}
    for label in ATTENTION:
        rows = sum(count for (labelled, _), count in found.items() if labelled == label)
        read = sum(found.get((each, label), 0) for each in CLASSES)
        right = found.get((label, label), 0)
        classes[label] = {
            "rows": rows,
            "recall": round(right / rows, 6),
            "precision": round(right / read, 6) if read else None,
        }
    total = sum(each["rows"] for each in classes.values())
    data = (
        f"{total} looks, three a second, in recordings of two people, labelled by one person; "
        "no calibration"
    )
    return {"schema": 1, "accuracy_data": data, "accuracy": classes}


def report(sidecar_file: Path | None = None) -> list[str]:
    """All tables in Markdown.

    Args:
        sidecar_file: gets what :func:`sidecar` says; None for none.
    """
    assert set(CLASSES) == {*Attention, "away"}
    open_eyes, shut_eyes, errors = drawn()
    own, fitted = calibrated()
    looks = recordings(True)
    if sidecar_file is not None:
        sidecar_file.write_text(json.dumps(sidecar(looks), indent=2) + "\n", encoding="utf-8")
    beside = sum(count for (label, _), count in own.items() if label == "edge")
    edge = sum(count for (label, _), count in open_eyes.items() if label == "edge")
    return [
        "Labelled frames, each by itself:\n",
        *table(recordings(False)),
        "\nThe same frames as looks that follow each other, three a second:\n",
        *table(looks),
        f"\nTurned heads, eyes open ({edge} at the edge left out):\n",
        *table(open_eyes),
        f"\nmean error of the line of sight up to 35° aside and 25° up or down: "
        f"{errors['yaw']:.1f}° aside, {errors['pitch']:.1f}° up or down",
        "\nTurned heads, eyes drawn shut:\n",
        *table(shut_eyes),
        f"\nTurned heads after a calibration each ({fitted} of {len(_FACES)} found, "
        f"{beside} places at the edge left out):\n",
        *table(own),
    ]
