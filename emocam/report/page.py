"""The page on one's own logs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from emocam.report import charts, html, legend, svg
from emocam.report.accuracy import ErrorRates, Errors
from emocam.report.columns import ATTENTION, EXPRESSIONS
from emocam.report.moments import Moment, moments
from emocam.report.names import attention_name, expression_name, moment_words, percent
from emocam.report.own import Findings
from emocam.report.palette import STACK
from emocam.report.timeline import Bin, Timeline
from emocam.words import _, n_

#: Thumbnails by time in seconds, as ``data:`` addresses.
Pictures = Mapping[float, str]


def own_report(
    findings: Findings, rates: Errors, pictures: Pictures, made: str, language: str
) -> str:
    """The whole page.

    Args:
        findings: what to show.
        rates: how often readings are wrong.
        pictures: of the lecture, by the time of the moments.
        made: by what and when, a sentence.
        language: of the texts, such as ``en``.
    """
    title = _("What EmoCam read in your face")
    body = [legend.patterns(), "<main>", html.element("h1", title), *_preface(findings), caution()]
    for index, timeline in enumerate(findings.timelines):
        body += _section(timeline, rates, pictures, f"part{index}")
    body += ["</main>", f'<footer class="soft">{html.element("p", made)}</footer>']
    return html.document(title, language, body)


def caution() -> str:
    """What must be known before any chart is looked at."""
    return (
        '<aside class="note">'
        + html.element("p", _("An expression is not an emotion."))
        + html.element(
            "p",
            _(
                "EmoCam reads what a face looks like. It does not know what anyone feels, thinks "
                "or understands: people smile out of politeness, frown when they think hard, and "
                "look aside to take notes. It errs, and more for some expressions than for "
                "others: each chart says how much. No reading may be used to grade or to judge "
                "anybody."
            ),
        )
        + "</aside>"
    )


def _preface(findings: Findings) -> Iterable[str]:
    yield html.element(
        "p",
        _("For you alone: nobody else has these readings unless you give them away."),
        class_="soft",
    )
    remarks = [*findings.problems]
    if findings.unusable:
        remarks.append(
            n_(
                "{count} of {all} readings has no usable time or state, and was left out.",
                "{count} of {all} readings have no usable time or state, and were left out.",
                findings.unusable,
            ).format(count=findings.unusable, all=findings.rows)
        )
    if findings.left_out:
        remarks.append(
            n_(
                "{count} more recording found no room here; make a page with fewer logs.",
                "{count} more recordings found no room here; make a page with fewer logs.",
                findings.left_out,
            ).format(count=findings.left_out)
        )
    if remarks:
        words = html.element("p", _("Not everything could be read:"))
        yield f'<aside class="note">{words}{html.listed(remarks)}</aside>'


def _section(timeline: Timeline, rates: Errors, pictures: Pictures, key: str) -> Iterable[str]:
    found = moments(timeline)
    whole = timeline.whole
    yield html.element("h2", timeline.name)
    yield html.element("p", _summary(timeline, whole))
    yield html.element("h3", _("Expressions"))
    caption = _(
        "How much of each expression the faces had in each bin of {width} s, by the model's "
        "probabilities. Gaps: no face was read. Numbers: the moments below."
    ).format(width=f"{timeline.width:g}")
    yield figure(charts.stacked(timeline, found, f"{key}-faces"), caption)
    yield expressions_key(whole.shares, rates.expression)
    yield html.element("h3", _("Attention and presence"))
    curves = _curves(timeline)
    yield figure(charts.lines(timeline, curves, found, f"{key}-looks"), _attention_words(timeline))
    yield keys(curves)
    if timeline.knows_attention:
        yield attention_errors(rates.attention)
    yield from shown_moments(found, pictures, moment_words)
    yield from _numbers(timeline)


def figure(chart: str, caption: str) -> str:
    """A chart, which scrolls on a narrow screen, with what it shows."""
    words = html.element("figcaption", caption)
    return f'<figure><div class="scroll" tabindex="0" role="group">{chart}</div>{words}</figure>'


def keys(curves: Sequence[charts.Curve]) -> str:
    """The key of the chart of lines."""
    items = [f"<li>{legend.key(curve)}{escape(curve.name)}</li>" for curve in curves]
    return f'<ul class="keys">{"".join(items)}</ul>'


def expressions_key(shares: Sequence[float], rates: ErrorRates) -> str:
    """The key of the stacked chart, each expression with its share and the model's errors."""
    rows = []
    for name in reversed(STACK):
        share = shares[EXPRESSIONS.index(name)] if shares else None
        label = f"{legend.swatch(name)}{escape(expression_name(name))}"
        rows.append([label, percent(share), *rates.words(name)])
    head = [
        _("Expression"),
        _("Share"),
        _("Not recognised"),
        _("Wrong when read"),
        _("Faces tested"),
    ]
    return html.table(rates.caption, head, rows)


