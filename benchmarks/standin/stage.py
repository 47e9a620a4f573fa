"""The stage process with the stand-in virtual camera.

Everything is the product's but the device: an entry in a folder that looks like the kernel's list,
what the driver answers about it, and pyvirtualcam's back end.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

#: A folder like /sys/class/video4linux with the device.
SYSFS = "BENCH_SYSFS"


def make_sysfs(folder: Path, label: str = "EmoCam") -> None:
    """Write such a folder."""
    device = folder / "video9"
    device.mkdir(parents=True, exist_ok=True)
    for name, text in {"name": label, "max_openers": "10", "buffers": "2"}.items():
        (device / name).write_text(f"{text}\n", encoding="utf-8")


@contextmanager
def _opened(path: str) -> Iterator[int]:
    yield -1


def main() -> int:
    """Run the process; returns its exit code."""
    from benchmarks.standin import sink
    from emocam.stage import __main__
    from emocam.stage.sinks import linux, linux_devices, v4l2

    answer = v4l2.Capability(v4l2.LOOPBACK_DRIVER, "EmoCam", (0, 12, 7), v4l2.OUTPUT)
    listed = linux_devices.devices

    def devices(sysfs: Path = linux_devices.SYSFS) -> Iterator[linux_devices.Device]:
        # The entry stands for the node in /dev as well, which the stage looks for.
        for device in listed(sysfs):
            yield replace(device, path=str(sysfs / Path(device.path).name))

    linux_devices.devices = devices
    v4l2.opened = _opened
    v4l2.query = lambda descriptor: answer
    v4l2.descriptors_of = lambda path, process="self": {}
    linux.VirtualCamera = functools.partial(  # type: ignore[assignment,misc]
        linux.VirtualCamera, sysfs=Path(os.environ[SYSFS])
    )
    sink.install()
    return __main__.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
