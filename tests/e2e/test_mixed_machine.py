"""Any one device real and the rest simulated; each real one goes and comes back, idle and in a visit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from kiosk import pdf_raster
from kiosk.app import RunningKiosk, SimulatedKiosk, real_kiosk, simulated_kiosk
from kiosk.config import Settings
from kiosk.devices.driver import NoSettings, Place
from kiosk.devices.simulated.machine import SimulatedMachine, SimulatedParts
from kiosk.devices.simulated.pcscd_stack import PcscdStack
from kiosk.devices.simulated.printer_station import PrinterStation
from kiosk.domain.failure import FailureCode
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.sandbox.server import SandboxServer
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, Step
from tests.contract.real_stacks import missing
from tests.devices.escpos.stub_printer import Network, StubPrinter
from tests.devices.ipp.bench import PrinterBench, printer_bench
from tests.e2e.harness import SLUG, HurriedClock, books, prepare, serve
from tests.support.patience import LONG_S

Devices = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def quick_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made once; the machine looks at itself often, so that nobody waits for it here."""
    prepare(tmp_path)
    monkeypatch.setattr("kiosk.runtime.kiosk.HEALTH_S", 0.05)


@pytest.fixture
def eve() -> Iterator[PrinterBench]:
    if lacking := missing("ipp"):
        pytest.skip(lacking)
    with printer_bench() as bench:
        yield bench


@contextmanager
def pcscd() -> Iterator[PcscdStack]:
    if lacking := missing("pcsc"):
        pytest.skip(lacking)
    with PcscdStack() as stack:
        yield stack


@asynccontextmanager
async def mixed(state: Path, devices: Devices) -> AsyncIterator[SimulatedKiosk]:
    settings = Settings(state=state, pace=0.0, devices=devices)
    async with simulated_kiosk(settings, HurriedClock(), (SLUG,)) as bench:
        yield bench


class Screen:
    """What the machine shows, to be waited for."""

    def __init__(self, bench: RunningKiosk) -> None:
        self.now: Snapshot = bench.kiosk.snapshot()
        self._changed = asyncio.Event()
        bench.kiosk.subscribe(self._show)

    def _show(self, snapshot: Snapshot) -> None:
        self.now = snapshot
        self._changed.set()

    async def until(self, condition: Callable[[Snapshot], bool]) -> None:
        async with asyncio.timeout(LONG_S):
            while not condition(self.now):
                self._changed.clear()
                await self._changed.wait()

    async def in_service(self) -> None:
        await self.until(lambda seen: seen.service is Service.IN_SERVICE)

    async def out_of_service(self, code: FailureCode) -> None:
        await self.until(
            lambda seen: (
                seen.service is Service.OUT_OF_SERVICE and seen.fault is not None and seen.fault.code is code
            )
        )

    async def ready(self, device: str, *, ready: bool) -> None:
        await self.until(lambda seen: any(d.name == device and d.ready is ready for d in seen.devices))


@asynccontextmanager
async def serving(bench: SimulatedKiosk) -> AsyncIterator[Screen]:
    screen = Screen(bench)
    task = asyncio.ensure_future(bench.kiosk.run())
    try:
        await screen.in_service()
        yield screen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# --- the show: the real PC/SC stack, a real IPP printer, the simulated film printer, in one visit ---------


def test_a_visit_with_a_real_reader_stack_and_a_real_ipp_printer(tmp_path: Path, eve: PrinterBench) -> None:
    if lacking := missing("pcsc"):
        pytest.skip(lacking)
    devices: Devices = {
        "chip_reader": {"driver": "pcsc", "virtual_card": True},
        "slip_printer": {"driver": "page", "uri": eve.uri, "poll_s": 0.1},
        "document_printer": {"driver": "ipp", "uri": eve.uri},
    }

    async def run() -> None:
        async with mixed(tmp_path, devices) as bench:
            told = await serve(bench)
            assert violations(told.folded) == ()
            assert told.visit.printed
            assert told.visit.slip_printed
            assert told.visit.card is CardFate.TAKEN
            simulated = {line.name: line.simulated for line in told.snapshots[-1].devices}
            assert not simulated["chip_reader"]
            assert not simulated["slip_printer"]
            assert simulated["card_printer"]

    asyncio.run(run())
    (page,) = eve.printed()
    picture: Image.Image = pdf_raster.middle_of_page(page.read_bytes(), dots_per_inch=300, width=2480)
    assert [code.text for code in zxingcpp.read_barcodes(picture)], "the slip's code stands on the page"


# --- coming and going -------------------------------------------------------------------------------


def test_the_reader_service_dies_and_comes_back_while_the_machine_waits(tmp_path: Path) -> None:
    async def run(stack: PcscdStack) -> None:
        async with mixed(tmp_path, {"chip_reader": {"driver": "pcsc"}}) as bench, serving(bench) as screen:
            stack.crash()
            await screen.out_of_service(FailureCode.READER_UNAVAILABLE)
            stack.stop()
            stack.start()
            await screen.in_service()

    with pcscd() as stack:
        asyncio.run(run(stack))


def test_the_reader_service_dies_in_a_visit(tmp_path: Path) -> None:
    """The card comes back, nothing is charged, and the machine serves again once the service is there."""

    async def run(stack: PcscdStack) -> None:
        async with mixed(tmp_path, {"chip_reader": {"driver": "pcsc"}}) as bench:
            told = await serve(bench, at_step={Step.READING: stack.crash})
            assert violations(told.folded) == ()
            assert not told.visit.printed
            assert told.visit.card is CardFate.TAKEN
            assert all(taken == 0 for taken, _ in books(bench).values())
            stack.stop()
            stack.start()
            async with serving(bench):
                pass

    with pcscd() as stack:
        asyncio.run(run(stack))


