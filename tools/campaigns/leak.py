"""One process, one applicant after the other: memory, file handles, threads and objects must not grow.

Everything is the program's own, with simulated hardware and the sandbox in the same process, as a whole
machine on one computer, and with the C library's memory set as `kiosk run` sets it. Waits are cut short;
mechanics run at no pace. What by nature grows is kept out: the holder gets a new card before the film is
worn, slips are taken, the authority forgets, and the networks' books are files. The screen: `leak_screen.py`;
both together in one process: `leak_kiosk.py`.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.commands.run import give_memory_back
from kiosk.config import Settings
from kiosk.domain.payment import Channel
from tools.campaigns.books import SLUG, settings
from tools.campaigns.watching import Watch, Wish


class HurriedClock(SystemClock):
    """The machine's clock, except that nobody waits longer than so many seconds."""

    def __init__(self, longest_s: float = 0.002) -> None:
        self._longest_s = longest_s

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, self._longest_s))


def run(wish: Wish) -> int:
    """Serve them all; return the exit code: 0 steady, 1 something grew, 3 too few to tell."""
    give_memory_back()
    watch = Watch(wish)
    folder = Path(tempfile.mkdtemp(prefix="kiosk-leak-"))
    try:
        asyncio.run(_serve(settings(folder), watch))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return watch.verdict()


async def _serve(of: Settings, watch: Watch) -> None:
    """Serve one applicant after the other on one machine, and read again and again."""
    async with simulated_kiosk(of, HurriedClock(), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(applicant.watch)
        await bench.kiosk.recover()
        watch.read(0)
        for number in watch.visits():
            watch.over(printed=await served(bench, applicant))
            if watch.due(number):
                watch.read(number)
                tidy(bench)


async def served(bench: SimulatedKiosk, applicant: AutomaticApplicant) -> bool:
    """Serve one applicant, who comes as if for the first time; tell whether the card was printed."""
    bench.sandbox.desk.reset()
    bench.tester.insert(SLUG)
    async with asyncio.timeout(120):
        await bench.kiosk.serve_one()
        await bench.kiosk.settle()
    applicant.trail.clear()
    return bool(applicant.last and applicant.last.visit and applicant.last.visit.printed)


def tidy(bench: SimulatedKiosk) -> None:
    """Take the slips, put paper in, and give the holder a new card."""
    for slip in bench.machine.slip.slips():
        slip.unlink()
        slip.with_suffix(".png").unlink()
    bench.machine.slip.refill()
    bench.machine.films.renewed(SLUG)
