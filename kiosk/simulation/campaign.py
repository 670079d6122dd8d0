"""Many seeds, on one core or several, and the figures at the end."""

import multiprocessing
import re
import signal
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from kiosk.simulation.judge import Invariant
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.outside.line import OUT_OF_ORDER
from kiosk.simulation.quiet import be_quiet
from kiosk.simulation.world import APPLICANTS, run_world

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 4
_AHEAD = 16
"""Pieces of work that are given to each process ahead of the one whose result comes next."""

_KEY = re.compile(r"\d+/(.+?)(?: at [a-z_]+)?#\d+")
_YEAR_S = 365.25 * 86400.0


@dataclass(slots=True)
class Figures:
    """What a campaign did.

    Attributes:
        seconds: virtual time of all worlds together.
        faults: how often each kind of fault struck.
        disorder: what did not come in its order, and when notifications came, by kind.
        failing: seeds in which an invariant broke, with the first thing that broke.
    """

    worlds: int = 0
    visits: int = 0
    crashes: int = 0
    records: int = 0
    seconds: float = 0.0
    checked: Counter[Invariant] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    disorder: Counter[str] = field(default_factory=Counter)
    failing: dict[int, str] = field(default_factory=dict)

    @property
    def years(self) -> float:
        return self.seconds / _YEAR_S

    @property
    def out_of_order(self) -> int:
        """Return how many answers and requests did not come in their order."""
        return sum(self.disorder[kind] for kind in OUT_OF_ORDER)

    def add(self, other: "Figures") -> None:
        """Take another campaign's figures in."""
        self.worlds += other.worlds
        self.visits += other.visits
        self.crashes += other.crashes
        self.records += other.records
        self.seconds += other.seconds
        self.checked += other.checked
        self.faults += other.faults
        self.disorder += other.disorder
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
        self.disorder += outcome.disorder
        if outcome.broken:
            self.failing[outcome.seed] = str(outcome.broken[0])


def kind_of(key: str) -> str:
    """Return the kind of fault of a key: without applicant, step and number."""
    match = _KEY.fullmatch(key)
    return match[1] if match else key


def campaign(seeds: range, jobs: int = 1, applicants: int = APPLICANTS) -> Generator[Figures, None, None]:
    """Run the seeds in order; yield the figures of a few worlds at a time."""
    chunks = ((seeds[i : i + _CHUNK], applicants) for i in range(0, len(seeds), _CHUNK))
    yield from spread(_run, chunks, jobs)


def spread(work: Callable[[T], R], pieces: Iterable[T], jobs: int) -> Generator[R, None, None]:
    """Do a work's pieces, in several processes if `jobs` is more than one; yield the results in order.

    Pieces are taken as they are needed. Whoever closes the iterator ends the processes in the middle of
    their work. Ctrl-C, which a terminal sends to all of them, is for the process that called this.
    """
    if jobs == 1:
        yield from map(work, pieces)
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=be_quiet)
    given: deque[Future[R]] = deque()
    try:
        for piece in pieces:
            given.append(_give(pool, work, piece))
            if len(given) > jobs * _AHEAD:
                yield given.popleft().result()
        while given:
            yield given.popleft().result()
        pool.shutdown()
    finally:
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        pool.shutdown(cancel_futures=True)


def _give(pool: ProcessPoolExecutor, work: Callable[[T], R], piece: T) -> Future[R]:
    """Give a piece of work to the pool, which starts its processes as they are needed.

    They inherit that SIGINT is blocked, and so never see it, not even while they import.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(work, piece)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(chunk: tuple[range, int]) -> Figures:
    seeds, applicants = chunk
    figures = Figures()
    for seed in seeds:
        figures.count(run_world(seed, applicants=applicants))
    return figures
