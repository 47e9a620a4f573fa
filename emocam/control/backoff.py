"""How long to wait before a child that died is started again."""

from __future__ import annotations

#: Seconds before the first, second, ... restart; the last one repeats.
DELAYS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
#: A child that lived so many seconds counts as well again.
HEALTHY = 30.0


class Backoff:
    """Delays that grow while a child keeps dying young. Pure: the life is passed in."""

    def __init__(self) -> None:
        self.failures = 0

    def next_delay(self, lifetime: float) -> float:
        """The seconds to wait now.

        Args:
            lifetime: how many seconds the child lived.
        """
        if lifetime >= HEALTHY:
            self.failures = 0
        self.failures += 1
        return DELAYS[min(self.failures, len(DELAYS)) - 1]
