"""A store that keeps to a number of bytes; what was not wanted for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values by key.

    Args:
        limit: the most bytes to keep; the newest value is kept even if it is larger.
        weigh: the bytes of a value.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int]) -> None:
        self.limit = limit
        self.size = 0
        self._weigh = weigh
        self._values: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def get(self, key: K) -> V | None:
        """The value of a key, which counts as wanted now; None if there is none."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value; it counts as wanted now."""
        old = self._values.pop(key, None)
        if old is not None:
            self.size -= self._weigh(old)
        weight = self._weigh(value)
        while self._values and self.size + weight > self.limit:
            _, gone = self._values.popitem(last=False)
            self.size -= self._weigh(gone)
        self._values[key] = value
        self.size += weight
