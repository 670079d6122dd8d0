"""A driver of one's own whose code fails: every command ends, the fault is named, the machine goes on."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog

from kiosk.assembly.checkup import Verdict, check
from kiosk.assembly.fitting import fit
from kiosk.assembly.guarding import GuardedDevice
from kiosk.assembly.plan import Choice, consider
from kiosk.assembly.slots import SLOTS
from kiosk.config import load_settings
from kiosk.devices.cabinet_contracts import Mains, Presence
from kiosk.devices.contracts import DeviceName, DeviceState, Done, MediaAction, MediaPosition, Unknown
from kiosk.devices.driver import Place
from kiosk.devices.upkeep import Maintained
from kiosk.domain.failure import FailureCode
from kiosk.shipped import load_catalogue
from tests.support.virtual_time import VirtualClock

ACME = """
from kiosk.devices.absent import AbsentSlipPrinter
from kiosk.devices.contracts import Done
from kiosk.devices.driver import Capability, Driver, NoSettings, can
from kiosk.domain.text import Text


class Acme(AbsentSlipPrinter):
    async def print_slip(self, pdf, *, deadline_s):
        return Done(None)

    async def status(self):
        return {}["nobody has thought of this"]


DRIVER = Driver(
    device="slip_printer", name="acme", title=Text("试", "Acme"), section=NoSettings,
    make=lambda section, place: Acme(), capabilities=can(Capability.PRINT_SLIP), remedy=Text("看", "Look"),
)
"""


class Broken:
    """Every question and every command of it fails."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def command(*_: object, **__: object) -> None:
            raise ZeroDivisionError(name)

        def question(*_: object, **__: object) -> None:
            raise AssertionError(name)

        return question if name in {"subscribe", "listen", "headphones", "shown"} else command


def broken(slot: DeviceName) -> Any:
    return GuardedDevice(Broken(), slot)  # type: ignore[arg-type] # it has every method there is


@pytest.mark.parametrize("slot", [DeviceName(slot.device) for slot in SLOTS])
def test_a_device_whose_code_always_fails_says_that_nobody_can_say(slot: DeviceName) -> None:
    async def ask() -> None:
        device = broken(slot)
        status = await device.status()
        assert status.state is DeviceState.UNKNOWN
        assert not status.ready
        assert "ZeroDivisionError at test_guarding.py:" in status.faults[0].detail
        reset = await device.reset(MediaAction.KEEP, deadline_s=1.0)
        assert isinstance(reset, Unknown)
        assert reset.fault.code is status.faults[0].code
        assert isinstance(await device.print_slip(b"", deadline_s=1.0), Unknown)
        assert not (await device.capabilities()).can or slot is DeviceName.LIGHTS
        assert isinstance(device, Maintained)
        assert (await device.consumables(), await device.counters()) == ((), ())
        device.subscribe(lambda: None)()
        await device.close()
        assert device.name == slot

    asyncio.run(ask())


def test_what_cannot_be_asked_is_never_read_as_fine() -> None:
    async def ask() -> None:
        assert await broken(DeviceName.STATION).locate() is MediaPosition.UNKNOWN
        assert broken(DeviceName.KEYPAD).headphones() is Presence.UNKNOWN
        assert (await broken(DeviceName.UPS).power()).mains is Mains.UNKNOWN
        assert (await broken(DeviceName.CABINET).sensors()).person is Presence.UNKNOWN

    asyncio.run(ask())


def test_a_failure_is_logged_once_without_what_it_held() -> None:
    async def ask() -> None:
        device = broken(DeviceName.SLIP)
        for _ in range(3):
            await device.status()

    with structlog.testing.capture_logs() as logged:
        asyncio.run(ask())
    assert [(line["command"], line["error"]) for line in logged] == [("status", "ZeroDivisionError")]


def test_a_driver_file_whose_status_fails_is_broken_and_the_machine_goes_on(tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text(ACME, encoding="utf-8")
    (tmp_path / "kiosk.toml").write_text('[devices.slip_printer]\ndriver = "acme.py"\n', encoding="utf-8")
    settings = load_settings(tmp_path / "kiosk.toml", state=tmp_path)
    choice = next(one for one in consider(settings, simulate=False) if isinstance(one, Choice))
    place = Place(VirtualClock(), tmp_path)

    async def examine() -> None:
        checked = await check(choice, place, load_catalogue())
        assert checked.verdict is Verdict.BROKEN
        assert checked.faults[0].code is FailureCode.SLIP_PRINTER_UNAVAILABLE
        assert "KeyError" in checked.faults[0].detail
        async with AsyncExitStack() as stack:
            device: Any = await fit(choice, place, stack)
            assert isinstance(await device.print_slip(b"", deadline_s=1.0), Done)

    asyncio.run(examine())
