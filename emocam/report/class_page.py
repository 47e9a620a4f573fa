"""The page on a class."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from html import escape

from emocam.report import charts, html, legend, svg
from emocam.report.accuracy import ErrorRates, Errors
from emocam.report.classes import Lecture, Point
from emocam.report.columns import EXPRESSIONS
from emocam.report.moments import MOST, Moment, Why
from emocam.report.names import expression_name, percent
from emocam.report.page import Pictures, attention_errors, caution, figure, keys, shown_moments
from emocam.report.palette import CLASS_STACK
from emocam.sessions.estimate import MIN_PEOPLE, Estimate
from emocam.sessions.share import ATTENTION
from emocam.words import _


def class_report(
    lectures: Sequence[Lecture],
    problems: Sequence[str],
    rates: Errors,
    pictures: Pictures,
    made: str,
    language: str,
) -> str:
    """The whole page; the arguments are those of :func:`emocam.report.page.own_report`."""
    title = _("What a class shared")
    body = [legend.patterns(), "<main>", html.element("h1", title)]
    body.append(
        html.element(
            "p",
            _(
                "Made of share files alone. Each answer in them was changed by chance before its "
                "owner gave it away; the noise is taken out again of the sums, and what is left of "
                "it is the width of the intervals. Nothing is shown of fewer than {least} people. "
                "People are counted in fives, shares in steps of 5 points."
            ).format(least=MIN_PEOPLE),
            class_="soft",
        )
    )
    remarks = [*problems, *(each for lecture in lectures for each in lecture.problems)]
    if remarks:
        words = html.element("p", _("Not everything could be used:"))
        body.append(f'<aside class="note">{words}{html.listed(remarks)}</aside>')
    body.append(caution())
    for index, lecture in enumerate(lectures):
        body += _section(lecture, rates, pictures, f"part{index}")
    body += ["</main>", f'<footer class="soft">{html.element("p", made)}</footer>']
    return html.document(title, language, body)


def _section(lecture: Lecture, rates: Errors, pictures: Pictures, key: str) -> Iterable[str]:
    found = class_moments(lecture)
    timeline = lecture.timeline()
    low, high = lecture.epsilons
    yield html.element("h2", lecture.name)
    yield html.element(
        "p",
        _(
            "At least {people} people; \u03b5 {epsilon} for each bin of {bin} s; each point takes "
            "{width} s together."
        ).format(
            people=lecture.people,
            epsilon=f"{low:g}" if low == high else f"{low:g}\u2013{high:g}",
            bin=lecture.bin,
            width=f"{lecture.width:g}",
        ),
    )
    if lecture.weighted:
        yield html.element(
            "p",
            _(
                "Not all files hold as much noise: the smaller the \u03b5 of a question, the less "
                "its owner counts in the curve. The intervals allow for it."
            ),
        )
    yield html.element("h3", _("Expressions"))
    yield figure(
        charts.stacked(timeline, found, f"{key}-faces", CLASS_STACK),
        _(
            "The estimated shares, moved to the nearest that add up to 100 %. How far they may be "
            "off is in the charts with intervals below."
        ),
    )
    yield _legend(lecture.whole)
    yield _errors(rates.expression)
    for name, style, label in (
        ("happiness", "screen", _("Happiness")),
        ("negative", "present", expression_name("negative")),
    ):
        curve = _curve(lecture, label, style, lambda p, name=name: p.expression[name])  # type: ignore[misc]
        yield from _interval_chart(lecture, curve, found, f"{key}-{name}")
    yield html.element("h3", _("Attention"))
    if any(point.attention is not None for point in lecture.points):
        curve = _curve(
            lecture,
            _("Looking at the screen"),
            "screen",
            lambda point: None if point.attention is None else point.attention["screen"],
        )
        yield from _interval_chart(lecture, curve, found, f"{key}-looks")
        yield attention_errors(rates.attention)
        yield html.element(
            "p",
            _(
                "Looking at the screen is not listening, and looking away is not drifting: it may "
                "be taking notes."
            ),
        )
    else:
        yield html.element("p", _("Fewer than five people shared their attention."))
    yield from shown_moments(found, pictures, _words)
    yield html.element(
        "p",
        _(
            "A moment is a point whose interval does not hold the lecture's median. With so many "
            "points one or two do so by chance alone."
        ),
        class_="soft",
    )
    yield from _numbers(lecture)


def class_moments(lecture: Lecture) -> list[Moment]:
    """Points whose interval lies beyond the median of all points; the clearest of each kind."""
    found = [
        *_clear(lecture, "smiled", lambda point: point.expression["happiness"], 1),
        *_clear(lecture, "frowned", lambda point: point.expression["negative"], 1),
        *_clear(
            lecture,
            "drifted",
            lambda point: None if point.attention is None else point.attention["screen"],
            -1,
        ),
    ]
    return sorted(found, key=lambda each: (each.at, each.why))


def _clear(
    lecture: Lecture, why: Why, take: Callable[[Point], Estimate | None], sign: int
) -> list[Moment]:
    known = [(point, each) for point in lecture.points if (each := take(point)) is not None]
    if len(known) < 4:
        return []
    usual = statistics.median_low(each.share for _, each in known)  # as coarse as the shares are
    beyond = [
        (each, point)
        for point, each in known
        if (each.low > usual if sign > 0 else each.high < usual)
    ]
    timeline = lecture.timeline()
    beyond.sort(key=lambda pair: -sign * pair[0].share)
    return [
        Moment(why, (point.start + timeline.stop(point.start)) / 2, each.share, usual)
        for each, point in beyond[:MOST]
    ]


def _words(moment: Moment) -> str:
    words = {
        "smiled": _("Happiness about {share}, usually {usual}"),
        "frowned": _(
            "Sad, angry, disgusted, afraid or contemptuous about {share}, usually {usual}"
        ),
        "drifted": _("Looking at the screen about {share}, usually {usual}"),
    }[moment.why]
    return words.format(share=percent(_clip(moment.share)), usual=percent(_clip(moment.usual)))


def _curve(
    lecture: Lecture, name: str, style: str, take: Callable[[Point], Estimate | None]
) -> charts.Curve:
    found = [take(point) for point in lecture.points]
    return charts.Curve(
        name,
        style,
        [None if each is None else _clip(each.share) for each in found],
        [None if each is None else each.low for each in found],
        [None if each is None else each.high for each in found],
    )


def _interval_chart(
    lecture: Lecture, curve: charts.Curve, found: Sequence[Moment], key: str
) -> Iterable[str]:
    caption = _("The line is the estimate; the truth lies within the band 95 times of 100.")
    yield keys([curve])
    yield figure(charts.lines(lecture.timeline(), [curve], found, key), caption)


def _legend(whole: Point) -> str:
    rows = []
    for name in reversed(CLASS_STACK):
        each = whole.expression[name]
        label = f"{legend.swatch(name)}{escape(expression_name(name))}"
        rows.append([label, percent(_clip(each.share)), _interval(each)])
    head = [_("Expression"), _("Share"), _("95 % interval")]
    return html.table(_("The whole lecture"), head, rows)


def _errors(rates: ErrorRates) -> str:
    rows = [[escape(expression_name(name)), *rates.words(name)] for name in EXPRESSIONS]
    head = [_("Expression"), _("Not recognised"), _("Wrong when read"), _("Faces tested")]
    return html.table(rates.caption, head, rows)


def _numbers(lecture: Lecture) -> Iterable[str]:
    names = [expression_name(name) for name in CLASS_STACK]
    head = [_("From"), *names, _("Looking at the screen"), _("People, at least")]
    rows = []
    for point in lecture.points:
        screen = None if point.attention is None else point.attention["screen"]
        cells = [_interval(point.expression[name]) for name in CLASS_STACK]
        rows.append(
            [
                svg.clock(point.start),
                *cells,
                "\u2013" if screen is None else _interval(screen),
                str(point.people),
            ]
        )
    caption = _("95 % intervals of {name}").format(name=lecture.name)
    words = html.element("summary", _("The numbers as a table"))
    yield f"<details>{words}{html.table(caption, head, rows)}</details>"
    name = re.sub(r"[^\w.-]+", "_", lecture.name)[:60] or "lecture"
    words = _("Download the numbers (CSV)")
    yield html.download(words, f"emocam-class-{name}.csv", _plain_rows(lecture))


def _plain_rows(lecture: Lecture) -> Iterable[Sequence[object]]:
    labels = [*CLASS_STACK, *(f"looks_{each}" for each in ATTENTION)]
    yield [
        "from_s",
        "to_s",
        "people_at_least",
        *(f"{label}{end}" for label in labels for end in ("", "_low", "_high")),
    ]
    timeline = lecture.timeline()
    for point in lecture.points:
        found: list[Estimate | None] = [point.expression[label] for label in CLASS_STACK]
        found += [point.attention[each] if point.attention else None for each in ATTENTION]
        row: list[object] = [point.start, timeline.stop(point.start), point.people]
        for each in found:
            numbers = (each.share, each.low, each.high) if each else ()
            row += [f"{number:.2f}" for number in numbers] or [""] * 3
        yield row


def _interval(each: Estimate) -> str:
    return f"{100 * each.low:.0f}\u2013{percent(each.high)}"


def _clip(share: float) -> float:
    return min(max(share, 0.0), 1.0)
