"""When the stage tries again after a fault, and what it tells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import OutputError
from emocam.stage.sinks.faults import FIRST, LONGEST, LONGEST_OF_OPENED, STEADY, Fault, Waiting

faults = st.builds(
    OutputError, st.sampled_from(("one", "two")), st.just(""), st.sampled_from(list(Fault))
)
#: What happens after each pause: a fault, or that frames go out for some seconds.
histories = st.lists(st.tuples(faults | st.just(None), st.floats(0, 10)), max_size=30)

#: What adding and taking away seconds may cost.
TINY = 1e-9


def longest(error: OutputError) -> float:
    return LONGEST_OF_OPENED if error.code in (Fault.TAKEN, Fault.SIZE) else LONGEST


@given(histories)
def test_every_fault_is_tried_again_soon(
    history: list[tuple[OutputError | None, float]],
) -> None:
    waiting, now = Waiting(), 100.0
    for error, seconds in history:
        if error is None:
            waiting.worked(now)
            now += seconds
            continue
        waiting.failed(error, now)
        left = waiting.left(now)
        assert FIRST - TINY <= left <= longest(error) + TINY
        assert waiting.left(now + left) <= TINY
        now += left


@given(histories)
def test_the_user_hears_of_each_new_fault_once(
    history: list[tuple[OutputError | None, float]],
) -> None:
    waiting, now = Waiting(), 0.0
    last: OutputError | None = None
    for error, seconds in history:
        now += seconds
        if error is None:
            waiting.worked(now)
        else:
            same = last is not None and (last.code, last.cause) == (error.code, error.cause)
            assert waiting.failed(error, now) == (not same)
        last = error


def test_the_pauses_grow_and_begin_anew() -> None:
    waiting, now = Waiting(), 0.0
    absent = OutputError("no module", "load it", Fault.MODULE_MISSING)
    taken = OutputError("taken", "close it", Fault.TAKEN)

    def fail(error: OutputError) -> float:
        nonlocal now
        waiting.failed(error, now)
        left = waiting.left(now)
        now += left
        return left

    assert [fail(absent) for _ in range(4)] == [0.25, 0.5, 1.0, 1.0]
    assert [fail(taken) for _ in range(5)] == [0.25, 0.5, 1.0, 2.0, 2.0]
    assert fail(absent) == 0.25
    assert fail(absent) == 0.5
    waiting.worked(now)
    now += STEADY / 2  # it had not really come back
    assert fail(absent) == 1.0
    waiting.worked(now)
    now += STEADY
    assert fail(absent) == 0.25
