"""EmoCam's own processes are started as the one that starts them was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emocam import another

SAY = "from emocam.another import python; print(*python('other'))"


@pytest.mark.parametrize("option", ["-I", "-P"])
def test_an_isolated_process_starts_isolated_ones(option: str) -> None:
    done = subprocess.run([sys.executable, option, "-c", SAY], stdout=subprocess.PIPE, text=True)
    assert done.stdout.split() == ["other", option]


def test_it_is_this_python() -> None:
    assert another.python()[0] == sys.executable
