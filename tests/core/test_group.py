"""Several people before one camera: who gets an avatar, what a group shows, and how cautiously."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_mood import THRESHOLD, distributions, histories, rules, settings, sure

from emocam.expression import NEGATIVE, Expression, Picture, SensorState
from emocam.group import Audience, Each, Majority, Nearest, audience, blend
from emocam.mood import Mood, Rules, admissible, top
from emocam.scene import Scene
from emocam.settings.schema import Caution, MoodSettings, People
from emocam.wire import MAX_FACES, Look, Reading, encode_reading, quantise

Timed = list[tuple[float, Look]]
HAPPY, SAD, NEUTRAL = Expression.HAPPINESS, Expression.SADNESS, Expression.NEUTRAL


@st.composite
def meetings(draw: st.DrawFn, most: int = MAX_FACES) -> Timed:
    """Looks at people who come and go."""
    now, found = 0.0, []
    for sequence in range(draw(st.integers(1, 25))):
        now += draw(st.floats(0, 4))
        state = draw(st.sampled_from([SensorState.FACE] * 8 + list(SensorState)))
        if state is not SensorState.FACE:
            found.append((now, (Reading(state, sequence, int(now * 1000)),)))
            continue
        places = draw(st.permutations(range(most)))[: draw(st.integers(1, most))]
        there = draw(st.lists(st.booleans(), min_size=len(places), max_size=len(places)))
        there[draw(st.integers(0, len(places) - 1))] = True
        found.append((now, look(sequence, now, places, there, draw)))
    return found


def look(sequence: int, now: float, places: list[int], there: list[bool], draw: st.DrawFn) -> Look:
    readings = []
    for place, seen in zip(places, there, strict=True):
        state = SensorState.FACE if seen else SensorState.NO_FACE
        # Often sure, so that pictures change.
        shares = (
            draw(st.sampled_from([sure(each) for each in Expression]) | distributions.map(quantise))
            if seen
            else ()
        )
        readings.append(Reading(state, sequence, int(now * 1000), shares, place, len(places)))
        encode_reading(readings[-1])  # it could come so
    return tuple(readings)


def people(*rows: dict[int, Expression | None], step: float = 1.0) -> Timed:
    """Looks at regular times: place to expression, None for a place without its person."""
    found: Timed = []
    for i, row in enumerate(rows):
        readings = [
            Reading(SensorState.NO_FACE, i, int(i * step * 1000), (), place, len(row))
            if expression is None
            else Reading(
                SensorState.FACE, i, int(i * step * 1000), sure(expression), place, len(row)
            )
            for place, expression in row.items()
        ] or [Reading(SensorState.NO_FACE, i, int(i * step * 1000))]
        found.append((i * step, tuple(readings)))
    return found


def scenes(shows: Audience, meeting: Timed) -> list[Scene]:
    return [shows.take(each, now) for now, each in meeting]


def pictures(scene: Scene) -> list[str]:
    return [figure.picture.value for figure in scene.figures]


# --- one person


@pytest.mark.parametrize("mode", People)
@given(histories(), settings)
def test_one_person_is_shown_as_ever(
    mode: People, history: list[tuple[float, Reading]], mood_settings: MoodSettings
) -> None:
    mood = Mood(mood_settings, THRESHOLD)
    shows = audience(mode, mood_settings, THRESHOLD)
    assert shows.scene == mood.scene
    for now, reading in history:
        assert shows.take((reading,), now) == mood.update(reading, now)
        assert shows.tick(now + 0.5) == mood.tick(now + 0.5)
        if reading.state is SensorState.STALLED:
            assert shows.interrupt(Picture.MOMENT, now) == mood.interrupt(Picture.MOMENT, now)
        assert list(shows.shown.values()) == [mood.scene.picture]


def test_the_setting_names_the_kind() -> None:
    kinds = [type(audience(mode, MoodSettings(), THRESHOLD)) for mode in People]
    assert kinds == [Nearest, Each, Majority]


# --- side by side


@given(meetings(), settings)
def test_each_figure_is_that_persons_own_mood(meeting: Timed, mood_settings: MoodSettings) -> None:
    """A person's figure is what a mood of their readings alone would show."""
    shows = Each(mood_settings, THRESHOLD)
    moods: dict[int, Mood] = {}
    for now, each in meeting:
        scene = shows.take(each, now)
        if each[0].faces:
            present = [reading.face for reading in each]
            moods = {place: moods.get(place) or Mood(mood_settings, THRESHOLD) for place in present}
            for reading in each:
                moods[reading.face].update(reading, now)
            assert shows.shown == {place: moods[place].scene.picture for place in present}
            there = [moods[place].scene for place in present]
            row = [one.figures[0] for one in there if one.picture is not Picture.AWAY]
            assert list(scene.figures) == row
        elif each[0].state is SensorState.NO_FACE:
            for mood in moods.values():
                mood.update(each[0], now)
        elif each[0].state is not SensorState.ENDED:
            moods = {}


