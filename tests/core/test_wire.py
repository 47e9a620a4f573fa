"""The wire takes what it gives and refuses everything else."""

from __future__ import annotations

import binascii
import dataclasses
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.attention import CODES, Attention
from emocam.errors import WireError
from emocam.expression import Expression, Picture, SensorState
from emocam.scene import MAX_FIGURES, Figure, Scene
from emocam.stream import ReadingStream
from emocam.wire import (
    BURST,
    MAX_FACES,
    MAX_MESSAGE_SIZE,
    MAX_READINGS_PER_SECOND,
    READING_SIZE,
    Reading,
    decode_message,
    decode_reading,
    encode_message,
    encode_reading,
    quantise,
)

shares = st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda p: sum(p) > 1e-9)
u32 = st.integers(0, 2**32 - 1)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    state = draw(st.sampled_from(SensorState))
    face = draw(st.integers(0, MAX_FACES - 1))
    if state is SensorState.FACE:
        faces = draw(st.integers(1, MAX_FACES))
        attention = draw(st.sampled_from(CODES))
        return Reading(state, draw(u32), draw(u32), quantise(draw(shares)), face, faces, attention)
    if state is SensorState.NO_FACE and draw(st.booleans()):
        faces = draw(st.integers(2, MAX_FACES))
        return Reading(state, draw(u32), draw(u32), (), face, faces)
    return Reading(state, draw(u32), draw(u32))


@st.composite
def looks(draw: st.DrawFn, sequence: int) -> list[Reading]:
    """One look as sensing may send it."""
    first = draw(readings())
    if not first.faces:
        return [dataclasses.replace(first, sequence=sequence)]
    places = draw(st.permutations(range(MAX_FACES)))[: first.faces]
    seen = draw(st.lists(st.booleans(), min_size=len(places), max_size=len(places)).filter(any))
    time = draw(u32)
    return [
        Reading(SensorState.FACE, sequence, time, quantise(draw(shares)), place, len(places))
        if there
        else Reading(SensorState.NO_FACE, sequence, time, (), place, len(places))
        for place, there in zip(places, seen, strict=True)
    ]


def face_reading(sequence: int = 1, **changes: object) -> Reading:
    plain = Reading(SensorState.FACE, sequence, 1000, quantise([0.2, 0.8] + [0.0] * 6), 0, 1)
    return dataclasses.replace(plain, **changes)


@given(readings())
def test_a_reading_survives_the_wire(reading: Reading) -> None:
    data = encode_reading(reading)
    assert len(data) == READING_SIZE <= 32
    assert decode_reading(data) == reading


@given(st.binary(min_size=READING_SIZE, max_size=READING_SIZE))
def test_bytes_are_refused_or_canonical(data: bytes) -> None:
    try:
        reading = decode_reading(data)
    except WireError:
        return
    assert encode_reading(reading) == data


@given(readings(), st.integers(0, READING_SIZE * 8 - 1))
def test_a_flipped_bit_is_noticed(reading: Reading, bit: int) -> None:
    data = bytearray(encode_reading(reading))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WireError):
        decode_reading(bytes(data))


@given(st.binary(max_size=100).filter(lambda data: len(data) != READING_SIZE))
def test_another_size_is_refused(data: bytes) -> None:
    with pytest.raises(WireError, match="24 bytes"):
        decode_reading(data)


@given(shares)
def test_quantised_shares_are_close_and_sum_to_255(probabilities: list[float]) -> None:
    found = quantise(probabilities)
    total = sum(probabilities)
    assert sum(found) == 255
    assert all(
        abs(share - p / total * 255) <= 1 for share, p in zip(found, probabilities, strict=True)
    )


@pytest.mark.parametrize(
    "bad", [[0.0] * 8, [1.0] * 7, [float("nan")] * 8, [float("inf")] * 8, [-0.1, 1.1] + [0.0] * 6]
)
def test_what_is_no_distribution_is_refused(bad: list[float]) -> None:
    with pytest.raises(WireError):
        quantise(bad)


