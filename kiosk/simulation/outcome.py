"""What became of one world."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from kiosk.simulation.judge import Invariant, Violation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one world.

    Attributes:
        crashes: how often the program stopped and was started again.
        seconds: virtual time that passed.
        endings: how each visit ended, in words.
        happened: keys of the faults that struck; what `Plan` can suppress or force.
        disorder: what did not come in its order, and when notifications came, counted by kind.
        trace: everything that happened, one line each.
    """

    seed: int
    visits: int
    crashes: int
    records: int
    seconds: float
    checked: Counter[Invariant]
    broken: tuple[Violation, ...]
    endings: tuple[str, ...]
    happened: tuple[str, ...]
    disorder: Counter[str]
    trace: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Two runs of one seed have the same."""
        return sha256("\n".join(self.trace).encode()).hexdigest()
