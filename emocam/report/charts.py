"""The two charts of a recording: what was read in faces, and where they looked.

Both have the same axis of time, so they can be read together. Each is an SVG with a title and a
description; the numbers behind it stand in the page's table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from emocam.report import svg
from emocam.report.moments import Moment
from emocam.report.names import expression_name
from emocam.report.palette import STACK
from emocam.report.timeline import Bin, Timeline
from emocam.words import _

#: In units of the drawing, which is scaled to the page.
WIDTH, LEFT, RIGHT, TOP, BOTTOM = 960.0, 52.0, 12.0, 30.0, 30.0
STACK_HEIGHT, LINES_HEIGHT = 250.0, 150.0
#: The numbers of moments are so far apart at least.
_BADGE = 22.0
#: An area must be so high and so wide to carry its name.
_LABEL_HEIGHT, _LABEL_WIDTH = 20.0, 90.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of the second chart.

    Attributes:
        name: for people, already in their language.
        style: class of its style.
        values: 0..1 for each bin; None where there is none.
        low, high: of the interval around it; empty if there is none.
    """

    name: str
    style: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """From time and share to places in the drawing."""

    end: float
    height: float

    def x(self, seconds: float) -> float:
        """Across."""
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / self.end

    def y(self, share: float) -> float:
        """Down; 1 is the top."""
        return TOP + self.height * (1 - share)


def stacked(
    timeline: Timeline, found: Sequence[Moment], name: str, stack: Sequence[str] = STACK
) -> str:
    """The distribution of expressions along the recording, stacked to 100 %."""
    frame = Frame(timeline.end, STACK_HEIGHT)
    parts = [_axes(frame)]
    for run in _runs(timeline, lambda each: bool(each.shares)):
        parts += _areas(frame, run, timeline, stack)
    parts += _hovers(frame, timeline, stack)
    parts += _marks(frame, found)
    return _drawing(
        frame,
        parts,
        _("Expressions read along {name}").format(name=timeline.name),
        _(
            "Stacked areas, one for each expression, from the beginning to {end}. "
            "The table below holds the numbers."
        ).format(end=svg.clock(timeline.end)),
        name,
    )


def lines(timeline: Timeline, curves: Sequence[Curve], found: Sequence[Moment], name: str) -> str:
    """Shares along the recording as lines, with their intervals where there are any."""
    frame = Frame(timeline.end, LINES_HEIGHT)
    parts = [_axes(frame)]
    for curve in curves:
        for run in _consecutive(timeline, [value is not None for value in curve.values]):
            left = [frame.x(timeline.bins[i].start) for i in run]
            right = frame.x(timeline.stop(timeline.bins[run[-1]].start))
            if curve.low:
                low = [frame.y(curve.low[i] or 0.0) for i in run]
                high = [frame.y(curve.high[i] or 0.0) for i in run]
                band = svg.steps(left, right, low) + svg.steps(left, right, high)[::-1]
                data = svg.path(band, close=True)
                parts.append(svg.tag("path", d=data, class_=f"band {curve.style}"))
            heights = [frame.y(curve.values[i] or 0.0) for i in run]
            data = svg.path(svg.steps(left, right, heights))
            parts.append(svg.tag("path", d=data, class_=f"line {curve.style}"))
    parts += _marks(frame, found)
    names = ", ".join(curve.name for curve in curves)
    return _drawing(
        frame,
        parts,
        names,
        _("Lines from the beginning to {end}. The table below holds the numbers.").format(
            end=svg.clock(timeline.end)
        ),
        name,
    )


def _drawing(frame: Frame, parts: Sequence[str], title: str, about: str, name: str) -> str:
    head = svg.tag("title", escape(title), id=f"{name}-title")
    head += svg.tag("desc", escape(about), id=f"{name}-about")
    height = TOP + frame.height + BOTTOM
    return svg.tag(
        "svg",
        head + "".join(parts),
        viewBox=f"0 0 {svg.number(WIDTH)} {svg.number(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-about",
        class_="chart",
    )


