"""One process, one applicant after the other: memory, file handles and objects must not grow.

Everything is the program's own, with simulated hardware and the gateway in the same process, as a whole
machine on one computer. Waits are cut short; mechanics run at no pace. The screen's objects are counted by
``tools/steady_screen.py``.
"""

import asyncio
import gc
import os
import resource
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.app import simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.config import Settings
from kiosk.domain.payment import Channel
from tools.campaigns.books import SLUG, settings

_WARM = 0.2
"""Of all visits, those in which everything is loaded and every cache filled; not judged."""

_SPARE_HANDLES = 6
"""Connections that happen to be open when they are counted."""

_MOST_KIB_A_VISIT = 2.0
"""The slope that is still called steady, KiB of resident memory a visit: the journal's own index pages."""


class HurriedClock(SystemClock):
    """The machine's clock, except that nobody waits long."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.002))


@dataclass
class Readings:
    """What was read after each batch of visits."""

    visits: list[int] = field(default_factory=list)
    kib: list[int] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)

    def take(self, visits: int) -> None:
        gc.collect()
        self.visits.append(visits)
        self.kib.append(_resident_kib())
        self.handles.append(len(os.listdir("/proc/self/fd")))
        self.objects.append(len(gc.get_objects()))
        last = (self.visits[-1], self.kib[-1] // 1024, self.handles[-1], self.objects[-1])
        print("visits {}: {} MiB, {} handles, {} Python objects".format(*last), flush=True)

    def judged(self) -> list[str]:
        """Return what grew, over the readings after everything was warm."""
        first = next(i for i, count in enumerate(self.visits) if count >= self.visits[-1] * _WARM)
        grown = []
        a_visit = _slope(self.visits[first:], self.kib[first:])
        print(f"memory grows by {a_visit:.2f} KiB a visit (steady up to {_MOST_KIB_A_VISIT})")
        if a_visit > _MOST_KIB_A_VISIT:
            grown.append("memory")
        if self.handles[-1] > max(self.handles[: first + 1]) + _SPARE_HANDLES:
            grown.append("handles")
        return grown


def _resident_kib() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def _slope(at: list[int], values: list[int]) -> float:
    """Return the least-squares slope of values."""
    middle_at, middle = sum(at) / len(at), sum(values) / len(values)
    spread = sum((one - middle_at) ** 2 for one in at)
    return (
        sum((a - middle_at) * (v - middle) for a, v in zip(at, values, strict=True)) / spread if spread else 0
    )


def run(visits: int) -> int:
    """Serve them all; return the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-leak-"))
    readings = Readings()
    try:
        asyncio.run(_serve(settings(folder), visits, readings))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    grown = readings.judged()
    print(f"{readings.visits[-1]} visits: " + (f"grew: {', '.join(grown)}" if grown else "steady"))
    return 1 if grown else 0


async def _serve(of: Settings, visits: int, readings: Readings) -> None:
    """Serve one applicant after the other on one machine, reading every fortieth part."""
    async with simulated_kiosk(of, HurriedClock(), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(applicant.watch)
        await bench.kiosk.recover()
        readings.take(0)
        printed = 0
        for number in range(1, visits + 1):
            bench.sandbox.desk.reset()  # the holder comes as if for the first time
            bench.tester.insert(SLUG)
            async with asyncio.timeout(120):
                await bench.kiosk.serve_one()
                await bench.kiosk.settle()
            applicant.trail.clear()
            printed += bool(applicant.last and applicant.last.visit and applicant.last.visit.printed)
            if number % max(visits // 40, 1) == 0 or number == visits:
                readings.take(number)
        print(f"printed {printed} of {visits}")
