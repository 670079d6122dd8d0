"""Many seeds, on one core or several, and the figures at the end."""

import multiprocessing
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from kiosk.simulation.judge import Invariant
from kiosk.simulation.quiet import be_quiet
from kiosk.simulation.world import APPLICANTS, Outcome, run_world

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 10
_KEY = re.compile(r"\d+/(.+?)(?: at [a-z_]+)?#\d+")
_YEAR_S = 365.25 * 86400.0


@dataclass(slots=True)
class Figures:
    """What a campaign did.

    Attributes:
        seconds: virtual time of all worlds together.
        faults: how often each kind of fault struck.
        failing: seeds in which an invariant broke, with the first thing that broke.
    """

    worlds: int = 0
    visits: int = 0
    crashes: int = 0
    records: int = 0
    seconds: float = 0.0
    checked: Counter[Invariant] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    failing: dict[int, str] = field(default_factory=dict)

    @property
    def years(self) -> float:
        return self.seconds / _YEAR_S

    def add(self, other: "Figures") -> None:
        """Take another campaign's figures in."""
        self.worlds += other.worlds
        self.visits += other.visits
        self.crashes += other.crashes
        self.records += other.records
        self.seconds += other.seconds
        self.checked += other.checked
        self.faults += other.faults
        self.failing |= other.failing

    def count(self, outcome: Outcome) -> None:
        """Take one world in."""
        self.worlds += 1
        self.visits += outcome.visits
        self.crashes += outcome.crashes
        self.records += outcome.records
        self.seconds += outcome.seconds
        self.checked += outcome.checked
        self.faults.update(kind_of(key) for key in outcome.happened)
        if outcome.broken:
            self.failing[outcome.seed] = str(outcome.broken[0])


def kind_of(key: str) -> str:
    """Return the kind of fault of a key: without applicant, step and number."""
    match = _KEY.fullmatch(key)
    return match[1] if match else key


def campaign(seeds: range, jobs: int = 1, applicants: int = APPLICANTS) -> Iterator[Figures]:
    """Run the seeds; yield the figures of a few worlds at a time."""
    yield from spread(_run, [(seeds[i : i + _CHUNK], applicants) for i in range(0, len(seeds), _CHUNK)], jobs)


def spread(work: Callable[[T], R], pieces: Sequence[T], jobs: int) -> Iterator[R]:
    """Do a work's pieces, in several processes if `jobs` is more than one; yield the results in order."""
    if jobs == 1:
        yield from map(work, pieces)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=be_quiet) as pool:
        yield from pool.map(work, pieces)


def _run(chunk: tuple[range, int]) -> Figures:
    seeds, applicants = chunk
    figures = Figures()
    for seed in seeds:
        figures.count(run_world(seed, applicants=applicants))
    return figures
