"""The figures of an evaluation as Markdown tables, as they stand in docs/ and the model card."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def markdown(result: dict[str, Any]) -> str:
    """Return all tables of an evaluation, the targets' first.

    Args:
        result: as :func:`training.evaluate.evaluate` returns it or ``evaluation.json`` holds it.
    """
    parts = [_headline(result)]
    parts += [_classes(name, result["classes"][key]) for name, key in _HEADS]
    if "duplicates" in result:
        parts.append(_duplicates(result["duplicates"]))
    if "conditions" in result:
        parts += [_conditions(result["conditions"]), _movements(result["stability"])]
    parts.append(_slices(result["slices"]))
    return "\n\n".join(parts) + "\n"


_HEADS = (("FER+", "ferplus"), ("FER2013", "fer2013"))


def _percent(share: float | None, digits: int = 1) -> str:
    return _number(None if share is None else 100 * share, digits)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def _met(within: Callable[[float], bool], *values: float | None) -> str:
    known = [v for v in values if v is not None and not math.isnan(v)]
    if len(known) < len(values):
        return "-"
    return "met" if all(within(v) for v in known) else "**missed**"


def _table(head: str, rows: list[str]) -> str:
    bar = "|" + "---|" * (head.count("|") - 1)
    return "\n".join([head, bar, *rows])


def _headline(result: dict[str, Any]) -> str:
    head = result["headline"]

    def share(key: str, digits: int = 2) -> str:
        return f"{_percent(head[key], digits)} ± {_percent(head[f'{key}_se'], digits)}"

    rows: list[tuple[str, str, str, str]] = [
        (
            "FER+ majority accuracy, 8 classes, %",
            ">= 89",
            share("ferplus_accuracy"),
            _met(lambda v: v >= 0.89, head["ferplus_accuracy"]),
        ),
        (
            "FER2013 accuracy, %",
            ">= 73.5",
            share("fer2013_accuracy"),
            _met(lambda v: v >= 0.735, head["fer2013_accuracy"]),
        ),
        (
            "wrong negatives with at least 70 % of true negatives kept, %",
            "<= 0.5",
            f"{share('wrong_negatives')} ({share('true_negatives_kept', 1)} kept)",
            "**missed**"
            if _met(lambda v: v >= 0.7, head["true_negatives_kept"]) == "**missed**"
            else _met(lambda v: v <= 0.005, head["wrong_negatives"]),
        ),
        (
            f"macro F1, the {head['macro_f1_classes']} FER+ classes with at least 20 rows (of the "
            f"{head['macro_f1_rows']} rows whose top class has more than half of all votes)",
            ">= 0.87",
            _number(head["ferplus_macro_f1"], 3),
            _met(lambda v: v >= 0.87, head["ferplus_macro_f1"]),
        ),
        (
            f"ECE (15 bins, temperature {head['temperature']})",
            "<= 0.03",
            _number(head["ferplus_ece"], 4),
            _met(lambda v: v <= 0.03, head["ferplus_ece"]),
        ),
    ]
    if "float" in result:
        losses = [_less(result["float"][f"{k}_accuracy"], head[f"{k}_accuracy"]) for _, k in _HEADS]
        text = f"{_percent(losses[0], 2)} FER+, {_percent(losses[1], 2)} FER2013"
        rows.append(("loss by int8, points", "<= 0.3", text, _met(lambda v: v <= 0.003, *losses)))
    megabytes = result["bytes"] / 1e6
    rows.append(("file, MB", "<= 3", f"{megabytes:.2f}", _met(lambda v: v <= 3, megabytes)))
    if "timing" in result:
        timing = result["timing"]
        text = f"{timing['median_ms']:.2f}"
        if "ratio" in timing:
            text += (
                f", {timing['ratio']:.1f} times the reference's "
                f"{timing['reference_median_ms']:.2f} in the same run"
            )
        met = _met(lambda v: v <= 1.5, timing["median_ms"])
        rows.append(("time a face, one thread, ms", "<= 1.5", text, met))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return _table(f"| figure, `{result['split']}` | target | measured ± standard error | |", lines)


def _less(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _classes(name: str, table: dict[str, Any]) -> str:
    columns = (table[k] for k in ("labels", "rows", "precision", "recall", "f1"))
    rows = [
        f"| {label} | {int(count)} | {_percent(precision)} | {_percent(recall)} | {f1:.2f} |"
        for label, count, precision, recall, f1 in zip(*columns, strict=True)
    ]
    return _table(f"| {name} class | rows | precision % | recall % | F1 |", rows)


def _figures(keys: tuple[tuple[str, int], ...]) -> Callable[[dict[str, float]], str]:
    return lambda values: " | ".join(_percent(values[key], digits) for key, digits in keys)


def _duplicates(table: dict[str, Any]) -> str:
    figures = _figures((("ferplus_accuracy", 1), ("fer2013_accuracy", 1), ("wrong_negatives", 2)))
    rows = [
        f"| {name} | {table[name]['rows']} | {figures(table[name])} |"
        for name in ("without", "only")
        if name in table
    ]
    return _table("| rows | number | FER+ % | FER2013 % | wrong negatives % |", rows)


def _conditions(table: dict[str, Any]) -> str:
    figures = _figures(
        (
            ("ferplus_accuracy", 1),
            ("fer2013_accuracy", 1),
            ("wrong_negatives", 2),
            ("true_negatives_kept", 1),
        )
    )
    rows = [f"| {name} | {figures(values)} |" for name, values in table.items()]
    head = "| condition | FER+ % | FER2013 % | wrong negatives % | true negatives kept % |"
    return _table(head, rows)


def _movements(table: dict[str, Any]) -> str:
    figures = _figures((("label_changes", 1), ("shown_changes", 1)))
    rows = [f"| {name} | {figures(values)} |" for name, values in table.items()]
    return _table("| movement | label read changes % | expression shown changes % |", rows)


def _slices(table: dict[str, Any]) -> str:
    figures = _figures(
        (("ferplus_accuracy", 1), ("wrong_negatives", 2), ("true_negatives_kept", 1))
    )
    rows = [
        f"| {name} | {third} | {figures(values)} |"
        for name, thirds in table.items()
        if name != "cannot_tell"
        for third, values in thirds.items()
    ]
    return _table("| slice (thirds) | | FER+ % | wrong negatives % | kept % |", rows)
