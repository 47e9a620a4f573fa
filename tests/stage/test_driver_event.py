"""What v4l2loopback tells of readers: how it is asked. The driver itself is asked in tests/e2e."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.stage.watchers import usage
from emocam.stage.watchers.base import Watched
from emocam.stage.watchers.linux import AGAIN, LinuxWatchers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
#: A device that everybody may open.
DEVICE = "/dev/zero"


def test_numbers_and_sizes_of_the_event_calls() -> None:
    """As in linux/videodev2.h on 64-bit systems; strace prints the same."""
    assert usage._DQEVENT == 0x80885659
    assert usage._SUBSCRIBE == 0x4020565A
    assert usage._UNSUBSCRIBE == 0x4020565B
    assert usage._TYPES == (0x10E00001, 0x08000000)


def test_a_device_without_the_event() -> None:
    descriptor = os.open(DEVICE, os.O_RDONLY)
    assert not usage.is_told(descriptor)
    assert LinuxWatchers(descriptor).look(0.0) == Watched("holders", 0)
    os.close(descriptor)


class Script(usage.ClientUsage):
    """What a driver tells, look by look; it answers each question at once."""

    def __init__(self) -> None:
        self.count = 0
        self.told = [0]
        self.asked = 0

    def ask(self) -> None:
        self.asked += 1
        self.told.append(self.count)

    def read(self) -> list[int]:
        told, self.told = self.told, []
        return told


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.floats(0, 3))))
def test_the_count_is_right_even_if_an_event_is_lost(
    changes: list[tuple[int, bool, float]],
) -> None:
    script, watchers = Script(), LinuxWatchers(-1)
    watchers._usage = script
    now = 0.0
    for count, lost, delay in changes:
        now += delay
        script.count = count
        if not lost:
            script.told.append(count)
        watchers.look(now)
        later = watchers.look(now + AGAIN)
        assert watchers.look(now + AGAIN) == Watched("event", count)
        assert later is not None
        now += AGAIN
    assert script.asked <= 2 * len(changes)
