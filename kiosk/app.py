"""Composition root: puts one machine together from its settings, and takes it apart again."""

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kiosk.assembly.fitting import DriverUnusable, fitted
from kiosk.assembly.notifications import open_door, serve_notices, simulated_door
from kiosk.assembly.payments import device_channels
from kiosk.assembly.plan import Plan, plan_devices
from kiosk.assembly.simulated_payments import simulated_tills
from kiosk.authority.settings import AuthoritySettingsInvalid, load_authority
from kiosk.bench.payment_hands import PaymentHands, Phone
from kiosk.bench.scenario_player import ScenarioStage
from kiosk.bench.specimens import SpecimensNotMade, provide
from kiosk.bench.tester import Tester
from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.devices.driver import Place, ServiceUnavailable
from kiosk.devices.fitted import Devices
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.documents.art import DrawnArt
from kiosk.documents.layout import CardLayout, load_layout
from kiosk.journal.files import private
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.journal.trouble import named
from kiosk.payments.keyfiles import KeyUnusable
from kiosk.payments.merchants import LoadedChannels, load_channels
from kiosk.payments.yct.records import RecordsUnavailable
from kiosk.runtime.guidance import guided
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.outside import Outside
from kiosk.sandbox.server import SandboxNotStarted, SandboxServer
from kiosk.shipped import load_catalogue
from kiosk.staff.members import Member
from kiosk.staff.register import StaffRegister
from kiosk.staff.specimen import COLLEAGUE

PAYMENTS_FOLDER = Path("keys", "payments")
"""Merchants and keys of the ways to pay, in the state folder."""


class StateInUse(Exception):
    """Another kiosk works on this state folder."""


CannotStart = (
    StateInUse,
    JournalUnavailable,
    SandboxNotStarted,
    SpecimensNotMade,
    ServiceUnavailable,
    DriverUnusable,
    AuthoritySettingsInvalid,
    KeyUnusable,
    RecordsUnavailable,
)
"""What keeps a machine from being put together; the text of each names the remedy."""


@dataclass(frozen=True, slots=True)
class RunningKiosk:
    """A machine put together; lives on one event loop."""

    kiosk: Kiosk
    journal: Journal
    outside: Outside
    plan: Plan


@dataclass(frozen=True, slots=True)
class SimulatedKiosk(RunningKiosk):
    """A machine on simulated hardware but for what is configured, its sandbox and its tester."""

    machine: SimulatedMachine
    tester: Tester
    sandbox: SandboxServer
    layout: CardLayout


@asynccontextmanager
async def simulated_kiosk(
    settings: Settings,
    clock: Clock,
    slugs: tuple[str, ...] | None = None,
    *,
    plan: Plan | None = None,
    notices: bool = True,
) -> AsyncIterator[SimulatedKiosk]:
    """Put a machine together whose devices are simulated unless configured; its parts stop in reverse order.

    Args:
        slugs: the specimen permits to make if they are missing; None makes all.
        plan: the devices, where they have been planned before.
        notices: the networks' notifications are listened to.

    Raises:
        CannotStart: one of these, with the remedy in its text.
        SettingsInvalid: a device is configured wrongly.
    """
    plan = plan or plan_devices(settings, simulate=True)
    async with AsyncExitStack() as stack:
        hold(settings.state, stack)
        journal = _journal(settings, stack)
        layout = load_layout()
        machine = SimulatedMachine(settings.state, clock, settings.pace)
        stack.push_async_callback(machine.close)
        people = await provide(settings.state, clock.now(), slugs)
        sandbox = stack.enter_context(SandboxServer(settings.state, clock, kiosk_id=settings.kiosk_id))
        await machine.start()
        payments = settings.state / PAYMENTS_FOLDER
        tills = await simulated_tills(payments, machine, settings.kiosk_id, clock, stack)
        door = simulated_door(payments, stack) if notices else None
        devices = await stack.enter_async_context(fitted(plan, Place(clock, settings.state, machine)))
        outside = _outside(settings, clock, devices, layout, stack, specimen_staff=(COLLEAGUE,))
        kiosk = Kiosk(outside, journal, settings.kiosk_id, timedelta(days=settings.retention_days))
        stack.push_async_callback(kiosk.stop)
        await serve_notices(door, outside, kiosk, journal, stack)
        await stack.enter_async_context(guided(kiosk, devices, clock))
        hands = PaymentHands(Phone(sandbox.url), machine.payment_scanner, tills.terminal, tills.purse)
        tester = Tester(machine, people, hands, ScenarioStage(machine, clock))
        yield SimulatedKiosk(kiosk, journal, outside, plan, machine, tester, sandbox, layout)


@asynccontextmanager
async def real_kiosk(
    settings: Settings, clock: Clock, plan: Plan | None = None, *, notices: bool = True
) -> AsyncIterator[RunningKiosk]:
    """Put a machine together from nothing but what its settings and its keys folder name.

    Args:
        plan: the devices, where they have been planned before.
        notices: the networks' notifications are listened to.

    Raises:
        CannotStart: one of these, with the remedy in its text.
        SettingsInvalid: a device that is needed has no real driver, or one is configured wrongly.
    """
    plan = plan or plan_devices(settings, simulate=False)
    async with AsyncExitStack() as stack:
        hold(settings.state, stack)
        journal = _journal(settings, stack)
        door = open_door(settings.state / PAYMENTS_FOLDER, stack) if notices else None
        devices = await stack.enter_async_context(fitted(plan, Place(clock, settings.state)))
        outside = _outside(settings, clock, devices, load_layout(), stack)
        kiosk = Kiosk(outside, journal, settings.kiosk_id, timedelta(days=settings.retention_days))
        stack.push_async_callback(kiosk.stop)
        await serve_notices(door, outside, kiosk, journal, stack)
        await stack.enter_async_context(guided(kiosk, devices, clock))
        yield RunningKiosk(kiosk, journal, outside, plan)


def _journal(settings: Settings, stack: AsyncExitStack) -> Journal:
    journal = Journal.open(settings.state)
    stack.callback(journal.close)
    return journal


def _outside(
    settings: Settings,
    clock: Clock,
    devices: Devices,
    layout: CardLayout,
    stack: AsyncExitStack,
    *,
    specimen_staff: tuple[Member, ...] = (),
) -> Outside:
    loaded = payment_channels(settings, clock)
    at_kiosk = device_channels(loaded, settings.state, clock, stack)
    outside = Outside(
        devices=devices,
        channels={**loaded.channels, **at_kiosk},
        authority=load_authority(settings.state / "keys" / "authority", clock),
        catalogue=load_catalogue(),
        art=DrawnArt(layout),
        clock=clock,
        staff=StaffRegister(settings.state, clock, specimen_staff),
    )
    stack.push_async_callback(outside.authority.aclose)
    for adapter in loaded.channels.values():
        stack.push_async_callback(adapter.aclose)
    return outside


def payment_channels(settings: Settings, clock: Clock) -> LoadedChannels:
    """Return the ways to pay that this machine's keys folder configures."""
    return load_channels(settings.state / PAYMENTS_FOLDER, clock)


def hold(state: Path, stack: ExitStack | AsyncExitStack) -> None:
    """Hold the state folder until the stack is closed.

    Raises StateInUse if another kiosk has it, JournalUnavailable where the disk refuses.
    """
    with named(f"opened in {state}"):
        stack.enter_context(only_one(state))


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Hold the state folder for this process; raise StateInUse if another kiosk has it."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with private(state / "kiosk.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateInUse(f"another kiosk works in {state}: stop it, or choose another --state") from error
        yield
