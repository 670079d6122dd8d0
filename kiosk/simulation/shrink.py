"""A failing seed made short: the fewest faults that still break the same invariant.

Delta debugging after Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE
Transactions on Software Engineering 28(2), 2002: take away ever smaller parts as long as it still fails.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.simulation.fate import Plan
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.story import tell
from kiosk.simulation.world import run_world

RUNS = 600
"""How many worlds a shrinking may run."""

Faults = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A failure that a human can read, and a test can keep.

    Attributes:
        faults: the only faults that are needed; `Plan(storm=0.0, forced=frozenset(faults))` repeats it.
        runs: how many worlds it took to find out.
    """

    seed: int
    applicants: int
    faults: Faults
    outcome: Outcome
    runs: int

    def lines(self) -> tuple[str, ...]:
        """Return the story line by line."""
        return tell(self.seed, self.applicants, self.faults, self.outcome)


def shrink(failing: Outcome, applicants: int) -> Story:
    """Find the shortest story in which the same invariant breaks."""
    search = _Search(failing)
    fewest = next(
        (count for count in range(1, applicants) if search.breaks(failing.happened, count)), applicants
    )
    faults = minimal(failing.happened, lambda kept: search.breaks(kept, fewest))
    outcome = run_world(failing.seed, _only(faults), fewest)
    return Story(failing.seed, fewest, faults, outcome, search.runs)


def minimal(faults: Faults, still_fails: Callable[[Faults], bool]) -> Faults:
    """Return a part of `faults` of which nothing more can be taken away."""
    parts = 2
    while faults:
        size = max(len(faults) // parts, 1)
        chunks = [faults[i : i + size] for i in range(0, len(faults), size)]
        for chunk in chunks:
            rest = tuple(fault for fault in faults if fault not in chunk)
            if still_fails(rest):
                faults, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(faults))
    return faults


class _Search:
    """Counts the worlds that were run, and stops trying when they are too many."""

    def __init__(self, failing: Outcome) -> None:
        self._seed = failing.seed
        self._invariant = failing.broken[0].invariant
        self.runs = 0

    def breaks(self, faults: Faults, applicants: int) -> bool:
        if self.runs >= RUNS:
            return False
        self.runs += 1
        outcome = run_world(self._seed, _only(faults), applicants)
        return any(violation.invariant is self._invariant for violation in outcome.broken)


def _only(faults: Faults) -> Plan:
    return Plan(storm=0.0, forced=frozenset(faults))
