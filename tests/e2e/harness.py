"""A whole machine for end-to-end tests: real protocols on loopback, waits cut short, mechanics at no pace."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import Clock, SystemClock
from kiosk.config import Reader, Settings
from kiosk.devices.simulated.purse_world import PurseWorld
from kiosk.domain.payment import Channel
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.fold import Folded
from kiosk.visit.model import Step, Visit
from tests.support.patience import LONG_S

SLUG = "chen-xiaoming"


class HurriedClock(SystemClock):
    """The machine's clock, except that nobody waits long: repetitions come at once."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.002))


def settings(state: Path, reader: Reader = Reader.SIMULATED) -> Settings:
    return Settings(state=state, pace=0.0, reader=reader)


@cache
def made_keys() -> Path:
    """Return a state folder whose keys and sandbox are made: RSA keys take a second, and never differ."""
    folder = tempfile.TemporaryDirectory(prefix="kiosk-e2e-")
    atexit.register(folder.cleanup)

    async def make() -> None:
        async with simulated_kiosk(settings(Path(folder.name)), HurriedClock(), ()):
            pass

    asyncio.run(make())
    for made_anew in ("journal.db", "journal.db-wal", "journal.db-shm", "kiosk.lock"):
        (Path(folder.name) / made_anew).unlink(missing_ok=True)
    return Path(folder.name)


def prepare(state: Path) -> None:
    """Give a fresh state folder its keys."""
    if not (state / "keys").exists():
        shutil.copytree(made_keys(), state, dirs_exist_ok=True)


@asynccontextmanager
async def machine(
    state: Path, slug: str = SLUG, reader: Reader = Reader.SIMULATED, clock: Clock | None = None
) -> AsyncIterator[SimulatedKiosk]:
    """Put a machine together on a state folder; leaving the block stops it wherever it is."""
    async with simulated_kiosk(settings(state, reader), clock or HurriedClock(), (slug,)) as bench:
        yield bench


@dataclass
class Told:
    """How a visit went: the visit as the journal tells it, and what was on the screen."""

    folded: Folded
    snapshots: list[Snapshot] = field(default_factory=list)

    @property
    def visit(self) -> Visit:
        return self.folded.visit


When = Callable[[SimulatedKiosk, Snapshot], None]


async def serve(
    bench: SimulatedKiosk,
    slug: str = SLUG,
    *,
    plan: Plan | None = None,
    upside_down: bool = False,
    at_step: dict[Step, Callable[[], object]] | None = None,
) -> Told:
    """Serve one applicant; `at_step` says what else happens when a step is first shown."""
    surprises = dict(at_step or {})
    told = Told(Folded())
    applicant = AutomaticApplicant(bench.kiosk, bench.tester, plan or Plan(Channel.ALIPAY))

    def watch(snapshot: Snapshot) -> None:
        told.snapshots.append(snapshot)
        if snapshot.visit is not None and snapshot.visit.step in surprises:
            surprises.pop(snapshot.visit.step)()

    await bench.kiosk.recover()
    ends = [bench.kiosk.subscribe(watch), bench.kiosk.subscribe(applicant.watch)]
    bench.tester.insert(slug, upside_down=upside_down)
    async with asyncio.timeout(LONG_S):
        await bench.kiosk.serve_one()
        await bench.kiosk.settle()
    for end in ends:
        end()
    told.folded = bench.journal.fold(bench.journal.visits()[-1])
    return told


def books(bench: SimulatedKiosk) -> dict[Channel, tuple[int, int]]:
    """Return what gateway, terminal and purse cards say themselves was taken and given back, fen."""
    with httpx.Client(trust_env=False, timeout=LONG_S) as client:
        orders = client.get(f"{bench.sandbox.url}/control/orders").json()
    said = dict.fromkeys(Channel, (0, 0))
    for channel in filter(lambda one: one.shows_code, Channel):
        mine = [order for order in orders if order["channel"] == channel]
        taken = sum(order["amount_fen"] for order in mine if order["paid_at"] is not None)
        said[channel] = taken, sum(back["amount_fen"] for order in mine for back in order["refunds"])
    hands = bench.tester.hands
    if hands.terminal is None or hands.purse is None:
        raise AssertionError("a simulated machine has both")
    for entry in (entry for entry in hands.terminal.terminal.core.book().transactions if entry.approved):
        taken, back = said[Channel.CARD]
        paid = entry.category == "Payment"
        said[Channel.CARD] = (taken + entry.amount, back) if paid else (taken, back + entry.amount)
    before, now = PurseWorld().cards.values(), hands.purse.world().cards.values()
    said[Channel.YCT] = sum(card.balance for card in before) - sum(card.balance for card in now), 0
    return said


async def serve_until(bench: SimulatedKiosk, step: Step, slug: str = SLUG, plan: Plan | None = None) -> None:
    """Serve until a step is in the journal, then stop everything as a power cut would: no goodbye."""
    await serve_while(bench, lambda visit: visit.step is not step, slug, plan)


async def serve_while(
    bench: SimulatedKiosk, going: Callable[[Visit], bool], slug: str = SLUG, plan: Plan | None = None
) -> None:
    """Serve until the journal says that it is not so any more, then stop as a power cut would."""
    reached = asyncio.Event()

    def watch(snapshot: Snapshot) -> None:
        if snapshot.visit is not None and not going(snapshot.visit):
            reached.set()

    await bench.kiosk.recover()
    applicant = AutomaticApplicant(bench.kiosk, bench.tester, plan or Plan(Channel.ALIPAY))
    bench.kiosk.subscribe(watch)
    bench.kiosk.subscribe(applicant.watch)
    bench.tester.insert(slug)
    serving = asyncio.ensure_future(bench.kiosk.serve_one())
    waiting = asyncio.ensure_future(reached.wait())
    async with asyncio.timeout(LONG_S):
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, waiting):
        task.cancel()
    await asyncio.gather(serving, waiting, return_exceptions=True)


async def recover(bench: SimulatedKiosk) -> Told:
    """Start again and let everything that was open come to its end; the applicant takes the card."""
    applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
    bench.kiosk.subscribe(applicant.watch)
    async with asyncio.timeout(LONG_S):
        await bench.kiosk.recover()
        await bench.kiosk.settle()
    return Told(bench.journal.fold(bench.journal.visits()[-1]))
