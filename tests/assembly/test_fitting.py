"""Making the planned devices: shared things, what a driver lacks, and letting go in the reverse order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.assembly.fitting import DriverUnusable, fitted
from kiosk.assembly.guarding import GuardedDevice
from kiosk.assembly.plan import Choice, Plan
from kiosk.assembly.registry import find
from kiosk.assembly.slots import BY_DEVICE
from kiosk.devices.absent import AbsentSlipPrinter
from kiosk.devices.contracts import Device
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.fitted import Devices
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.domain.text import Text
from tests.support.virtual_time import VirtualClock

HAPPENED: list[str] = []


class Printer(AbsentSlipPrinter):
    async def close(self) -> None:
        HAPPENED.append("closed")


class Half:
    """Anything but a slip printer."""

    async def close(self) -> None:
        HAPPENED.append("closed")


@asynccontextmanager
async def service(_: NoSettings, place: Place) -> AsyncIterator[None]:
    assert place.trust == place.state / "trust"
    HAPPENED.append("service up")
    try:
        yield
    finally:
        HAPPENED.append("service down")


def driver(make: object) -> Choice:
    entry: Driver[NoSettings] = Driver(
        device="slip_printer",
        name="trial",
        title=Text("试", "Trial"),
        section=NoSettings,
        make=make,  # type: ignore[arg-type] # some are wrong on purpose
        capabilities=can(Capability.PRINT_SLIP),
        remedy=Text("试", "Ring the maker"),
        beside=service,
    )
    return Choice(BY_DEVICE["slip_printer"], entry, NoSettings())


async def fit_one(choice: Choice, state: Path) -> Devices:
    """Fit one device beside the simulated others."""
    machine = SimulatedMachine(state, VirtualClock(), 0.0)
    names = ("card_station", "code_scanner", "face_camera", "card_printer", "chip_reader")
    others = tuple(Choice(BY_DEVICE[name], find(name, "simulated", state), NoSettings()) for name in names)
    place = Place(machine.pace.clock, state, machine)
    try:
        async with fitted(Plan((*others, choice), ()), place) as devices:
            HAPPENED.append("fitted")
            return devices
    finally:
        await machine.close()
        await machine.printer_station.close()


@pytest.fixture(autouse=True)
def _nothing_happened() -> None:
    HAPPENED.clear()


def test_what_runs_beside_a_device_is_there_before_it_and_gone_after_it(tmp_path: Path) -> None:
    devices = asyncio.run(fit_one(driver(lambda section, place: Printer()), tmp_path))
    assert isinstance(devices.slip, GuardedDevice)  # the driver is none of the program's own
    assert devices.document is None
    assert HAPPENED == ["service up", "fitted", "closed", "service down"]


def _raises(error: Exception) -> object:
    def make(section: NoSettings, place: Place) -> Device:
        raise error

    return make


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (_raises(ImportError("No module named 'acme_sdk'")), "No module named 'acme_sdk'. Ring the maker"),
        (_raises(OSError(13, "Permission denied")), "Permission denied"),
        (_raises(KeyError()), "KeyError"),
        (lambda section: Printer(), "positional argument"),
        (
            lambda section, place: Half(),
            "its device lacks capabilities, name, print_slip, reset, status, subscribe of SlipP",
        ),
    ],
)
def test_a_driver_that_cannot_make_its_device_is_named(make: object, named: str, tmp_path: Path) -> None:
    with pytest.raises(DriverUnusable, match=r"\[devices.slip_printer\] driver trial: .*" + named):
        asyncio.run(fit_one(driver(make), tmp_path))
    assert HAPPENED == ["service up", "service down"]


def test_drivers_of_one_machine_share_what_they_ask_for_by_the_same_key(tmp_path: Path) -> None:
    place, other = Place(VirtualClock(), tmp_path), Place(VirtualClock(), tmp_path)
    board = place.shared("board", object)
    assert place.shared("board", object) is board
    assert other.shared("board", object) is not board


def test_lights_and_cabinet_on_one_board_are_one_conversation(tmp_path: Path) -> None:
    lights, cabinet = find("lights", "io_board", tmp_path), find("cabinet", "io_board", tmp_path)
    place = Place(VirtualClock(), tmp_path)

    async def make() -> None:
        made = [
            lights.make(lights.section.model_validate({"host": "b", "outputs": {"slip": 4}}), place),
            cabinet.make(
                cabinet.section.model_validate({"host": "b", "doors": {"service": {"input": 0}}}), place
            ),
        ]
        assert len(place.things) == 1
        elsewhere = {"host": "b", "unit": 2, "outputs": {"slip": {"green": 1}}}
        made.append(lights.make(lights.section.model_validate(elsewhere), place))
        assert len(place.things) == 2
        for device in made:
            await device.close()

    asyncio.run(make())
