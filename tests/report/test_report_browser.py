"""The pages in a real browser: nothing fetched, nothing complained of, readable by all means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_report_command import report

from benchmarks.lecture import chromium, simulate, slides

#: Contrast of each text with what lies behind it (WCAG 2.2, 1.4.3), as computed styles have it.
_CONTRAST = """(() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = c => { const f = v => { v /= 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const behind = e => { for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const bad = [];
  const all = 'h1,h2,h3,p,li,th,td,caption,figcaption,summary,a,span,strong,svg .tick';
  for (const e of document.querySelectorAll(all)) {
    if (!e.textContent.trim() || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), svg = e.namespaceURI.endsWith('svg');
    const a = lum(parse(svg ? style.fill : style.color)), b = lum(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push([e.tagName, e.textContent.slice(0, 30), ratio]);
  }
  return bad; })()"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Chromium]:
    program = chromium.find()
    if program is None:
        pytest.skip("needs the program chromium-headless-shell")
    with chromium.Chromium(program, tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An own report with pictures of the lecture, and one on a class."""
    folder = tmp_path_factory.mktemp("pages")
    video = slides.video(folder / "lecture.mp4", 20)
    log = simulate.log(folder / "own.sqlite", 4, 1200)
    shares = folder / "shares"
    shares.mkdir()
    for seed in range(12):
        (shares / f"{seed}.json").write_bytes(simulate.share(seed, 1200, 3.0).encode())
    found = {}
    for name, source in (("own", log), ("class", shares)):
        found[name] = folder / f"{name}.html"
        done = report(source, "--lecture", video, "-o", found[name])
        assert (done.returncode, done.stderr) == (0, "")
    return found


def _open(browser: chromium.Chromium, page: Path) -> list[dict[str, Any]]:
    browser.look(1000)
    browser.open(page.as_uri())
    return browser.events


@pytest.mark.parametrize("name", ["own", "class"])
def test_nothing_is_fetched_and_nothing_complained_of(
    browser: chromium.Chromium, pages: dict[str, Path], name: str
) -> None:
    events = _open(browser, pages[name])
    asked = [
        each["params"]["request"]["url"]
        for each in events
        if each.get("method") == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith("data:")] == [pages[name].as_uri()]
    said = [
        each["params"]
        for each in events
        if each.get("method")
        in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
    ]
    assert not said
    # The policy holds: what would be fetched is refused.
    browser.evaluate(
        "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'})); 0"
    )
    browser.evaluate("new Promise(r => setTimeout(r, 200)).then(() => 0)")
    browser.evaluate("0")
    assert any("Content Security Policy" in str(each) for each in browser.events)


@pytest.mark.parametrize("name", ["own", "class"])
def test_screen_readers_find_everything(
    browser: chromium.Chromium, pages: dict[str, Path], name: str
) -> None:
    _open(browser, pages[name])
    assert browser.evaluate("document.documentElement.lang") == "en"
    assert browser.evaluate("document.querySelectorAll('main').length") == 1
    assert browser.evaluate("document.querySelectorAll('h1').length") == 1
    assert not browser.evaluate(
        "[...document.images].filter(i => !i.alt || !i.naturalWidth).length"
    )
    assert browser.evaluate("document.images.length") > 0
    tree = browser.do("Accessibility.getFullAXTree")["nodes"]
    charts = [
        each
        for each in tree
        if each.get("role", {}).get("value") in ("image", "img")
        and "table below"
        in each.get("description", {}).get("value", "") + each.get("name", {}).get("value", "")
    ]
    assert len(charts) == browser.evaluate("document.querySelectorAll('svg.chart').length") >= 2
    roles = [each.get("role", {}).get("value") for each in tree]
    assert "table" in roles
    assert "columnheader" in roles
    assert "rowheader" in roles
    ids = browser.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["own", "class"])
@pytest.mark.parametrize(
    ("width", "media"),
    [
        (1000, {"prefers_color_scheme": "light"}),
        (1000, {"prefers_color_scheme": "dark"}),
        (320, {"prefers_color_scheme": "light"}),
        (360, {"prefers_color_scheme": "dark"}),
        (1000, {"media": "print"}),
    ],
)
def test_it_is_readable_on_screens_and_paper(
    browser: chromium.Chromium,
    pages: dict[str, Path],
    name: str,
    width: int,
    media: dict[str, str],
) -> None:
    _open(browser, pages[name])
    browser.look(width, **media)
    assert not browser.evaluate(_CONTRAST)
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.evaluate(beyond) <= 0  # wide charts scroll by themselves


def test_arabic_is_read_from_right_to_left(
    browser: chromium.Chromium, pages: dict[str, Path], tmp_path: Path
) -> None:
    """The words, not the charts: time goes to the right everywhere."""
    page = tmp_path / "ar.html"
    words = ["--set", "window.language=ar"]
    done = report(pages["class"].parent / "shares", "-o", page, *words)
    assert (done.returncode, done.stderr) == (0, "")
    _open(browser, page)
    assert browser.evaluate("document.documentElement.lang") == "ar"
    of = "getComputedStyle(document.querySelector('{}')).direction"
    assert browser.evaluate(of.format("h1")) == "rtl"
    assert browser.evaluate(of.format("svg.chart text")) == "ltr"
    for width in (1000, 320):
        browser.look(width, prefers_color_scheme="dark")
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.evaluate(beyond) <= 0


def test_intervals_are_seen_on_a_narrow_screen(
    browser: chromium.Chromium, pages: dict[str, Path]
) -> None:
    """The table of the whole lecture has its intervals in the last column."""
    _open(browser, pages["class"])
    browser.look(320, prefers_color_scheme="light")
    ends = browser.evaluate(
        "[...document.querySelector('table').querySelectorAll('tbody td:last-child')]"
        ".map(e => e.getBoundingClientRect().right)"
    )
    assert len(ends) == 5
    assert max(ends) <= 320
