"""Properties of the mood: what may show, when it may change, and on what it depends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.attention import Attention
from emocam.expression import NEGATIVE, Expression, Picture, SensorState
from emocam.mood import NEGATIVE_STEADY, Mood, Rules, admissible
from emocam.settings.schema import Caution, MoodSettings
from emocam.wire import Reading, quantise

THRESHOLD = 0.65
distributions = st.lists(st.integers(0, 100), min_size=8, max_size=8).filter(any)
labels = st.sampled_from([each.label for each in Expression][1:])
rules = st.builds(
    Rules,
    caution=st.sampled_from(Caution),
    threshold=st.floats(0, 1),
    off=st.frozensets(st.sampled_from(list(Expression)[1:])),
    merge_disgust=st.booleans(),
)
settings = st.builds(
    MoodSettings,
    caution=st.sampled_from([level.value for level in Caution]),
    smoothing=st.floats(0, 10),
    margin=st.floats(0, 0.5),
    hold=st.floats(0, 30),
    away_after=st.floats(0, 60),
    off=st.lists(labels, unique=True).map(tuple),
    merge_disgust=st.booleans(),
)


def sure(expression: Expression, share: float = 0.9) -> tuple[int, ...]:
    rest = (1 - share) / 7
    return quantise([share if each is expression else rest for each in Expression])


def looks(*expressions: Expression | SensorState, step: float = 1.0) -> list[tuple[float, Reading]]:
    """Readings at regular times; an expression stands for a sure look at it."""
    found = []
    for i, each in enumerate(expressions):
        if isinstance(each, SensorState):
            reading = Reading(each, i, int(i * step * 1000))
        else:
            reading = Reading(SensorState.FACE, i, int(i * step * 1000), sure(each), 0, 1)
        found.append((i * step, reading))
    return found


def shown(
    timed: list[tuple[float, Reading]], mood_settings: MoodSettings | None = None
) -> list[Picture]:
    mood = Mood(mood_settings or MoodSettings(), THRESHOLD)
    return [mood.update(reading, now).picture for now, reading in timed]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[float, Reading]]:
    now, found = 0.0, []
    for sequence in range(draw(st.integers(1, 40))):
        now += draw(st.floats(0, 5))
        state = draw(st.sampled_from([SensorState.FACE] * 6 + list(SensorState)))
        if state is SensorState.FACE:
            probabilities = quantise(draw(distributions))
            reading = Reading(state, sequence, int(now * 1000), probabilities, 0, 1)
        else:
            reading = Reading(state, sequence, int(now * 1000))
        found.append((now, reading))
    return found


@given(distributions, rules)
def test_admissible_keeps_the_sum_and_hides_what_must_not_show(
    counts: list[int], given_rules: Rules
) -> None:
    before = [count / sum(counts) for count in counts]
    after = admissible(before, given_rules)
    assert sum(after) == pytest.approx(1)
    assert min(after) >= 0
    for expression in Expression:
        if expression in given_rules.off and expression is not Expression.NEUTRAL:
            assert after[expression] == 0
        if expression in NEGATIVE and given_rules.caution is Caution.CAREFUL:
            assert after[expression] == 0
    if given_rules.merge_disgust:
        assert after[Expression.DISGUST] == 0


@given(histories(), settings)
def test_what_is_turned_off_never_shows(
    history: list[tuple[float, Reading]], mood_settings: MoodSettings
) -> None:
    pictures = shown(history, mood_settings)
    seen = {picture.expression for picture in pictures} - {None}
    assert not seen & {Expression[label.upper()] for label in mood_settings.off}
    if mood_settings.caution == "careful":
        assert not seen & NEGATIVE
    if mood_settings.merge_disgust:
        assert Expression.DISGUST not in seen


@given(histories(), settings)
def test_an_expression_holds_for_its_least_time(
    history: list[tuple[float, Reading]], mood_settings: MoodSettings
) -> None:
    pictures = shown(history, mood_settings)
    changes = [
        (now, before, after)
        for (now, _), (before, after) in zip(history[1:], pairwise(pictures), strict=True)
        if before is not after
    ]
    for (earlier, _, middle), (later, _, last) in pairwise(changes):
        if middle.expression is not None and last.expression is not None:
            assert later - earlier >= mood_settings.hold


@given(histories(), settings)
def test_a_negative_expression_needs_a_clear_and_steady_reading(
    history: list[tuple[float, Reading]], mood_settings: MoodSettings
) -> None:
    """At "balanced", a new negative expression was the top of the last three looks, over 0.9 s."""
    if mood_settings.caution != "balanced":
        return
    given_rules = Rules.of(mood_settings, THRESHOLD)
    pictures = shown(history, mood_settings)
    for i, picture in enumerate(pictures):
        expression = picture.expression
        if expression not in NEGATIVE or (i and pictures[i - 1] is picture):
            continue
        assert i >= 2
        for _, reading in history[i - 2 : i + 1]:
            allowed = admissible(reading.shares, given_rules)
            assert max(allowed) == allowed[expression]
            # The rule itself, not by way of the code under test.
            assert sum(reading.shares[each] for each in NEGATIVE) > THRESHOLD
        start = i
        while (
            start
            and max(history[start - 1][1].shares, default=0)
            and _top_is(history[start - 1][1], expression, given_rules)
        ):
            start -= 1
        assert history[i][0] - history[start][0] >= NEGATIVE_STEADY


def _top_is(reading: Reading, expression: Expression, given_rules: Rules) -> bool:
    allowed = admissible(reading.shares, given_rules)
    return allowed.index(max(allowed)) == expression


@given(histories(), settings)
def test_the_same_readings_show_the_same(
    history: list[tuple[float, Reading]], mood_settings: MoodSettings
) -> None:
    assert shown(history, mood_settings) == shown(history, mood_settings)


@given(histories(), settings, st.sampled_from(Expression))
def test_a_lasting_expression_shows_in_the_end(
    history: list[tuple[float, Reading]], mood_settings: MoodSettings, expression: Expression
) -> None:
    """Whatever went before, a sure look that lasts prevails, unless it must not show."""
    now, sequence = history[-1][0], len(history)
    for i in range(120):
        now += 1.0
        reading = Reading(SensorState.FACE, sequence + i, int(now * 1000), sure(expression), 0, 1)
        history.append((now, reading))
    allowed = admissible(sure(expression), Rules.of(mood_settings, THRESHOLD))
    top = Expression(allowed.index(max(allowed)))
    assert shown(history, mood_settings)[-1] is Picture.of(top)


@given(settings)
def test_states_show_at_once(mood_settings: MoodSettings) -> None:
    for state, picture in (
        (SensorState.COVERED, Picture.COVERED),
        (SensorState.BUSY, Picture.BUSY),
        (SensorState.DENIED, Picture.DENIED),
        (SensorState.STALLED, Picture.STALLED),
        (SensorState.UNUSABLE, Picture.STALLED),
        (SensorState.UNPLUGGED, Picture.UNPLUGGED),
        (SensorState.STARTING, Picture.STARTING),
    ):
        assert shown(looks(Expression.HAPPINESS, state), mood_settings)[-1] is picture


def test_the_end_of_a_recording_changes_nothing() -> None:
    assert shown(looks(Expression.HAPPINESS, SensorState.ENDED))[-1] is Picture.HAPPINESS


def test_the_first_happy_look_shows_and_the_first_sad_one_does_not() -> None:
    assert shown(looks(Expression.HAPPINESS)) == [Picture.HAPPINESS]
    assert shown(looks(Expression.SADNESS)) == [Picture.NEUTRAL]


def test_a_single_odd_look_changes_nothing() -> None:
    happy, sad, surprised = Expression.HAPPINESS, Expression.SADNESS, Expression.SURPRISE
    for odd in (sad, surprised):
        pictures = shown(looks(happy, happy, odd, happy, odd, happy))
        assert set(pictures) == {Picture.HAPPINESS}


def test_smoothing_delays_a_change_and_no_smoothing_does_not() -> None:
    """With a long time constant two looks are not enough to outweigh what was there for long."""
    neutral, happy = Expression.NEUTRAL, Expression.HAPPINESS
    history = looks(*[neutral] * 10, happy, happy)
    assert shown(history, MoodSettings(smoothing=10.0))[-1] is Picture.NEUTRAL
    assert shown(history, MoodSettings(smoothing=0.0))[-1] is Picture.HAPPINESS
    lasting = looks(*[neutral] * 10, *[happy] * 30)
    assert shown(lasting, MoodSettings(smoothing=10.0))[-1] is Picture.HAPPINESS


@pytest.mark.parametrize(("margin", "changes"), [(0.1, True), (0.3, False)])
def test_the_margin_must_be_reached(margin: float, changes: bool) -> None:
    mood_settings = MoodSettings(margin=margin, smoothing=0.0)
    mood = Mood(mood_settings, THRESHOLD)
    mood.update(looks(Expression.NEUTRAL)[0][1], 0.0)
    for i in range(1, 6):
        torn = quantise([0.4, 0.6] + [0.0] * 6)
        mood.update(Reading(SensorState.FACE, i, i * 1000, torn, 0, 1), float(i))
    assert (mood.scene.picture is Picture.HAPPINESS) == changes


def test_a_confirmed_change_shows_with_the_second_look() -> None:
    neutral, happy = Expression.NEUTRAL, Expression.HAPPINESS
    pictures = shown(looks(neutral, neutral, neutral, happy, happy))
    assert pictures[-2:] == [Picture.NEUTRAL, Picture.HAPPINESS]


def test_balanced_hides_what_is_below_the_threshold() -> None:
    sad = [0.4, 0, 0, 0.6, 0, 0, 0, 0]
    assert admissible(sad, Rules(threshold=0.65)) == (1.0, 0, 0, 0, 0, 0, 0, 0)
    assert admissible(sad, Rules(threshold=0.55)) == tuple(sad)
    # Several negative expressions count together: which of them it is may be doubtful.
    torn = [0.3, 0, 0, 0.4, 0.3, 0, 0, 0]
    assert admissible(torn, Rules(threshold=0.65)) == tuple(torn)


@pytest.mark.parametrize(("share", "shows"), [(0.6, False), (0.8, True)])
def test_an_unclear_sadness_never_shows(share: float, shows: bool) -> None:
    mood = Mood(MoodSettings(), THRESHOLD)
    rest = (1 - share, 0, 0, share, 0, 0, 0, 0)
    pictures = set()
    for i in range(10):
        reading = Reading(SensorState.FACE, i, i * 1000, quantise(rest), 0, 1)
        pictures.add(mood.update(reading, float(i)).picture)
    assert (Picture.SADNESS in pictures) == shows


def test_sadness_shows_when_it_is_steady() -> None:
    pictures = shown(looks(Expression.NEUTRAL, *[Expression.SADNESS] * 4))
    assert pictures[-1] is Picture.SADNESS
    assert Picture.SADNESS not in pictures[:3]
    # Four quick looks within half a second are no steady reading.
    quick = shown(looks(Expression.NEUTRAL, *[Expression.SADNESS] * 4, step=0.12))
    assert Picture.SADNESS not in quick


def test_away_comes_after_three_seconds_and_leaves_with_the_first_look() -> None:
    happy, none = Expression.HAPPINESS, SensorState.NO_FACE
    pictures = shown(looks(happy, none, none, none, none, happy))
    assert pictures == [Picture.HAPPINESS] * 3 + [Picture.AWAY] * 2 + [Picture.HAPPINESS]


def test_away_comes_in_time_however_long_the_next_look_takes() -> None:
    mood = Mood(MoodSettings(), THRESHOLD)
    (_, happy), (_, none) = looks(Expression.HAPPINESS, SensorState.NO_FACE)
    mood.update(happy, 0.0)
    assert mood.tick(60.0).picture is Picture.HAPPINESS  # nothing says that anybody left
    mood.update(happy, 60.0)
    mood.update(none, 61.0)
    assert mood.tick(62.9).picture is Picture.HAPPINESS
    assert mood.tick(63.0).picture is Picture.AWAY
    assert mood.update(happy, 64.0).picture is Picture.HAPPINESS


def test_nobody_at_the_start_is_away_at_once() -> None:
    assert shown(looks(SensorState.NO_FACE)) == [Picture.AWAY]


def test_an_interruption_shows_and_forgets_the_face() -> None:
    mood = Mood(MoodSettings(), THRESHOLD)
    for now, reading in looks(*[Expression.SADNESS] * 5):
        mood.update(reading, now)
    assert mood.interrupt(Picture.MOMENT, 5.0).picture is Picture.MOMENT
    reading = Reading(SensorState.FACE, 9, 9, sure(Expression.SADNESS), 0, 1)
    assert mood.update(reading, 6.0).picture is Picture.NEUTRAL


def test_strength_is_the_share_of_what_shows() -> None:
    mood = Mood(MoodSettings(), THRESHOLD)
    (now, reading) = looks(Expression.HAPPINESS)[0]
    assert mood.update(reading, now).figures[0].strength == pytest.approx(0.9, abs=0.01)


def test_six_classes_as_emonet_had_them() -> None:
    pictures = shown(looks(*[Expression.DISGUST] * 5), MoodSettings(merge_disgust=True))
    assert pictures[-1] is Picture.ANGER


def looking(seconds: float, attention: Attention | None) -> Reading:
    happy = quantise([0.1, 0.9, 0, 0, 0, 0, 0, 0])
    return Reading(SensorState.FACE, 0, round(seconds * 1000), happy, 0, 1, attention)


def away_at(show_away: bool, *told: tuple[float, Attention | None]) -> list[bool]:
    mood = Mood(MoodSettings(), THRESHOLD, show_away)
    shown = [mood.update(looking(now, attention), now).picture for now, attention in told]
    return [picture is Picture.LOOKING_AWAY for picture in shown]


def test_the_avatar_looks_away_with_its_person_where_that_is_allowed() -> None:
    off, at = Attention.ELSEWHERE, Attention.SCREEN
    told = [(0.0, at), (1.0, off), (2.0, off), (3.0, off), (4.0, at), (5.0, off), (6.0, None)]
    assert away_at(True, *told) == [False, False, False, True, False, False, False]
    assert not any(away_at(False, *told))
    assert not any(away_at(True, *[(float(n), Attention.CLOSED) for n in range(9)]))


def test_what_is_no_face_is_shown_even_to_who_looked_away() -> None:
    mood = Mood(MoodSettings(), THRESHOLD, True)
    for now in range(5):
        mood.update(looking(now, Attention.ELSEWHERE), now)
    assert mood.scene.picture is Picture.LOOKING_AWAY
    mood.update(Reading(SensorState.COVERED, 0, 0), 6.0)
    assert mood.scene.picture is Picture.COVERED
    mood.update(looking(7.0, Attention.ELSEWHERE), 7.0)
    assert mood.scene.picture.expression is not None
