"""Seconds left as the runtime told them, counted on between two snapshots."""

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QElapsedTimer


def stopwatch() -> Callable[[], float]:
    """Return a function that gives the seconds since this call, by Qt's steady clock."""
    timer = QElapsedTimer()
    timer.start()
    return lambda: timer.elapsed() / 1000.0


class Countdown:
    """Counts down from what a snapshot says is left: no wall clock, which may be set, is ever looked at.

    Args:
        elapsed: seconds by a steady clock, from any origin.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._left_s: float | None = None
        self._set_at = 0.0

    def aim(self, left_s: float | None) -> None:
        """Count `left_s` seconds down from now on; None stops."""
        self._left_s = left_s
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
