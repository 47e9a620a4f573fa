"""Share files: the channel is what it says, the estimate is unbiased, the file is strict."""

from __future__ import annotations

import itertools
import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import face, rows

from emocam.errors import SessionError
from emocam.sessions import limits, share
from emocam.sessions.channel import SCALE, Channel
from emocam.sessions.estimate import MIN_PEOPLE, estimate, weight
from emocam.sessions.layout import Row
from emocam.sessions.share import EXPRESSIONS, Share, Terms, decode, make, truth

LABELS = st.integers(2, 12).map(lambda k: tuple(f"l{n}" for n in range(k)))
EPSILONS = st.floats(limits.MIN_EPSILON / 2, limits.MAX_EPSILON)
TERMS = st.builds(
    Terms,
    st.sampled_from(["Optics 3", "光学"]),
    st.integers(limits.MIN_BIN, limits.MAX_BIN),
    st.floats(limits.MIN_EPSILON, limits.MAX_EPSILON),
    st.integers(1, 40),
    st.floats(-1e5, 1e5),
    st.booleans(),
)


@given(LABELS, EPSILONS)
def test_a_channel_keeps_to_its_epsilon(labels: tuple[str, ...], epsilon: float) -> None:
    channel = Channel.of(labels, epsilon)
    assert epsilon - 1e-7 < channel.epsilon <= epsilon
    assert channel.p + (len(labels) - 1) * channel.q == pytest.approx(1, abs=1e-12)


@given(LABELS, EPSILONS, st.data())
def test_each_answer_has_exactly_the_probability_that_is_stated(
    labels: tuple[str, ...], epsilon: float, data: st.DataObject
) -> None:
    """All that the randomness can say is gone through: the two draws, at the edge of the first."""
    channel = Channel.of(labels, epsilon)
    told = data.draw(st.sampled_from(labels))

    def said(first: int, second: int) -> str:
        draws = iter([(SCALE, first), (len(labels) - 1, second)])

        def below(limit: int) -> int:
            expected, value = next(draws)
            assert limit == expected
            return value

        return channel.answer(told, below)

    assert said(0, 0) == said(channel.keep - 1, 0) == told
    for first in (channel.keep, SCALE - 1):
        others = [said(first, second) for second in range(len(labels) - 1)]
        assert sorted(others) == sorted(set(labels) - {told})


@given(
    st.lists(st.tuples(st.sampled_from(EXPRESSIONS[:3]), EPSILONS), min_size=5, max_size=6),
)
def test_the_estimate_is_unbiased(people: list[tuple[str, float]]) -> None:
    """Its mean over all that everybody might say, by their probabilities, is the true share, in
    which everybody has their weight.
    """
    labels = EXPRESSIONS[:3]
    channels = [Channel.of(labels, epsilon) for _, epsilon in people]
    mean, mass = dict.fromkeys(labels, 0.0), 0.0
    for said in itertools.product(labels, repeat=len(people)):
        odds = math.prod(
            channel.p if word == told else channel.q
            for word, (told, _), channel in zip(said, people, channels, strict=True)
        )
        found = estimate(list(zip(said, channels, strict=True)), labels)
        assert found is not None
        mass += odds
        for label in labels:
            mean[label] += odds * found[label].share
            assert 0 <= found[label].low <= found[label].high <= 1
    assert mass == pytest.approx(1)
    counts = [weight(channel, 1) for channel in channels]
    for label in labels:
        share_of = sum(
            each for each, (told, _) in zip(counts, people, strict=True) if told == label
        ) / sum(counts)
        assert mean[label] == pytest.approx(share_of, abs=1e-6)


@given(EPSILONS, st.lists(st.sampled_from(EXPRESSIONS), min_size=5, max_size=40))
def test_with_one_epsilon_everybody_counts_the_same(epsilon: float, said: list[str]) -> None:
    channel = Channel.of(EXPRESSIONS, epsilon)
    found = estimate([(each, channel) for each in said], EXPRESSIONS)
    assert found is not None
    for label in EXPRESSIONS:
        plain = (said.count(label) / len(said) - channel.q) / (channel.p - channel.q)
        assert found[label].share == pytest.approx(plain)


@given(EPSILONS, EPSILONS, st.integers(1, 90))
def test_noisier_answers_count_less_and_the_less_so_the_more_there_are(
    one: float, other: float, bins: int
) -> None:
    low, high = (Channel.of(EXPRESSIONS, each) for each in sorted((one, other)))
    assert weight(low, bins) <= weight(high, bins) <= 4
    fewer, more = weight(high, bins) / weight(low, bins), weight(high, 99) / weight(low, 99)
    assert more <= fewer * (1 + 1e-9)


