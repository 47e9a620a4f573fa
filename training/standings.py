"""What ``compare`` found: counted, kept as JSON, as a Markdown table and as a picture."""

from __future__ import annotations

import json
import math
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data import NO_LABEL, Faces
from training.figures import plt
from training.labels import FER2013_TO_FERPLUS, HARMLESS, NEGATIVE, majority, raw_majority
from training.metrics import confusion, macro_f1
from training.models import Predictor
from training.recipes import MEMBERS

_OTHERS = "#9ca3af"
_OURS = "#2563eb"
_WRONG = "#c2410c"

#: Class of the six of each FER2013 class.
TO_SIX = np.array([c for f in range(7) for c, members in enumerate(MEMBERS[6]) if f in members])
#: FER+ class of each FER2013 class, and of each of the six (disgust is read as anger).
TO_FERPLUS = np.array(FER2013_TO_FERPLUS)
SIX_TO_FERPLUS = TO_FERPLUS[[members[0] for members in MEMBERS[6]]]

_COLUMNS = (
    "system",
    "its report says",
    "passes (stated)",
    "parameters",
    "FER2013 %",
    "six classes %",
    "six, balanced %",
    "macro F1 (six)",
    "FER+ %",
    "wrong negatives as read %",
    "processor minutes",
)
_NOTE = (
    "Each system is judged as it stands after its last pass, not its best, on the rows of the "
    "split `valid` that have a FER2013 label. Balanced: each of the six classes weighs the same, "
    "and angry and disgust half of theirs each, as in EmoNet's validation rows."
)


def labels_of(faces: Faces, classes: int) -> NDArray[np.int64]:
    """Return FER2013 labels in seven classes, or in EmoNet's six."""
    labels = faces.labels.astype(np.int64)
    return TO_SIX[labels] if classes == 6 else labels


def figures(predicted: NDArray[np.int64], classes: int, valid: Faces) -> dict[str, float | None]:
    """Return the table's figures of seven- or six-class readings of ``valid``, as shares.

    A figure of which there is no row is None.
    """
    seven, six = labels_of(valid, 7), labels_of(valid, 6)
    as_six = predicted if classes == 6 else TO_SIX[predicted]
    recall = [_share((as_six == six)[seven == label]) for label in range(7)]
    present = [[r for m in members if (r := recall[m]) is not None] for members in MEMBERS[6]]
    balanced = [float(np.mean(shares)) for shares in present if shares]
    score = macro_f1(confusion(six, as_six, 6))
    return {
        "seven": _share(predicted == seven) if classes == 7 else None,
        "six": _share(as_six == six),
        "six_balanced": float(np.mean(balanced)) if balanced else None,
        "six_macro_f1": score if math.isfinite(score) else None,
        **as_shown((SIX_TO_FERPLUS if classes == 6 else TO_FERPLUS)[predicted], valid),
    }


def as_shown(read: NDArray[np.int64], valid: Faces) -> dict[str, float | None]:
    """Return the figures of the FER+ classes that a user would be shown, as shares.

    Args:
        read: ``(n,)`` FER+ classes.
        valid: ``(n,)`` faces; the figures are None where none has votes.
    """
    top, counted = majority(valid.votes)
    raw_top, agreed = raw_majority(valid.votes)
    harmless = agreed & np.isin(raw_top, HARMLESS)
    return {
        "ferplus": _share((read == top)[counted]),
        "wrong_negatives_as_read": _share(np.isin(read, NEGATIVE)[harmless]),
    }


def ours(predict: Predictor, faces: Faces, name: str) -> dict[str, Any]:
    """Return the same figures of EmoCam's model, its FER2013 head read in six or seven classes.

    What a user would be shown comes from its own FER+ head.
    """
    valid = faces.part("valid")
    valid = valid.take(valid.labels != NO_LABEL)
    ferplus, fer2013 = predict(valid.images)
    shown = as_shown(ferplus.argmax(1), valid)
    return {"name": name, **figures(fer2013.argmax(1), 7, valid), **shown}


def kept(path: Path, made_from: dict[str, Any]) -> dict[str, Any] | None:
    """Return the result in a file, or None where it is to be made anew, and then say why.

    Args:
        path: of the result, which may not be there.
        made_from: by kind, what a result hangs on; it must be what the kept one was made from.
    """
    if not path.exists():
        return None
    try:
        result = dict(json.loads(path.read_text()))
        found = dict(result.get("made_from", {}))
    except (ValueError, TypeError):
        print(f"{path} is damaged; the system is trained anew")
        return None
    other = [kind for kind, value in made_from.items() if found.get(kind, "") != value]
    if other:
        print(f"{path} was made with another {' and '.join(other)}; the system is trained anew")
        return None
    return result


def write(path: Path, text: str) -> None:
    """Write a file so that a stop at any moment leaves the old or the new one, whole."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text + "\n")
    part.replace(path)


def data_digest(faces: Faces) -> str:
    """Return the SHA-256 of all pictures, labels, votes and splits in hexadecimal."""
    digest = sha256("\n".join(faces.split).encode())
    for array in (faces.images, faces.labels, faces.votes):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table with a note."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    for row in rows:
        trained = "epochs_run" in row
        cells = (
            row["name"],
            row.get("stated") or "-",
            f"{row['epochs_run']:.3g} ({row['epochs_stated']})" if trained else "-",
            f"{row['parameters'] / 1e6:.2f} M" if trained else "-",
            _percent(row["seven"]),
            _percent(row["six"]),
            _percent(row["six_balanced"]),
            "-" if row["six_macro_f1"] is None else f"{row['six_macro_f1']:.3f}",
            _percent(row["ferplus"]),
            _percent(row["wrong_negatives_as_read"]),
            f"{row['minutes']:.1f}" if trained else "-",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", _NOTE])


def chart(rows: list[dict[str, Any]], path: Path) -> Path:
    """Draw the six-class accuracy and the wrong negatives of each system, best at the top.

    Six classes are what all systems can be read in. The passes over the data that a system was
    given stand beside its name, as short training explains much of what is drawn.
    """
    rows = sorted(rows, key=lambda row: row["six"] or 0.0)
    names = [
        f"{row['name']}\n{row['epochs_run']:.3g} of {row['epochs_stated']} passes"
        if "epochs_run" in row
        else row["name"]
        for row in rows
    ]
    figure, axes = plt.subplots(
        1, 2, figsize=(11, 1 + 0.5 * len(rows)), layout="constrained", sharey=True
    )
    for axis, key, color, title in (
        (axes[0], "six", _OTHERS, "FER2013 in six classes: right, %"),
        (axes[1], "wrong_negatives_as_read", _WRONG, "happy or neutral read as negative, %"),
    ):
        values = [100 * (row[key] or 0.0) for row in rows]
        colors = [_OURS if "epochs_run" not in row else color for row in rows]
        bars = axis.barh(names, values, color=colors)
        axis.bar_label(bars, fmt="%.1f", padding=3, fontsize=8)
        axis.set_title(title, fontsize=10)
        axis.margins(x=0.12)
        axis.tick_params(axis="y", labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    figure.savefig(part, format="png", dpi=110, bbox_inches="tight")
    plt.close(figure)
    part.replace(path)
    return path


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def _share(marked: NDArray[np.bool_]) -> float | None:
    return float(marked.mean()) if len(marked) else None