@pytest.mark.parametrize(
    "changes",
    [
        {"probabilities": ()},
        {"probabilities": (255, 1, 0, 0, 0, 0, 0, 0)},
        {"faces": 0},
        {"faces": MAX_FACES + 1},
        {"face": MAX_FACES},
        {"face": -1},
        {"sequence": 2**32},
        {"time_ms": -1},
        {"attention": "screen "},
        {"state": SensorState.NO_FACE, "probabilities": (), "faces": 0, "attention": CODES[1]},
        {"state": SensorState.NO_FACE, "probabilities": (), "faces": 2, "attention": CODES[1]},
        {"state": SensorState.NO_FACE},
        {"state": SensorState.NO_FACE, "probabilities": ()},  # the place of the only one
        {"state": SensorState.NO_FACE, "probabilities": (), "faces": 0, "face": 1},
        {"state": SensorState.COVERED, "probabilities": (), "faces": 2},
    ],
)
def test_fields_that_do_not_fit_together_cannot_be_sent(changes: dict[str, object]) -> None:
    with pytest.raises(WireError):
        encode_reading(face_reading(**changes))


@given(st.integers(0, 5), st.data())
def test_the_stream_does_not_mind_how_bytes_are_cut(count: int, data: st.DataObject) -> None:
    sent = [tuple(data.draw(looks(sequence))) for sequence in range(count)]
    raw = b"".join(encode_reading(reading) for look in sent for reading in look)
    stream, got = ReadingStream(), []
    for _ in range(1000):
        if not raw:
            break
        cut = data.draw(st.integers(1, len(raw)))
        got += stream.feed(raw[:cut], 0.0)
        raw = raw[cut:]
    assert got == sent
    assert stream.bytes_received == sum(map(len, sent)) * READING_SIZE


def test_the_stream_refuses_a_picture() -> None:
    with pytest.raises(WireError):
        ReadingStream().feed(b"\xff\xd8\xff\xe0" * 100, 0.0)


def place(sequence: int, face: int, faces: int) -> Reading:
    return Reading(SensorState.NO_FACE, sequence, 1000, (), face, faces)


@pytest.mark.parametrize(
    ("before", "follower"),
    [
        ([face_reading(5)], face_reading(5)),  # the same look again
        ([face_reading(5)], face_reading(4)),
        ([face_reading(5)], face_reading(5 + BURST + 1)),  # a number that could say something
        ([face_reading(5)], face_reading(5, face=1, faces=2)),  # the second of one
        ([face_reading(5, faces=2)], face_reading(6)),  # half a look
        ([face_reading(5, faces=2)], face_reading(5, faces=2)),  # one place twice
        ([face_reading(5, faces=2)], face_reading(5, face=1, faces=3)),
        ([face_reading(5, faces=2)], face_reading(5, face=1, faces=2, time_ms=1001)),
        ([place(5, 0, 2)], place(5, 1, 2)),  # places, and nobody in them
        ([], face_reading(BURST + 1)),
    ],
)
def test_the_stream_refuses_readings_that_do_not_follow(
    before: list[Reading], follower: Reading
) -> None:
    stream = ReadingStream()
    stream.feed(b"".join(map(encode_reading, before)), 0.0)
    with pytest.raises(WireError, match="follow"):
        stream.feed(encode_reading(follower), 0.1)


def test_the_stream_gives_whole_looks_from_left_to_right() -> None:
    stream = ReadingStream()
    for sequence in range(2):
        first = face_reading(sequence, face=2, faces=3)
        rest = [place(sequence, 0, 3), face_reading(sequence, face=3, faces=3)]
        assert stream.feed(encode_reading(first), 0.0) == []
        assert stream.feed(b"".join(map(encode_reading, rest)), 0.0) == [(first, *rest)]


@pytest.mark.parametrize("code", range(256))
def test_each_attention_has_one_byte(code: int) -> None:
    data = bytearray(encode_reading(face_reading()))
    place = 20  # behind the probabilities
    data[place] = code
    data[22:] = struct.pack("<H", binascii.crc_hqx(bytes(data[:22]), 0))
    if code < len(CODES):
        assert decode_reading(bytes(data)).attention is CODES[code]
    else:
        with pytest.raises(WireError, match="attention"):
            decode_reading(bytes(data))


@pytest.mark.privacy("where attention is off, a reading that tells of it is refused")
def test_where_attention_is_off_it_is_refused(figure: Callable[[str], None]) -> None:
    for attention in Attention:
        told = face_reading(0, attention=attention)
        assert ReadingStream().feed(encode_reading(told), 0.0) == [(told,)]
        with pytest.raises(WireError, match="turned off"):
            ReadingStream(attention=False).feed(encode_reading(told), 0.0)
    figure(f"{len(Attention)} of {len(Attention)} words")


