"""Frames on the pipe of a live view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import WireError
from emocam.frames import Frame, FrameReader, view_size
from emocam.settings.schema import declarations

FRAMES = st.builds(
    lambda width, height, shade: Frame(width, height, bytes([shade]) * (3 * width * height)),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(0, 255),
)


@given(st.lists(FRAMES, max_size=5), st.lists(st.integers(1, 300), max_size=20))
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    frames: list[Frame], cuts: list[int]
) -> None:
    data = b"".join(frame.encode() for frame in frames)
    reader, found = FrameReader(), []
    for cut in cuts:
        piece, data = data[:cut], data[cut:]
        found += reader.feed(piece)
    assert found + reader.feed(data) == frames


@given(st.binary(min_size=8, max_size=64))
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    if not data.startswith(b"EMFR"):
        with pytest.raises(WireError):
            FrameReader().feed(data)


@pytest.mark.parametrize("head", [b"EMFR\x00\x00\x01\x00", b"EMFR\xff\xff\x01\x00"])
def test_sizes_out_of_all_reason_are_refused(head: bytes) -> None:
    with pytest.raises(WireError):
        FrameReader().feed(head)


@given(st.integers(160, 960), st.integers(90, 540))
def test_each_output_has_a_view_that_a_stage_can_draw(half_width: int, half_height: int) -> None:
    width, height = view_size(2 * half_width, 2 * half_height)
    for key, value in (("output.width", width), ("output.height", height)):
        declarations()[key].check(value)
    assert (width, height) == (480, 270) or half_width * 9 != half_height * 16
