"""The tables of ``make privacy`` and ``make faults``: a test is a row, and says its figure.

A row is a test with the mark ``privacy`` or ``fault`` and a name; what it measured it gives to the
fixture ``figure``. The rows are printed at the end of the run, one line each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

KINDS = ("privacy", "fault", "fuzz", "dist")
_FIGURE = "figure"


def row_of(item: pytest.Item) -> tuple[str, str] | None:
    """Kind and name of the row that a test is, if it is one."""
    for kind in KINDS:
        if (mark := item.get_closest_marker(kind)) is not None:
            return kind, str(mark.args[0])
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for kind in KINDS:
        config.addinivalue_line("markers", f"{kind}(name): a row of the table of make {kind}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--rows``."""
    parser.addoption("--rows", action="store_true", help="print each row with its figure")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let the report say which row it is of."""
    report = yield
    if (report.when == "call" or report.outcome != "passed") and (row := row_of(item)):
        report.row = row
    return report


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Takes what a row measured, as words."""
    return lambda words: record_property(_FIGURE, words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the rows."""
    if not terminalreporter.config.getoption("--rows"):
        return
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            if not hasattr(report, "row"):
                continue
            kind, name = report.row
            figures = [str(value) for key, value in report.user_properties if key == _FIGURE]
            mark = "ok" if outcome == "passed" else outcome.upper()
            terminalreporter.write_line(f"{kind:7} {mark:8} {name}: {'; '.join(figures) or mark}")
