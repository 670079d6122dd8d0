"""Seconds left until a moment of the runtime's clock, counted on between two snapshots."""

from collections.abc import Callable
from datetime import datetime
from math import ceil

from PySide6.QtCore import QElapsedTimer


def stopwatch() -> Callable[[], float]:
    """Return a function that gives the seconds since this call, by Qt's steady clock."""
    timer = QElapsedTimer()
    timer.start()
    return lambda: timer.elapsed() / 1000.0


class Countdown:
    """Counts from the snapshot's own `now`: the screen never compares with another clock.

    Args:
        elapsed: seconds by a steady clock, from any origin.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._left_s: float | None = None
        self._set_at = 0.0

    def aim(self, until: datetime | None, now: datetime) -> None:
        """Count towards `until` as seen from the snapshot's `now`; None stops."""
        self._left_s = None if until is None else (until - now).total_seconds()
        self._set_at = self._elapsed()

    @property
    def running(self) -> bool:
        return self._left_s is not None

    @property
    def seconds(self) -> int:
        """Whole seconds left, never below 0; -1 where nothing is counted."""
        if self._left_s is None:
            return -1
        return max(ceil(self._left_s - (self._elapsed() - self._set_at)), 0)
