"""Every single point: each fault alone wherever it can strike, and a crash at each point of what follows.

The points are not listed by hand: a visit on which nothing goes wrong is asked for everything that could
have, and each of these then strikes alone, in a world of its own.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from kiosk.simulation.campaign import kind_of, spread
from kiosk.simulation.fate import Plan
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.power import KILLED, POWER_CUT
from kiosk.simulation.world import run_world
from kiosk.visit.model import Step
from kiosk.visit.table import TABLE

SEED = 24
"""The world in which the points are walked: its one applicant pays the code on the screen, and gets it."""

OTHER_WAYS: Mapping[str, int] = {"card": 25, "purse": 26, "payer's code": 9}
"""Worlds in which it is paid otherwise; there only the points of paying are walked, the rest is the same."""

_PAYING = frozenset({Step.OPENING_PAYMENT, Step.PAYING, Step.CLOSING_PAYMENT, Step.ISSUING})

_WRITES = ("in a commit", "after the record")
_OUTCOMES = (
    "after card_",
    "after gateway.",
    "after authority.",
    "after slip_",
    "after terminal.",
    "after purse.",
    "after the purse record",
    "while ",
)


@dataclass(frozen=True, slots=True)
class Point:
    """One fault that can strike, where the visit stands then."""

    key: str
    step: str
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of a visit that a fault struck at a step.

    Attributes:
        endings: how the visits of that world ended, in words.
        crashes: how many further worlds put a crash at each write and each outcome after the fault.
        broken: what broke in any of them; empty where everything held.
    """

    fault: str
    step: str
    endings: tuple[str, ...]
    crashes: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells, by fault and step; several points of one kind in one step share a cell."""

    steps: tuple[str, ...]
    faults: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]


def points(*forced: str, seed: int = SEED) -> tuple[Point, ...]:
    """Return everything that could go wrong in a walked world, after the forced faults have struck."""
    found: list[Point] = []
    run_world(seed, _plan(forced), 1, lambda key, step: found.append(Point(key, step, seed)))
    keys = [point.key for point in found]
    first = max((keys.index(key) + 1 for key in forced if key in keys), default=0)
    return tuple(found[first:])


def every(*, own_kinds: bool = False) -> tuple[Point, ...]:
    """Return the points of all walked worlds.

    `own_kinds`: of the other ways to pay only kinds of faults that the first world does not have.
    """
    first = points()
    known = {kind_of(point.key) for point in first} if own_kinds else set()
    paying = (point for seed in OTHER_WAYS.values() for point in points(seed=seed) if point.step in _PAYING)
    return (*first, *(point for point in paying if kind_of(point.key) not in known))


def strike(*forced: str, seed: int = SEED) -> Outcome:
    """Run a walked world with exactly these faults."""
    return run_world(seed, _plan(forced), 1)


def walk(
    walked: Sequence[Point], *, deep: bool = True, jobs: int = 1
) -> Generator[tuple[Point, Cell], None, None]:
    """Strike at each of the points alone; yield what became of each.

    `deep` puts a crash at every write and every outcome after each fault, too.
    """
    with closing(spread(_struck_deep if deep else _struck, walked, jobs)) as cells:
        yield from zip(walked, cells, strict=True)


def _struck(point: Point) -> Cell:
    return _cell(point, ())


def _struck_deep(point: Point) -> Cell:
    return _cell(point, tuple(_crashes(point)))


def _cell(point: Point, crashes: tuple[str, ...]) -> Cell:
    """Strike at a point alone, and again with each of the crashes after it."""
    outcome = strike(point.key, seed=point.seed)
    broken = [str(violation) for violation in outcome.broken]
    for crash in crashes:
        world = strike(point.key, crash, seed=point.seed)
        broken += (f"with {crash!r} after {point.key!r} of seed {point.seed}: {v}" for v in world.broken)
    return Cell(kind_of(point.key), point.step, outcome.endings, len(crashes), tuple(broken))


def _crashes(point: Point) -> Iterator[str]:
    """Return the crashes worth adding after a fault: alternately with and without the mains."""
    causes = (KILLED, POWER_CUT)
    number = 0
    for later in points(point.key, seed=point.seed):
        _, _, name = later.key.partition("/")
        cause = causes[number % 2]
        where = name.removeprefix(f"{cause} ")
        if where != name and where.startswith((*_WRITES, *_OUTCOMES)):
            number += 1
            yield later.key


def matrix(cells: list[Cell]) -> Matrix:
    """Put the cells together by fault and step."""
    together: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        place = (cell.fault, cell.step)
        known = together.get(place, Cell(cell.fault, cell.step, (), 0, ()))
        endings = tuple(dict.fromkeys((*known.endings, *cell.endings)))
        crashes, broken = known.crashes + cell.crashes, (*known.broken, *cell.broken)
        together[place] = Cell(cell.fault, cell.step, endings, crashes, broken)
    struck = {step for _, step in together}
    steps = tuple(step for step in ("", *TABLE) if step in struck)
    return Matrix(steps, tuple(sorted({fault for fault, _ in together})), together)


def _plan(forced: tuple[str, ...]) -> Plan:
    return Plan(storm=0.0, forced=frozenset(forced))