@given(meetings(), settings)
def test_never_more_figures_than_people(meeting: Timed, mood_settings: MoodSettings) -> None:
    shows = Each(mood_settings, THRESHOLD)
    most = 1
    for now, each in meeting:
        scene = shows.take(each, now)
        most = each[0].faces or most
        assert 1 <= len(scene.figures) <= most
        faces = [reading for reading in each if reading.state is SensorState.FACE]
        assert len(scene.figures) >= max(len(faces), 1)


@given(meetings(), settings, st.permutations(range(MAX_FACES)))
def test_the_numbers_of_the_places_mean_nothing(
    meeting: Timed, mood_settings: MoodSettings, numbers: list[int]
) -> None:
    other = [
        (
            now,
            tuple(
                dataclasses.replace(each, face=numbers[each.face] if each.faces else 0)
                for each in readings
            ),
        )
        for now, readings in meeting
    ]
    for mode in People:
        assert scenes(audience(mode, mood_settings, THRESHOLD), meeting) == scenes(
            audience(mode, mood_settings, THRESHOLD), other
        )


@given(meetings(), settings)
def test_who_sits_mirrored_is_shown_mirrored(meeting: Timed, mood_settings: MoodSettings) -> None:
    mirrored = [(now, tuple(reversed(each))) for now, each in meeting]
    there = scenes(Each(mood_settings, THRESHOLD), meeting)
    back = scenes(Each(mood_settings, THRESHOLD), mirrored)
    for one, other in zip(there, back, strict=True):
        figures = tuple(reversed(other.figures))
        assert one.figures == figures or {f.picture for f in figures} == {Picture.AWAY}


def test_who_leaves_for_a_moment_is_held_and_comes_back_to_the_same_place() -> None:
    both, gone = {2: HAPPY, 0: NEUTRAL}, {2: None, 0: NEUTRAL}
    shows = Each(MoodSettings(), THRESHOLD)
    shown = scenes(shows, people(both, both, gone, gone, gone, gone, both))
    assert [pictures(scene) for scene in shown] == [
        ["happiness", "neutral"], ["happiness", "neutral"],
        ["happiness", "neutral"], ["happiness", "neutral"],
        ["neutral"], ["neutral"],
        ["happiness", "neutral"],
    ]  # fmt: skip


def test_with_nobody_left_one_is_away() -> None:
    both: dict[int, Expression | None] = {0: HAPPY, 1: NEUTRAL}
    shows = Each(MoodSettings(), THRESHOLD)
    shown = scenes(shows, people(both, both, {}, {}, {}, {}))
    assert pictures(shown[2]) == ["happiness", "neutral"]
    assert pictures(shown[-1]) == ["away"]


# --- the group


@given(st.lists(distributions, min_size=1, max_size=MAX_FACES), rules, st.randoms())
def test_a_blend_is_a_distribution_in_any_order(
    counts: list[list[int]], given_rules: Rules, random: object
) -> None:
    group = [tuple(each / sum(row) for each in row) for row in counts]
    mixed = blend(group, given_rules)
    assert sum(mixed) == pytest.approx(1)
    assert min(mixed) >= 0
    shuffled = list(group)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert blend(shuffled, given_rules) == mixed
    if len(group) > 1 and given_rules.caution is Caution.OPEN:
        for each in Expression:
            mean = sum(row[each] for row in group) / len(group)
            assert mixed[each] == pytest.approx(mean)


@given(st.lists(distributions, min_size=2, max_size=MAX_FACES), rules)
def test_a_negative_blend_is_what_most_people_clearly_show(
    counts: list[list[int]], given_rules: Rules
) -> None:
    group = [tuple(each / sum(row) for each in row) for row in counts]
    shown = top(admissible(blend(group, given_rules), given_rules))
    if shown in NEGATIVE and given_rules.caution is not Caution.OPEN:
        show_it = [row for row in group if top(admissible(row, given_rules)) is shown]
        assert 2 * len(show_it) > len(group)
        for row in show_it:
            assert sum(row[each] for each in NEGATIVE) > given_rules.threshold
        assert given_rules.caution is not Caution.CAREFUL


