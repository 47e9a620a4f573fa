"""What it costs to know who reads EmoCam.

    python -m benchmarks.watchers [--processes 100] [--descriptors 80]

A look at all processes is needed where v4l2loopback does not tell (below 0.13): once when somebody
opens or closes the camera, and twice a second where the system gives no inotify. So that the figure
fits a desktop, as many processes with as many open descriptors each are started first. The look at
one process that reads is what is repeated twice a second while there is one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from emocam.control.watchers.holders import Holders

_PROGRAM = """
import os, sys
for _ in range(int(sys.argv[1])):
    os.open("/dev/null", os.O_RDONLY)
print(flush=True)
input()
"""


def seconds(work: Callable[[], object], repeats: int = 30) -> float:
    """The median time of a piece of work on this thread's own processor clock."""
    taken = []
    for _ in range(repeats):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return sorted(taken)[len(taken) // 2]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--processes", type=int, default=100)
    parser.add_argument("--descriptors", type=int, default=80)
    options = parser.parse_args()
    command = [sys.executable, "-S", "-E", "-c", _PROGRAM, str(options.descriptors)]
    with ExitStack() as stack:
        for _ in range(options.processes):
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdout is not None
            process.stdout.readline()
        holders = Holders("/dev/full")
        descriptors = 0
        for folder in Path("/proc").glob("[0-9]*/fd"):
            try:
                descriptors += len(os.listdir(folder))  # noqa: PTH208
            except OSError:
                continue
        every = seconds(holders.all) * 1000
        one = seconds(lambda: Holders("/dev/null").one(process.pid)) * 1000
    print(f"A look at all processes ({descriptors} descriptors): {every:.1f} ms")
    print(f"A look at one process that has the device open: {one:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
