"""A plain program that uses a camera by V4L2, for what ffmpeg cannot be told to do.

    reader.py stream NODE          streams until stdin ends; "picture FILE" writes the next frame
    reader.py hold NODE            opens it, asks what lists of cameras ask, and keeps it open
    reader.py read NODE            takes frames by read(2) until stdin ends
    reader.py cycle NODE COUNT     opens, streams one frame and closes, so many times
    reader.py many NODE COUNT      so many processes that stream at the same time
    reader.py write NODE WxH       is a writer of grey frames
    reader.py rearm NODE           lets a device of 0.12.7 take the next writer

It says one JSON line for each thing that happened. Standard library only; the calls and layouts are
those of <linux/videodev2.h> on 64-bit systems.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import mmap
import os
import select
import struct
import sys
import time
from pathlib import Path

CAPTURE, OUTPUT = 1, 2
QUERYCAP, ENUM_FMT, G_FMT, S_FMT = 0x80685600, 0xC0405602, 0xC0D05604, 0xC0D05605
REQBUFS, QUERYBUF, QBUF, DQBUF = 0xC0145608, 0xC0585609, 0xC058560F, 0xC0585611
STREAMON, STREAMOFF = 0x40045612, 0x40045613
BUFFERS = 2
#: Seconds for which a cycle goes on after its frame: who is gone at once is not even noticed.
STAY = 0.1


def tell(event: str, **values: object) -> None:
    print(json.dumps({"event": event, "t": time.monotonic(), **values}), flush=True)


class Stream:
    """A camera that streams into memory.

    Raises:
        OSError: if the driver refuses; ``filename`` is the call that it refused.
    """

    def __init__(self, node: str) -> None:
        self.descriptor = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._maps: list[mmap.mmap] = []
        try:
            shape = bytearray(208)
            struct.pack_into("<I", shape, 0, CAPTURE)
            self._call(G_FMT, shape)
            _, self.width, self.height = struct.unpack_from("<I4xII", shape)
            request = bytearray(struct.pack("<III8x", BUFFERS, CAPTURE, 1))
            self._call(REQBUFS, request)
            for index in range(struct.unpack_from("<I", request)[0]):
                buffer = self._buffer(index)
                self._call(QUERYBUF, buffer)
                offset, length = struct.unpack_from("<I4xI", buffer, 64)
                self._maps.append(
                    mmap.mmap(
                        self.descriptor, length, mmap.MAP_SHARED, mmap.PROT_READ, offset=offset
                    )
                )
                self._call(QBUF, buffer)
            self._call(STREAMON, bytearray(struct.pack("<i", CAPTURE)))
        except OSError:
            self.close()
            raise

    def _call(self, request: int, argument: bytearray) -> None:
        fcntl.ioctl(self.descriptor, request, argument)

    def _buffer(self, index: int = 0) -> bytearray:
        buffer = bytearray(88)
        struct.pack_into("<II", buffer, 0, index, CAPTURE)
        struct.pack_into("<I", buffer, 60, 1)  # memory: mmap
        return buffer

    def frame(self, seconds: float) -> bytes | None:
        """The next frame; None if there is none in time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.descriptor], [], [], left)[0]:
                return None
            buffer = self._buffer()
            try:
                self._call(DQBUF, buffer)
            except OSError as error:
                # EINVAL is a flaw of 0.12.7: while another reader starts, the buffers count as not
                # mapped for a moment, for all.
                if error.errno not in (errno.EAGAIN, errno.EINVAL):
                    raise
                time.sleep(0.01)
                continue
            index, _, used = struct.unpack_from("<III", buffer)
            data = self._maps[index][:used]
            self._call(QBUF, buffer)
            return data
        return None

    def close(self) -> None:
        for each in self._maps:
            each.close()
        os.close(self.descriptor)