def test_faces_are_as_many_as_figures() -> None:
    assert MAX_FACES == MAX_FIGURES


def test_the_stream_forgives_readings_that_were_dropped() -> None:
    stream = ReadingStream()
    stream.feed(encode_reading(face_reading(0)), 0.0)
    stream.feed(encode_reading(face_reading(BURST)), 2.0)


@given(
    st.lists(
        st.tuples(st.floats(0, 0.5), st.integers(1, 3), st.integers(1, MAX_FACES)), max_size=200
    )
)
def test_no_window_of_time_lets_more_through_than_stated(
    samples: list[tuple[float, int, int]],
) -> None:
    """Whatever is sent and when: the bytes taken since any moment keep to the bound."""
    stream, now, sequence = ReadingStream(), 0.0, 0
    taken: list[float] = []
    for gap, step, faces in samples:
        now, sequence = now + gap, sequence + step
        try:
            for face in range(faces):
                stream.feed(encode_reading(face_reading(sequence, face=face, faces=faces)), now)
                taken.append(now)
        except WireError:
            break
    for i, start in enumerate(taken):
        for j in range(i, len(taken)):
            window = taken[j] - start
            assert j - i + 1 <= BURST + MAX_READINGS_PER_SECOND * window + 1e-3


def test_the_stream_bounds_the_rate() -> None:
    stream = ReadingStream()
    for i in range(5 * MAX_READINGS_PER_SECOND):  # the stated rate is fine for ever
        stream.feed(encode_reading(face_reading(i)), i / MAX_READINGS_PER_SECOND)
    stream, taken = ReadingStream(), 0
    with pytest.raises(WireError, match="a second"):  # noqa: PT012 (twice the rate is not)
        for taken in range(1000):
            stream.feed(encode_reading(face_reading(taken)), taken / MAX_READINGS_PER_SECOND / 2)
    assert taken <= 2 * BURST
    burst = b"".join(encode_reading(face_reading(i)) for i in range(BURST + 1))
    with pytest.raises(WireError, match="a second"):
        ReadingStream().feed(burst, 0.5)


def test_the_expression_is_the_most_probable() -> None:
    assert face_reading().expression is Expression.HAPPINESS
    assert Reading(SensorState.NO_FACE, 0, 0).expression is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=10), json_values, max_size=5))
def test_a_message_survives_and_stays_one_line(message: dict[str, object]) -> None:
    line = encode_message(message)
    assert line.count(b"\n") == 1
    assert decode_message(line) == message


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 60000, b" " * (MAX_MESSAGE_SIZE + 1)]
)
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(WireError):
        decode_message(line)


@pytest.mark.parametrize(
    "message", [{"a": float("nan")}, {"a": b"bytes"}, {"a": "x" * MAX_MESSAGE_SIZE}]
)
def test_what_cannot_be_a_message_is_not_sent(message: dict[str, object]) -> None:
    with pytest.raises(WireError):
        encode_message(message)


FIGURES = st.builds(Figure, st.sampled_from(Picture), st.floats(0, 1))


@given(st.builds(Scene, st.lists(FIGURES, min_size=1, max_size=MAX_FIGURES).map(tuple)))
def test_a_scene_survives(scene: Scene) -> None:
    assert Scene.from_message(decode_message(encode_message(scene.to_message()))) == scene


GOOD = {"picture": "away", "strength": 1.0}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "x"},
        {"figures": []},
        {"figures": GOOD},
        {"figures": [GOOD] * (MAX_FIGURES + 1)},
        {"figures": [GOOD, "away"]},
        {"figures": [{**GOOD, "picture": "x"}]},
        {"figures": [{**GOOD, "picture": []}]},
        {"figures": [{**GOOD, "strength": True}]},
        {"figures": [{**GOOD, "strength": 2}]},
        {"figures": [{**GOOD, "strength": "1"}]},
        {"figures": [{"picture": "away"}]},
    ],
)
def test_what_is_no_scene_is_refused(changes: dict[str, object]) -> None:
    message = {**Scene.of(Picture.AWAY).to_message(), **changes}
    with pytest.raises(WireError):
        Scene.from_message(message)