def _axes(frame: Frame) -> str:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = frame.y(share)
        parts.append(svg.tag("path", d=svg.path([(LEFT, y), (WIDTH - RIGHT, y)]), class_="grid"))
        parts.append(svg.text(f"{share:.0%}", LEFT - 6, y + 4, text_anchor="end", class_="tick"))
    low = frame.y(0)
    for at in svg.ticks(frame.end):
        x = frame.x(at)
        parts.append(svg.tag("path", d=svg.path([(x, low), (x, low + 5)]), class_="axis"))
        anchor = "middle" if x < WIDTH - RIGHT - 12 else "end"
        parts.append(svg.text(svg.clock(at), x, low + 19, text_anchor=anchor, class_="tick"))
    return "".join(parts)


def _areas(frame: Frame, run: Sequence[Bin], timeline: Timeline, stack: Sequence[str]) -> list[str]:
    left = [frame.x(each.start) for each in run]
    right = frame.x(timeline.stop(run[-1].start))
    under = [0.0] * len(run)
    parts, labels = [], []
    for name in stack:
        index = timeline.labels.index(name)
        over = [low + each.shares[index] for low, each in zip(under, run, strict=True)]
        bottom = svg.steps(left, right, [frame.y(low) for low in under])
        top = svg.steps(left, right, [frame.y(min(high, 1.0)) for high in over])
        data = svg.path(top + bottom[::-1], close=True)
        parts.append(svg.tag("path", d=data, fill=f"url(#fill-{name})", class_="area"))
        labels += _label(frame, name, left, right, under, over)
        under = over
    return parts + labels


def _label(
    frame: Frame,
    name: str,
    left: Sequence[float],
    right: float,
    under: Sequence[float],
    over: Sequence[float],
) -> list[str]:
    """The expression's name where its area is high enough over the name's whole width."""
    edges = [*left, right]
    best: tuple[float, float, float] | None = None
    for i, x in enumerate(left):
        j = i
        while j < len(left) and edges[j + 1] < x + _LABEL_WIDTH:
            j += 1
        if j == len(left):
            break
        low, high = max(under[i : j + 1]), min(over[i : j + 1])
        room = (high - low) * frame.height
        if room >= _LABEL_HEIGHT and (best is None or room > best[0]):
            best = room, x + _LABEL_WIDTH / 2, frame.y((low + high) / 2)
    if best is None:
        return []
    words = expression_name(name)
    return [svg.text(words, best[1], best[2] + 4, text_anchor="middle", class_="label")]


def _hovers(frame: Frame, timeline: Timeline, stack: Sequence[str]) -> list[str]:
    """An unseen column over each bin, which tells its numbers under a mouse."""
    parts = []
    for each in timeline.bins:
        x = frame.x(each.start)
        words = [f"{svg.clock(each.start)}\u2013{svg.clock(timeline.stop(each.start))}"]
        words += [
            f"{expression_name(name)} {each.shares[timeline.labels.index(name)]:.0%}"
            for name in reversed(stack)
            if each.shares
        ] or [_("no face")]
        parts.append(
            svg.tag(
                "rect",
                svg.tag("title", escape("\n".join(words))),
                x=x,
                y=TOP,
                width=frame.x(timeline.stop(each.start)) - x,
                height=frame.height,
                class_="hover",
            )
        )
    return parts


def _marks(frame: Frame, found: Sequence[Moment]) -> list[str]:
    """The numbers of the moments, above the chart."""
    parts = []
    last = 0.0
    for index, moment in enumerate(found, 1):
        x = frame.x(moment.at)
        points = [(max(x, last + _BADGE), TOP - 6), (x, TOP), (x, frame.y(0))]
        last = points[0][0]  # numbers that would lie over each other stand side by side
        parts.append(svg.tag("path", d=svg.path(points), class_="mark"))
        parts.append(svg.tag("circle", cx=last, cy=TOP - 15, r=10, class_="badge"))
        parts.append(
            svg.text(str(index), last, TOP - 11, text_anchor="middle", class_="badge-number")
        )
    return parts


def _runs(timeline: Timeline, good: Callable[[Bin], bool]) -> list[list[Bin]]:
    """Bins without a gap between them, of those that are good."""
    found = _consecutive(timeline, [good(each) for each in timeline.bins])
    return [[timeline.bins[i] for i in run] for run in found]


def _consecutive(timeline: Timeline, good: Sequence[bool]) -> list[list[int]]:
    runs: list[list[int]] = []
    for i, each in enumerate(timeline.bins):
        if not good[i]:
            continue
        last = runs[-1][-1] if runs else None
        if last == i - 1 and each.start - timeline.bins[i - 1].start < 1.5 * timeline.width:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs
