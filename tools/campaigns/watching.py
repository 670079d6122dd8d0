"""One process is watched while visits go by: readings, leaks on purpose, and the verdict in the end."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk.clock import SystemClock
from tools.campaigns.steadiness import FEWEST, MOST_BYTES, Reading, grown, memory_slope, read

_READINGS = 100
_LONGEST_BATCH = 200
"""Visits that a roll of slips and a film outlast, with room."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How long, and the controls.

    Attributes:
        hoard: bytes that are leaked on purpose after each visit.
        hoard_objects: objects that are leaked on purpose: QObjects where there is a screen, else Python's.
    """

    visits: int
    longest_s: float
    hoard: int = 0
    hoard_objects: int = 0


class Watch:
    """Counts the visits, leaks what is to be leaked, and keeps the readings."""

    def __init__(
        self,
        wish: Wish,
        qobjects: Callable[[], int] = lambda: 0,
        make: Callable[[], object] = lambda: [],
    ) -> None:
        """Watch this process.

        Args:
            qobjects: counts Qt's objects.
            make: makes an object to be leaked on purpose.
        """
        self.readings: list[Reading] = []
        self._wish, self._qobjects, self._make = wish, qobjects, make
        self._clock = SystemClock()
        self._until = self._clock.monotonic() + wish.longest_s
        self._every = min(max(wish.visits // _READINGS, 1), _LONGEST_BATCH)
        self._hoarded: list[object] = []
        self._unprinted = 0

    def visits(self) -> Iterator[int]:
        """Yield the number of each visit, from 1, as long as there is time."""
        number = 0
        while number < self._wish.visits and self._clock.monotonic() < self._until:
            number += 1
            yield number

    def over(self, *, printed: bool = True) -> None:
        """Count a visit that has ended, and leak on purpose what it is to leak."""
        self._unprinted += not printed
        self._hoarded.append(os.urandom(self._wish.hoard))
        self._hoarded.extend(self._make() for _ in range(self._wish.hoard_objects))

    def due(self, number: int) -> bool:
        """Tell whether a reading is due after this visit."""
        return number % self._every == 0

    def read(self, number: int) -> None:
        """Read now, and say what was read."""
        self.readings.append(read(number, self._qobjects()))
        print(self.readings[-1], flush=True)

    def verdict(self) -> int:
        """Say what grew; return the exit code: 0 steady, 1 something grew, 3 too few visits to tell.

        A visit that printed nothing is as bad as one that leaks: something else was measured than was meant.
        """
        visits = self.readings[-1].visits
        a_visit = memory_slope(self.readings)
        print(f"second half: memory grows by {a_visit:.0f} bytes a visit (steady up to {MOST_BYTES:.0f})")
        if visits < FEWEST:
            print(f"{visits} visits: too few to tell; at least {FEWEST}")
            return 3
        found = grown(self.readings)
        if self._unprinted:
            print(f"{self._unprinted} of the visits printed nothing")
        print(f"{visits} visits: " + (f"grew: {', '.join(found)}" if found else "steady"))
        return 1 if found or self._unprinted else 0