@given(distributions, st.integers(2, MAX_FACES), rules)
def test_people_of_one_mind_are_like_one(counts: list[int], size: int, given_rules: Rules) -> None:
    one = tuple(each / sum(counts) for each in counts)
    # On the threshold itself the last digit of a mean decides.
    assume(abs(sum(one[each] for each in NEGATIVE) - given_rules.threshold) > 1e-6)
    # What is turned off counts as neutral before the group is judged: that is only more careful.
    given_rules = dataclasses.replace(given_rules, off=given_rules.off - NEGATIVE)
    alone, together = (
        admissible(each, given_rules) for each in (one, blend([one] * size, given_rules))
    )
    assert together == pytest.approx(alone)


@given(meetings(), settings)
def test_what_must_not_show_shows_in_no_mode(meeting: Timed, mood_settings: MoodSettings) -> None:
    for mode in People:
        for scene in scenes(audience(mode, mood_settings, THRESHOLD), meeting):
            seen = {figure.picture.expression for figure in scene.figures} - {None}
            assert not seen & {Expression[label.upper()] for label in mood_settings.off}
            if mood_settings.caution == "careful":
                assert not seen & NEGATIVE


@given(meetings(), settings.filter(lambda each: each.caution == "balanced"))
def test_a_negative_picture_of_the_group_needs_most_of_it_at_three_looks(
    meeting: Timed, mood_settings: MoodSettings
) -> None:
    shows = Majority(mood_settings, THRESHOLD)
    given_rules = Rules.of(mood_settings, THRESHOLD)
    before = shows.scene.picture
    run: dict[Expression, int] = dict.fromkeys(NEGATIVE, 0)
    kept: dict[int, tuple[float, tuple[float, ...]]] = {}
    for now, each in meeting:
        for reading in each:
            if reading.state is SensorState.FACE:
                kept[reading.face] = now, reading.shares
        numbers = {reading.face for reading in each if reading.faces}
        counted = [
            row
            for place, (when, row) in kept.items()
            if place in numbers and (when == now or now - when < mood_settings.away_after)
        ]
        votes = [top(admissible(row, given_rules)) for row in counted]
        run = {
            one: run[one] + 1 if numbers and 2 * votes.count(one) > len(votes) else 0
            for one in NEGATIVE
        }
        kept = {place: kept[place] for place in numbers if place in kept} if numbers else kept
        after = shows.take(each, now).picture
        if after is not before and after.expression in NEGATIVE:
            assert run[after.expression] >= 3
        before = after


def test_most_of_the_group_is_shown() -> None:
    three: dict[int, Expression | None] = {0: HAPPY, 1: HAPPY, 2: NEUTRAL}
    shown = scenes(Majority(MoodSettings(), THRESHOLD), people(*[three] * 4))
    assert {tuple(pictures(scene)) for scene in shown} == {("happiness",)}


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ([SAD, NEUTRAL], "neutral"),
        ([SAD, HAPPY], "neutral"),
        ([SAD, SAD, NEUTRAL], "neutral"),  # a mean of 0.6 is not over the threshold
        ([SAD, SAD, SAD, NEUTRAL], "sadness"),
        ([SAD, SAD], "sadness"),
        ([SAD, SAD, Expression.ANGER, Expression.ANGER], "neutral"),
    ],
)
def test_one_sad_person_is_no_sad_group(group: list[Expression], expected: str) -> None:
    row = dict(enumerate(group))
    shown = scenes(Majority(MoodSettings(), THRESHOLD), people(*[row] * 6))
    assert pictures(shown[-1]) == [expected]


def test_who_leaves_for_a_moment_still_counts() -> None:
    both: dict[int, Expression | None] = {0: SAD, 1: NEUTRAL}
    gone: dict[int, Expression | None] = {0: SAD, 1: None}
    shows = Majority(MoodSettings(away_after=10.0), THRESHOLD)
    shown = scenes(shows, people(both, both, *[gone] * 8))
    assert {tuple(pictures(scene)) for scene in shown} == {("neutral",)}
