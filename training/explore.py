"""What is in a data set: counts, vote entropy, duplicates, samples, as pictures and JSON."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data import NO_LABEL, SPLITS, Faces
from training.duplicates import closest, exact_duplicates, near_duplicates
from training.labels import FER2013, FERPLUS, entropy, majority


def explore(faces: Faces, out: Path) -> dict[str, Any]:
    """Write ``data.json``, ``classes.png``, ``entropy.png``, ``samples.png`` and
    ``duplicates_OTHER_SPLIT.png`` (for every two splits with look-alikes) to a folder.

    The sheets of samples and of duplicates show faces of the data set: they are for the user's
    eyes and not to be passed on.

    Returns:
        What is in ``data.json``.
    """
    out.mkdir(parents=True, exist_ok=True)
    splits = [s for s in SPLITS if (faces.split == s).any()]
    result: dict[str, Any] = {"source": faces.source, "size": faces.size, "splits": {}}
    for split in splits:
        part = faces.part(split)
        top, counted = majority(part.votes)
        labelled = part.labels[part.labels != NO_LABEL]
        _, first = np.unique(part.images.reshape(len(part), -1), axis=0, return_index=True)
        result["splits"][split] = {
            "rows": len(part),
            "fer2013": dict(zip(FER2013, np.bincount(labelled, minlength=7).tolist(), strict=True)),
            "ferplus_majority": dict(
                zip(FERPLUS, np.bincount(top[counted], minlength=8).tolist(), strict=True)
            ),
            "without_majority": int((~counted).sum()),
            "without_votes": int((part.votes.sum(1) == 0).sum()),
            "repeated_within": len(part) - len(first),
        }
    found = overlaps(faces)
    for (split, other), (exact, alike) in found.items():
        result["splits"][split][f"equal_to_{other}"] = int(exact.sum())
        result["splits"][split][f"alike_to_{other}"] = int(alike.sum())
    (out / "data.json").write_text(json.dumps(result, indent=1) + "\n")
    _classes(result, out / "classes.png")
    _entropy(faces, splits, out / "entropy.png")
    _samples(faces, out / "samples.png")
    for (split, other), (_, alike) in found.items():
        sheet = out / f"duplicates_{other}_{split}.png"
        _pairs(faces.part(split), faces.part(other), np.flatnonzero(alike), sheet)
    return result


def overlaps(faces: Faces) -> dict[tuple[str, str], tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Find the rows of each split that stand in another split too, for every two splits.

    Returns:
        By (split, other), ``other`` being the one named first in ``SPLITS``: two ``(n,)`` bool
        masks of the split's rows, those that equal a row of the other byte for byte, and those
        that only look like one.
    """
    splits = [s for s in SPLITS if (faces.split == s).any()]
    found = {}
    for other, split in combinations(splits, 2):
        part, reference = faces.part(split), faces.part(other)
        exact = exact_duplicates(part, reference)
        found[split, other] = exact, near_duplicates(part, reference) & ~exact
    return found


def summary(result: dict[str, Any]) -> str:
    """Return the counts as lines for the terminal."""
    lines = [f"{result['source']}: pictures of {result['size']} px"]
    for split, table in result["splits"].items():
        lines.append(f"{split}: {table['rows']} rows")
        for key, value in table.items():
            if isinstance(value, dict):
                value = ", ".join(f"{k} {v}" for k, v in value.items())
            if key != "rows":
                lines.append(f"  {key.replace('_', ' ')}: {value}")
    return "\n".join(lines)


def _classes(result: dict[str, Any], path: Path) -> None:
    from training.figures import plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    splits = list(result["splits"])
    for axis, key in zip(axes, ("fer2013", "ferplus_majority"), strict=True):
        for index, split in enumerate(splits):
            table = result["splits"][split][key]
            place = np.arange(len(table)) + index * 0.8 / len(splits)
            axis.barh(place, list(table.values()), 0.8 / len(splits), label=split)
            axis.set_yticks(np.arange(len(table)) + 0.4 - 0.4 / len(splits), list(table))
        axis.set_xscale("log")
        axis.invert_yaxis()
        axis.set_xlim(10, None)
    axes[0].set_title("FER2013 classes, rows")
    axes[1].set_title("FER+ majority, rows")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _entropy(faces: Faces, splits: list[str], path: Path) -> None:
    from training.figures import plt

    figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
    for split in splits:
        part = faces.part(split)
        voted = part.votes[:, :8].sum(1) > 0
        if voted.any():
            values = entropy(part.votes[voted])
            bins = np.linspace(0, 3, 41).tolist()
            axis.hist(values, bins, density=True, histtype="step", label=split, linewidth=2)
    axis.set_xlabel("entropy of the votes, single votes dropped, bits (0: all agree)")
    axis.set_ylabel("density")
    axis.legend(frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _samples(faces: Faces, path: Path, columns: int = 12) -> None:
    rng = np.random.default_rng(1)
    rows = []
    for label in range(len(FER2013)):
        chosen = np.flatnonzero(faces.labels == label)
        if len(chosen):
            picked = rng.choice(chosen, columns, replace=len(chosen) < columns)
            rows.append(np.concatenate(list(faces.images[picked]), axis=1))
    if rows:
        Image.fromarray(np.concatenate(rows)).save(path)


def _pairs(
    part: Faces,
    other: Faces,
    found: NDArray[np.int64],
    path: Path,
    columns: int = 12,
    lines: int = 3,
) -> None:
    """Draw look-alikes in pairs, the split's row above that of the other split.

    They are sorted by likeness and spread over all that were found, so that the last ones show
    what the threshold lets through.
    """
    if len(found) == 0:
        return
    index, likeness = closest(part.take(found), other)
    order = np.argsort(-likeness)
    shown = order[np.linspace(0, len(order) - 1, min(len(order), columns * lines)).astype(int)]
    size = part.size
    sheet = np.full((lines * (2 * size + 6), columns * (size + 2)), 255, np.uint8)
    for place, row in enumerate(shown):
        top, left = place // columns * (2 * size + 6), place % columns * (size + 2)
        sheet[top : top + size, left : left + size] = part.images[found[row]]
        sheet[top + size : top + 2 * size, left : left + size] = other.images[index[row]]
    Image.fromarray(sheet).save(path)
