"""One process, one applicant after the other: memory, file handles and objects must not grow.

Everything is the program's own, with simulated hardware and the gateway in the same process, as a whole
machine on one computer. Waits are cut short; mechanics run at no pace. With the screen, the snapshots are
drawn offscreen by the real QML, which is the worst case for objects.
"""

import asyncio
import gc
import os
import resource
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.config import Settings
from kiosk.domain.payment import Channel
from tools.campaigns.books import SLUG, settings

_WARM = 0.2
"""Of all visits, those in which everything is loaded and every cache filled; not judged."""

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
    screen: list[int] = field(default_factory=list)

    def take(self, visits: int, on_screen: Callable[[], int]) -> None:
        gc.collect()
        self.visits.append(visits)
        self.kib.append(_resident_kib())
        self.handles.append(len(os.listdir("/proc/self/fd")))
        self.objects.append(len(gc.get_objects()))
        self.screen.append(on_screen())
        last = (self.visits[-1], self.kib[-1] // 1024, self.handles[-1], self.objects[-1], self.screen[-1])
        print("visits {}: {} MiB, {} handles, {} Python objects, {} QObjects".format(*last), flush=True)

    def judged(self) -> list[str]:
        """Return what grew, over the readings after everything was warm."""
        first = next(i for i, count in enumerate(self.visits) if count >= self.visits[-1] * _WARM)
        grown = []
        a_visit = _slope(self.visits[first:], self.kib[first:])
        print(f"memory grows by {a_visit:.2f} KiB a visit (steady up to {_MOST_KIB_A_VISIT})")
        if a_visit > _MOST_KIB_A_VISIT:
            grown.append("memory")
        for name, values in (("handles", self.handles), ("QObjects", self.screen)):
            if values[-1] > max(values[first], values[0]):
                grown.append(name)
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


def run(visits: int, *, on_screen: bool) -> int:
    """Serve them all; return the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-leak-"))
    readings = Readings()
    try:
        if on_screen:
            from tools.campaigns.leak_on_screen import serve_on_screen  # noqa: PLC0415 - loads Qt

            serve_on_screen(settings(folder), visits, readings)
        else:
            asyncio.run(serve(settings(folder), visits, readings, lambda: 0))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    grown = readings.judged()
    print(f"{readings.visits[-1]} visits: " + (f"grew: {', '.join(grown)}" if grown else "steady"))
    return 1 if grown else 0


async def serve(
    of: Settings,
    visits: int,
    readings: Readings,
    count_on_screen: Callable[[], int],
    attach: Callable[[SimulatedKiosk], None] = lambda _: None,
) -> None:
    """Serve one applicant after the other on one machine, reading every fortieth part."""
    async with simulated_kiosk(of, HurriedClock(), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(applicant.watch)
        attach(bench)
        await bench.kiosk.recover()
        readings.take(0, count_on_screen)
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
                readings.take(number, count_on_screen)
        print(f"printed {printed} of {visits}")