class Station:
    """A printer station of its own, as another machine in the network, that can be switched off."""

    def __init__(self, state: Path) -> None:
        self._parts = SimulatedParts(state, HurriedClock(), 0.0)
        self._running: PrinterStation | None = None
        self._port = 0

    async def on(self) -> dict[str, Any]:
        """Switch on, always at the same address; return the section of kiosk.toml that names it."""
        parts = self._parts
        self._running = PrinterStation(
            parts.mechanism, parts.faults, parts.films, parts.pace, port=self._port
        )
        await self._running.start()
        host, self._port = self._running.address
        return {"driver": "easyprinter", "host": host, "port": self._port, "film_camera": "simulated"}

    async def off(self) -> None:
        if self._running is not None:
            await self._running.close()


def test_a_card_printer_in_the_network_goes_and_comes_back(tmp_path: Path) -> None:
    """First while the machine waits, then within a visit, before anything is charged; then all is well."""

    async def run() -> None:
        station = Station(tmp_path)
        devices = {"card_printer": await station.on(), "slip_printer": {"driver": "none"}}
        async with mixed(tmp_path, devices) as bench:
            async with serving(bench) as screen:
                await station.off()
                await screen.out_of_service(FailureCode.PRINTER_UNAVAILABLE)
                await station.on()
                await screen.in_service()

            leaving: list[asyncio.Future[None]] = []
            told = await serve(
                bench,
                at_step={Step.CHOOSING_OPTION: lambda: leaving.append(asyncio.ensure_future(station.off()))},
            )
            await asyncio.gather(*leaving)
            assert violations(told.folded) == ()
            assert told.visit.ending is not None
            assert told.visit.ending.code is FailureCode.PRINTER_UNAVAILABLE
            assert told.visit.card is CardFate.TAKEN
            assert all(taken == 0 for taken, _ in books(bench).values())

            await station.on()
            told = await serve(bench)
            assert told.visit.printed
            assert told.visit.slip_printed is False, "this machine has no slip printer, and says so"
        await station.off()

    asyncio.run(run())


def test_printers_that_are_not_needed_go_and_come_back_and_the_machine_serves_on(
    tmp_path: Path, eve: PrinterBench
) -> None:
    async def run() -> None:
        slip = Network(StubPrinter(lambda: HurriedClock().sleep(0)))
        devices: Devices = {
            "slip_printer": {"driver": "escpos", "host": "127.0.0.1", "port": await slip.start()},
            "document_printer": {"driver": "ipp", "uri": eve.uri},
        }
        async with mixed(tmp_path, devices) as bench, serving(bench) as screen:
            await screen.ready("slip_printer", ready=True)
            await slip.close()
            await screen.ready("slip_printer", ready=False)
            await asyncio.to_thread(eve.kill)
            await screen.ready("document_printer", ready=False)
            assert screen.now.service is Service.IN_SERVICE
            await asyncio.to_thread(eve.start)
            await screen.ready("document_printer", ready=True)

    asyncio.run(run())


# --- nothing simulated ------------------------------------------------------------------------------

OWN_DRIVER = """
from kiosk.devices.driver import Capability, Driver, NoSettings, can
from kiosk.domain.text import Text
from tests.e2e.test_mixed_machine import hardware_of, switched_on

DRIVER = Driver(
    device="{device}",
    name="own",
    title=Text("自", "own"),
    section=NoSettings,
    make=lambda section, place: hardware_of(place).{field},
    capabilities=can(Capability.MOVE_CARD),
    remedy=Text("自", "own"),
    beside={beside},
)
"""
FIELDS = {
    "card_station": "station",
    "code_scanner": "scanner",
    "face_camera": "camera",
    "card_printer": "printer",
}


def hardware_of(place: Place) -> SimulatedMachine:
    """Return what stands for hardware here, the same for every driver of one machine."""
    return place.shared("hardware", lambda: SimulatedMachine(place.state, place.clock, 0.0))


@asynccontextmanager
async def switched_on(_: NoSettings, place: Place) -> AsyncIterator[None]:
    hardware = hardware_of(place)
    await hardware.start()
    try:
        yield
    finally:
        await hardware.close()


def test_a_machine_without_simulation_runs_on_drivers_of_its_own(tmp_path: Path) -> None:
    """Four devices by drivers of one file each, the chip by the shipped one, whose service does not run."""
    devices: Devices = {"chip_reader": {"driver": "pcsc"}}
    for device, field in FIELDS.items():
        beside = "switched_on" if device == "card_station" else "None"
        text = OWN_DRIVER.format(device=device, field=field, beside=beside)
        (tmp_path / f"{device}.py").write_text(text, encoding="utf-8")
        devices[device] = {"driver": str(tmp_path / f"{device}.py")}

    async def run() -> None:
        settings, clock = Settings(state=tmp_path, devices=devices), HurriedClock()
        with SandboxServer(tmp_path, clock, kiosk_id=settings.kiosk_id):
            async with real_kiosk(settings, clock) as machine:
                assert len(machine.plan.real) == len(machine.plan.choices) == 5
                screen = Screen(machine)
                running = asyncio.ensure_future(machine.kiosk.run())
                await screen.out_of_service(FailureCode.READER_UNAVAILABLE)
                ready = {line.name: line.ready for line in screen.now.devices}
                assert [name for name, fine in ready.items() if fine] == list(FIELDS)
                assert not ready["slip_printer"]
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