def attention_errors(rates: ErrorRates) -> str:
    """How often it is misread where somebody looks."""
    rows = [[escape(attention_name(name)), *rates.words(name)] for name in ATTENTION]
    head = [_("Gaze"), _("Not recognised"), _("Wrong when read"), _("Looks tested")]
    return html.table(rates.caption, head, rows)


def _summary(timeline: Timeline, whole: Bin) -> str:
    return _(
        "{time} long, {rows} readings; a face was read in {faces}, nobody was there in {nobody}."
    ).format(
        time=svg.clock(timeline.end),
        rows=whole.rows,
        faces=percent(whole.faces / whole.rows),
        nobody=percent(whole.nobody / whole.rows),
    )


def _curves(timeline: Timeline) -> list[charts.Curve]:
    present = [each.faces / each.rows if each.rows else None for each in timeline.bins]
    curves = [charts.Curve(_("Face in view"), "present", present)]
    if timeline.knows_attention:
        screen = [timeline.attentive(each) for each in timeline.bins]
        curves.insert(0, charts.Curve(_("Looking at the screen"), "screen", screen))
    return curves


def _attention_words(timeline: Timeline) -> str:
    if not timeline.knows_attention:
        return _(
            "Dashed: share of the readings with a face. Attention was not read (attention.enabled)."
        )
    return _(
        "Solid: share of the readings that looked at the screen, of those in which it could be "
        "told; being away counts as not looking. Dashed: share of the readings with a face. "
        "Looking at the screen is not listening, and looking away is not drifting: it may be "
        "taking notes."
    )


def shown_moments(
    found: Sequence[Moment], pictures: Pictures, say: Callable[[Moment], str]
) -> Iterable[str]:
    """The list of moments, each with its thumbnail where there is one."""
    yield html.element("h3", _("Moments"))
    if not found:
        yield html.element("p", _("No moment stands out from the rest."))
        return
    yield '<ol class="moments">'
    for index, moment in enumerate(found, 1):
        picture = pictures.get(moment.at)
        shown = ""
        if picture is not None:
            words = _("The lecture at {time}").format(time=svg.clock(moment.at))
            shown = f'<img src="{escape(picture)}" alt="{escape(words)}">'
        number = html.element("span", str(index), class_="number")
        when = html.element("strong", svg.clock(moment.at))
        yield f"<li>{shown}{number} {when} {escape(say(moment))}</li>"
    yield "</ol>"


def _numbers(timeline: Timeline) -> Iterable[str]:
    """The table that stands for the charts, and the same as a file."""
    head = [
        _("From"),
        *(expression_name(name) for name in EXPRESSIONS),
        _("Looking at the screen"),
        _("Face in view"),
        _("Readings"),
    ]
    rows = [
        [
            svg.clock(each.start),
            *(percent(share) for share in each.shares or [None] * len(EXPRESSIONS)),
            percent(timeline.attentive(each)),
            percent(each.faces / each.rows),
            str(each.rows),
        ]
        for each in timeline.bins
    ]
    caption = _("The numbers behind the charts of {name}").format(name=timeline.name)
    words = html.element("summary", _("The numbers as a table"))
    yield f"<details>{words}{html.table(caption, head, rows)}</details>"
    name = re.sub(r"[^\w.-]+", "_", timeline.name)[:60] or "lecture"
    yield html.download(
        _("Download the numbers (CSV)"), f"emocam-{name}.csv", _plain_rows(timeline)
    )


def _plain_rows(timeline: Timeline) -> Iterable[Sequence[object]]:
    yield ["from_s", "to_s", "readings", "faces", "nobody", *EXPRESSIONS, *ATTENTION]
    for each in timeline.bins:
        shares = [f"{share:.6f}" for share in each.shares] or [""] * len(EXPRESSIONS)
        end = each.start + timeline.width
        yield [each.start, end, each.rows, each.faces, each.nobody, *shares, *each.looks]