def stream(node: str) -> None:
    camera = Stream(node)
    tell("streaming", width=camera.width, height=camera.height)
    last = time.monotonic()
    while True:
        ready = select.select([camera.descriptor, 0], [], [], 1.0)[0]
        if 0 in ready:
            line = sys.stdin.readline()
            if not line:
                break
            asked = time.monotonic()
            for _ in range(3):  # the first may have waited there since before the question
                data = camera.frame(20)
            arrived = time.monotonic()
            if data is None:
                tell("silence", seconds=arrived - asked)
            else:
                Path(line.split()[1]).write_bytes(data)
                tell("picture", **{"from": asked, "to": arrived, "size": len(data)})
        elif camera.descriptor in ready and camera.frame(0.1) is not None:
            last = time.monotonic()
            time.sleep(0.05)  # an emulated CPU has better to do than to take every frame
    camera.close()
    tell("closed", last=last)


def hold(node: str) -> None:
    descriptor = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(descriptor, QUERYCAP, bytearray(104))
    with contextlib.suppress(OSError):
        fcntl.ioctl(descriptor, ENUM_FMT, bytearray(struct.pack("<II56x", 0, CAPTURE)))
    tell("held")
    sys.stdin.read()


def read(node: str) -> None:
    descriptor = os.open(node, os.O_RDONLY | os.O_CLOEXEC)
    frames = 0
    while not select.select([0], [], [], 0)[0]:
        os.read(descriptor, 1 << 22)
        frames += 1
        if frames == 1:
            tell("reading")
    tell("closed", frames=frames)


def cycle(node: str, count: int) -> None:
    frames, refused = 0, []
    for _ in range(count):
        try:
            camera = Stream(node)
            frames += camera.frame(20) is not None
            time.sleep(STAY)
            camera.close()
        except OSError as error:
            refused.append(errno.errorcode.get(error.errno, "?"))
    tell("cycled", count=count, frames=frames, refused=refused)


def many(node: str, count: int) -> None:
    """Each says "streaming" or why not, and all stay until stdin ends."""
    ended, end = os.pipe()
    children = []
    for _ in range(count):
        said, say = os.pipe()
        if (child := os.fork()) == 0:
            os.close(end)
            code = one_of_many(node, ended, say)
            os._exit(code)
        os.close(say)
        children.append((child, said))
    tell("many", outcomes=[os.read(said, 64).decode() for _, said in children])
    sys.stdin.read()
    os.close(end)
    tell("closed", codes=[os.waitpid(child, 0)[1] for child, _ in children])


def one_of_many(node: str, ended: int, say: int) -> int:
    try:
        camera = Stream(node)
        got = sum(camera.frame(60) is not None for _ in range(3))
        os.write(say, b"streaming" if got == 3 else b"no frames")
    except OSError as error:
        os.write(say, errno.errorcode.get(error.errno, "?").encode())
        os.read(ended, 1)
        return 0
    while not select.select([ended], [], [], 0.1)[0]:
        camera.frame(0.1)
    camera.close()
    return 0


def write(node: str, size: str) -> None:
    width, height = map(int, size.split("x"))
    descriptor = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    shape = bytearray(208)
    struct.pack_into("<I4xIII", shape, 0, OUTPUT, width, height, int.from_bytes(b"YU12", "little"))
    fcntl.ioctl(descriptor, S_FMT, shape)
    frame = bytes([128]) * (width * height * 3 // 2)
    os.write(descriptor, frame)
    tell("writing")
    while not select.select([0], [], [], 0.05)[0]:
        os.write(descriptor, frame)
    os.close(descriptor)
    tell("closed")


def rearm(node: str) -> None:
    """See emocam/stage/sinks/v4l2.py; here it is done for the webcam's feeder."""
    descriptor = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    with contextlib.suppress(OSError):
        fcntl.ioctl(descriptor, STREAMON, struct.pack("<i", OUTPUT))
    os.close(descriptor)


def main(mode: str, node: str, *more: str) -> int:
    try:
        match mode:
            case "stream":
                stream(node)
            case "hold":
                hold(node)
            case "read":
                read(node)
            case "cycle":
                cycle(node, int(more[0]))
            case "many":
                many(node, int(more[0]))
            case "rearm":
                rearm(node)
            case "write":
                rearm(node)
                write(node, more[0])
    except OSError as error:
        tell("refused", errno=errno.errorcode.get(error.errno or 0, "?"), why=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