def test_four_who_say_nothing_and_one_are_not_five() -> None:
    """The rule of five holds for the number of people; the interval sees to the rest."""
    one, noise = Channel.of(EXPRESSIONS, 4.0), Channel.of(EXPRESSIONS, 0.125)
    found = estimate([("happiness", one), *[("neutral", noise)] * 4], EXPRESSIONS)
    assert found is not None
    assert found["happiness"].high - found["happiness"].low > 0.8


def test_nothing_is_said_of_fewer_than_five() -> None:
    channel = Channel.of(EXPRESSIONS, 1.0)
    answers = [("neutral", channel)] * MIN_PEOPLE
    assert estimate(answers[:-1], EXPRESSIONS) is None
    found = estimate(answers, EXPRESSIONS)
    assert found is not None
    assert found["neutral"].people == 5


@given(st.lists(rows(), max_size=30), TERMS)
def test_a_share_file_is_read_as_it_was_made(written: list[Row], terms: Terms) -> None:
    made = make(written, terms)
    assert decode(made.encode()) == made
    assert len(made.expression) == terms.bins
    assert (made.attention is None) == (not terms.attention)  # whatever was seen
    assert made.total_epsilon == pytest.approx(terms.epsilon * terms.bins)


@given(st.lists(rows(), max_size=30), TERMS)
def test_a_share_file_says_nothing_but_its_fields(written: list[Row], terms: Terms) -> None:
    """Given the same randomness, it depends on what was seen most in each bin and nothing else."""
    expression, attention = truth(written, terms)
    known = [
        Row(
            terms.start + (place + 0.5) * terms.bin,
            "no_face" if seen == "none" else "face",
            None if seen == "none" else {"negative": "anger"}.get(seen, seen),
            (),
            None if looked == "none" else looked,
        )
        for place, (seen, looked) in enumerate(zip(expression, attention, strict=True))
    ]
    again = make(known, terms, random.Random(1).randrange)
    assert make(written, terms, random.Random(1).randrange) == again
    assert set(json.loads(again.encode())) == {
        "emocam_share", "id", "lecture", "bin", "epsilon", "expression", "attention",
    }  # fmt: skip


def test_bins_are_the_lectures() -> None:
    seen = [
        face(90.0, "anger", "screen"),
        face(91.0, "fear"),
        face(92.0),
        face(149.9, "fear"),
        face(150.0),
    ]
    expression, attention = truth(seen, Terms("L", 60, 1.0, 3, start=90.0))
    assert expression == ["negative", "happiness", "none"]
    assert attention == ["none", "none", "none"]


def good() -> Share:
    return Share("0" * 32, "Optics", 60, 2.0, ("neutral", "none"), ("screen", "none"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"emocam_share": 2}, "newer EmoCam"),
        ({"emocam_share": 10**400}, "newer EmoCam"),
        ({"emocam_share": True}, "other fields"),
        ({"name": "Ada"}, "other fields"),
        ({"id": "0" * 31}, "id"),
        ({"id": "A" * 32}, "id"),
        ({"lecture": "a\nb"}, "name"),
        ({"lecture": "a" * 81}, "name"),
        ({"lecture": "Optics \u202e"}, "name"),
        ({"bin": 14}, "15 to 600"),
        ({"bin": 60.0}, "no number"),
        ({"epsilon": 4.5}, "epsilon"),
        ({"epsilon": True}, "epsilon"),
        ({"epsilon": "2"}, "no number"),
        ({"expression": []}, "bins"),
        ({"expression": ["neutral"] * 6000}, "bins"),
        ({"expression": ["anger", "none"]}, "answers"),
        ({"expression": [["neutral"], "none"]}, "answers"),
        ({"attention": ["screen"]}, "each bin"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], words: str) -> None:
    about = {**json.loads(good().encode()), **change}
    with pytest.raises(SessionError, match=words):
        decode(json.dumps(about).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[" * 100_000, b'{"emocam_share":1,"emocam_share":1}', b"\xff", b" " * (2 << 20)],
)
def test_what_is_no_share_file_is_named(data: bytes) -> None:
    with pytest.raises(SessionError):
        decode(data)


@pytest.mark.parametrize("text", ["", " \n", "a" * 81, "a\0b", "\u202eab"])
def test_what_cannot_name_a_lecture_is_refused(text: str) -> None:
    with pytest.raises(SessionError, match="name"):
        share.lecture_name(text)
    assert share.lecture_name("  Optics\t 3 ") == "Optics 3"
