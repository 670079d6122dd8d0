"""One process, one applicant after the other: memory, file handles, threads and objects must not grow.

Everything is the program's own, with simulated hardware and the sandbox in the same process, as a whole
machine on one computer, and with the C library's memory set as `kiosk run` sets it. Waits are cut short;
mechanics run at no pace. What by nature grows is kept out: the holder gets a new card before the film is
worn, slips are taken, the authority forgets, and the networks' books are files. The screen's objects are
counted by ``tools/steady_screen.py``.
"""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.commands.run import give_memory_back
from kiosk.config import Settings
from kiosk.domain.payment import Channel
from tools.campaigns.books import SLUG, settings
from tools.campaigns.steadiness import MOST_BYTES, Reading, grown, read, slope

_READINGS = 100
_LONGEST_BATCH = 200
"""Visits that a roll of slips and a film outlast, with room."""

_FEWEST = 4000
"""Below this one block more from the system looks like a leak, and nothing can be said."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How long, and the control.

    Attributes:
        hoard: bytes that are leaked on purpose after each visit.
    """

    visits: int
    longest_s: float
    hoard: int


class HurriedClock(SystemClock):
    """The machine's clock, except that nobody waits long."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.002))


def run(wish: Wish) -> int:
    """Serve them all; return the exit code: 0 steady, 1 something grew, 3 too few to tell."""
    give_memory_back()
    folder = Path(tempfile.mkdtemp(prefix="kiosk-leak-"))
    try:
        readings = asyncio.run(_serve(settings(folder), wish))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    visits = readings[-1].visits
    settled = readings[len(readings) // 2 :]
    a_visit = slope(settled, lambda one: one.judged)
    print(f"second half: memory grows by {a_visit:.0f} bytes a visit (steady up to {MOST_BYTES:.0f})")
    if visits < _FEWEST:
        print(f"{visits} visits: too few to tell; at least {_FEWEST}")
        return 3
    found = grown(readings)
    print(f"{visits} visits: " + (f"grew: {', '.join(found)}" if found else "steady"))
    return 1 if found else 0


async def _serve(of: Settings, wish: Wish) -> list[Reading]:
    """Serve one applicant after the other on one machine, and read again and again."""
    clock, hoarded = SystemClock(), []
    until = clock.monotonic() + wish.longest_s
    async with simulated_kiosk(of, HurriedClock(), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(applicant.watch)
        await bench.kiosk.recover()
        readings = [read(0)]
        print(readings[0], flush=True)
        printed = number = 0
        every = min(max(wish.visits // _READINGS, 1), _LONGEST_BATCH)
        while number < wish.visits and clock.monotonic() < until:
            number += 1
            await _one(bench, applicant)
            printed += bool(applicant.last and applicant.last.visit and applicant.last.visit.printed)
            hoarded.append(os.urandom(wish.hoard))
            if number % every == 0:
                readings.append(read(number))
                print(readings[-1], flush=True)
                _tidy(bench)
        print(f"printed {printed} of {number}")
        return readings


async def _one(bench: SimulatedKiosk, applicant: AutomaticApplicant) -> None:
    bench.sandbox.desk.reset()  # the holder comes as if for the first time
    bench.tester.insert(SLUG)
    async with asyncio.timeout(120):
        await bench.kiosk.serve_one()
        await bench.kiosk.settle()
    applicant.trail.clear()


def _tidy(bench: SimulatedKiosk) -> None:
    """Take the slips, put paper in, and give the holder a new card."""
    for slip in bench.machine.slip.slips():
        slip.unlink()
        slip.with_suffix(".png").unlink()
    bench.machine.slip.refill()
    bench.machine.films.renewed(SLUG)
