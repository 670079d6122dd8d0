"""Composition root: puts one machine together from its settings, and takes it apart again."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.authority.settings import load_authority
from kiosk.bench.specimens import prepare
from kiosk.bench.tester import Tester
from kiosk.clock import Clock
from kiosk.config import Reader, Settings
from kiosk.devices.contracts import ChipReader, Devices, MediaPosition
from kiosk.devices.simulated.chip_reader import SimulatedChipReader
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.pcscd_stack import StackUnavailable
from kiosk.documents.art import DrawnArt
from kiosk.documents.layout import CardLayout, load_layout
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.payments.merchants import LoadedChannels, load_channels
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.outside import Outside
from kiosk.sandbox.server import SandboxNotStarted, SandboxServer
from kiosk.shipped import load_catalogue


class StateInUse(Exception):
    """Another kiosk works on this state folder."""


CannotStart = (StateInUse, JournalUnavailable, SandboxNotStarted, StackUnavailable)
"""What keeps a machine from being put together; the text of each names the remedy."""


@dataclass(frozen=True, slots=True)
class SimulatedKiosk:
    """A whole machine on simulated hardware, its sandbox and its tester; lives on one event loop."""

    kiosk: Kiosk
    journal: Journal
    outside: Outside
    machine: SimulatedMachine
    tester: Tester
    sandbox: SandboxServer
    layout: CardLayout


@asynccontextmanager
async def simulated_kiosk(
    settings: Settings, clock: Clock, slugs: tuple[str, ...] | None = None
) -> AsyncIterator[SimulatedKiosk]:
    """Put a simulated machine together; its parts stop in the reverse order.

    Args:
        slugs: the specimen permits to make if they are missing; None makes all.

    Raises:
        CannotStart: one of these, with the remedy in its text.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(settings.state))
        journal = Journal.open(settings.state)
        stack.callback(journal.close)
        layout = load_layout()
        machine = SimulatedMachine(settings.state, clock, settings.pace)
        stack.push_async_callback(machine.close)
        people = await asyncio.to_thread(
            prepare, settings.state, machine.films, layout, clock.now(), slugs=slugs
        )
        sandbox = stack.enter_context(SandboxServer(settings.state, clock, kiosk_id=settings.kiosk_id))
        await machine.start()
        chip = await _chip_reader(settings, clock, machine, stack)
        outside = _outside(settings, clock, machine, chip, layout)
        stack.push_async_callback(outside.authority.aclose)
        for adapter in outside.channels.values():
            stack.push_async_callback(adapter.aclose)
        kiosk = Kiosk(outside, journal, settings.kiosk_id)
        stack.push_async_callback(kiosk.stop)
        tester = Tester(machine, people, sandbox.url)
        yield SimulatedKiosk(kiosk, journal, outside, machine, tester, sandbox, layout)


async def _chip_reader(
    settings: Settings, clock: Clock, machine: SimulatedMachine, stack: AsyncExitStack
) -> ChipReader:
    """Return the configured chip reader; a real one gets the simulated card through a virtual reader."""
    trust = settings.state / "trust"
    chip: ChipReader
    match settings.reader:
        case Reader.SIMULATED:
            chip = SimulatedChipReader(
                lambda: card_folder(machine), trust, clock, faults=machine.faults, watch=machine.watch
            )
        case Reader.PCSC:
            # Imported here: most machines on the bench have no use for the PC/SC library, 5 MB of memory.
            from kiosk.bench.pcsc_bridge import PcscBridge  # noqa: PLC0415
            from kiosk.devices.chip.pcsc_reader import PcscChipReader  # noqa: PLC0415

            await stack.enter_async_context(PcscBridge(machine, lambda: card_folder(machine)))
            chip = PcscChipReader(clock, trust)
    stack.push_async_callback(chip.close)
    return chip


def card_folder(machine: SimulatedMachine) -> Path | None:
    """Return the folder of the permit that lies where the chip can be read."""
    state = machine.mechanism.state()
    if state.card is None or state.position is not MediaPosition.CHIP:
        return None
    return machine.mechanism.permits / state.card


def _outside(
    settings: Settings, clock: Clock, machine: SimulatedMachine, chip: ChipReader, layout: CardLayout
) -> Outside:
    devices = Devices(
        station=machine.station,
        chip=chip,
        scanner=machine.scanner,
        camera=machine.camera,
        printer=machine.printer,
        slip=machine.slip,
    )
    loaded = payment_channels(settings, clock)
    return Outside(
        devices=devices,
        channels=loaded.channels,
        authority=load_authority(settings.state / "keys" / "authority", clock),
        catalogue=load_catalogue(),
        art=DrawnArt(layout),
        clock=clock,
    )


def payment_channels(settings: Settings, clock: Clock) -> LoadedChannels:
    """Return the ways to pay that this machine's keys folder configures."""
    return load_channels(settings.state / "keys" / "payments", clock)


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Hold the state folder for this process; raise StateInUse if another kiosk has it."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (state / "kiosk.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateInUse(f"another kiosk works in {state}: stop it, or choose another --state") from error
        yield
