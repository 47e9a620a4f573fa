"""v4l2loopback's own word on who reads: the client-usage event of release 0.12.8 and later.

The driver queues it when a reader starts or stops to stream, on each descriptor that subscribed to
it, and once when somebody subscribes. Its number and layout stand in v4l2loopback.c ("Event APIs");
those of the calls in <linux/videodev2.h>. From 0.14 on the count is 0 or 1, because one reader at a
time may stream; before, it counts them.
"""

from __future__ import annotations

import errno
import fcntl
import select
import struct

_PRIVATE_START = 0x0800_0000
#: The event's number from 0.13 on, and the one of 0.12.8.
_TYPES = (_PRIVATE_START + 0x08E0_0000 + 1, _PRIVATE_START)
_SEND_INITIAL = 1

_SUBSCRIPTION = struct.Struct("=III20x")  # type, id, flags
_EVENT_SIZE = 136  # struct v4l2_event on 64-bit systems: type, padding, a union of 64 bytes, ...
_EVENT = struct.Struct("=I4xI")  # type, and the first word of the union: the count

_DQEVENT = 2 << 30 | _EVENT_SIZE << 16 | ord("V") << 8 | 89
_SUBSCRIBE = 1 << 30 | _SUBSCRIPTION.size << 16 | ord("V") << 8 | 90
_UNSUBSCRIBE = 1 << 30 | _SUBSCRIPTION.size << 16 | ord("V") << 8 | 91


class ClientUsage:
    """The event on a descriptor that this process has open anyway; never waits.

    Args:
        descriptor: of the device; stays the caller's.

    Raises:
        OSError: if the driver has no such event.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLPRI)
        self._type = self._subscribe()

    def ask(self) -> None:
        """Have the driver state the count anew; :meth:`read` gives it.

        An event that got lost would else leave a wrong count standing for ever. To subscribe twice
        does nothing, so the first subscription has to go.

        Raises:
            OSError: if the device is gone.
        """
        fcntl.ioctl(self._descriptor, _UNSUBSCRIBE, _SUBSCRIPTION.pack(self._type, 0, 0))
        self._subscribe()

    def read(self) -> list[int]:
        """The counts that were told since the last call, the newest last.

        Raises:
            OSError: if the device is gone.
        """
        counts = []
        while self._ready():
            buffer = bytearray(_EVENT_SIZE)
            fcntl.ioctl(self._descriptor, _DQEVENT, buffer)
            kind, count = _EVENT.unpack_from(buffer)
            if kind == self._type:
                counts.append(count)
        return counts

    def _ready(self) -> bool:
        # A device that is gone is ready as well, with an error for an event.
        return any(events & select.POLLPRI for _, events in self._poll.poll(0))

    def _subscribe(self) -> int:
        for kind in _TYPES:
            try:
                message = _SUBSCRIPTION.pack(kind, 0, _SEND_INITIAL)
                fcntl.ioctl(self._descriptor, _SUBSCRIBE, message)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOTTY) or kind == _TYPES[-1]:
                    raise
            else:
                return kind
        raise AssertionError("the last kind either returns or raises")


def is_told(descriptor: int) -> bool:
    """Whether the driver of an open device tells who reads it."""
    try:
        ClientUsage(descriptor)
    except OSError:
        return False
    return True
