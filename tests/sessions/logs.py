"""Logs for tests."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from emocam.sessions.layout import ATTENTION, EXPRESSIONS, STATES, Header, Row
from emocam.sessions.writer import LogWriter

STARTED = 1_700_000_000.0


def face(t: float, expression: str = "happiness", attention: str | None = None) -> Row:
    shares = tuple(0.65 if each == expression else 0.05 for each in EXPRESSIONS)
    return Row(t, "face", expression, shares, attention)


def rows() -> st.SearchStrategy[Row]:
    t = st.floats(-1e9, 1e9)
    share = st.floats(0, 1)
    return st.one_of(
        st.builds(Row, t, st.sampled_from(STATES)),
        st.builds(
            Row,
            t,
            st.just("face"),
            st.sampled_from(EXPRESSIONS),
            st.tuples(*[share] * len(EXPRESSIONS)),
            st.sampled_from([None, *ATTENTION]),
        ),
    )


def log_of(path: Path, count: int = 600, **about: object) -> Path:
    """A log that was closed, with a row each second."""
    fields = {"id": "20231114-221320-0000", "started": STARTED, "app": "0.1.0", "model": "ab"}
    writer = LogWriter(path, Header(**{**fields, **about}))  # type: ignore[arg-type]
    names = ("neutral", "happiness", "surprise", "anger")
    for second in range(count):
        if second % 10 == 9:
            writer.write(Row(float(second), "no_face"))
        else:
            writer.write(face(float(second), names[second // 60 % 4], "screen"))
    writer.close(STARTED + count)
    return path
