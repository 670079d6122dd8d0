"""The Evolis driver against a stand-in for the SDK's module; no printer and no closed library takes part."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.contracts import (
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.evolis import sdk as boundary
from kiosk.devices.evolis.driver import EvolisCardPrinter
from kiosk.devices.evolis.sdk import EvolisPrinter, SdkMissing
from kiosk.devices.evolis.worker import SdkWorker
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from kiosk.devices.upkeep import CleaningState, Counted, Level
from kiosk.domain.failure import FailureCode
from kiosk.domain.raster import CardRaster
from tests.devices.bench import film, on_card, place, running, spotted
from tests.devices.evolis.loop_worker import LoopWorker
from tests.devices.evolis.stand_in import Code, StandInSdk
from tests.support.patience import LONG_S
from tests.support.virtual_time import run

Story = Callable[[SimulatedMachine, StandInSdk, EvolisCardPrinter], Awaitable[None]]


def with_printer(state: Path, story: Story, *, card: Picture | None = Picture.AT_PRINT) -> None:
    async def main() -> None:
        async with running(state, pace=1.0) as machine:
            if card is not None:
                place(machine.mechanism, card)
            sdk = StandInSdk(machine)
            driver = EvolisCardPrinter(
                EvolisPrinter("Evolis stand-in", lambda: sdk),
                machine.pace.clock,
                machine.film_camera,
                worker=LoopWorker(sdk, machine.pace),
            )
            try:
                await story(machine, sdk, driver)
            finally:
                await driver.close()

    run(main())


def test_a_card_is_rewritten_whole_and_stays_inside(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        assert await driver.print_card(spotted(), deadline_s=60) == Done(None)
        assert set(sdk.settings.values()) == {"FULLREWRITE"}
        assert (await film(machine)).tobytes() == on_card(spotted()).tobytes()
        assert isinstance(await driver.capture(deadline_s=5), Done)
        assert await driver.erase_card(deadline_s=60) == Done(None)
        assert (await film(machine)).getbbox() is None

    with_printer(tmp_path, story)


@pytest.mark.parametrize(
    ("code", "ending"),
    [(Code.PRINT_EDATA, Refused), (Code.PRINT_EMECHANICAL, Failed), (Code.ETIMEOUT, Unknown)],
)
def test_the_code_of_the_print_call_decides(tmp_path: Path, code: Code, ending: type) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        sdk.ends_with = code
        ended = await driver.print_card(spotted(), deadline_s=60)
        assert isinstance(ended, ending)
        assert ended.fault.detail == code.name

    with_printer(tmp_path, story)


def test_a_card_that_is_gone_after_ok_is_no_success(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        making = asyncio.ensure_future(driver.print_card(spotted(), deadline_s=60))
        await machine.pace.clock.sleep(1)
        machine.mechanism.pull()
        assert isinstance(await making, Unknown)

    with_printer(tmp_path, story)


def test_what_hinders_a_print_is_named_before_it_begins(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        refused = await driver.print_card(spotted(), deadline_s=60)
        assert isinstance(refused, Refused)
        assert "no card" in refused.fault.detail
        sdk.cover_open = True
        assert (await driver.status()).faults[0].code is FailureCode.PRINTER_COVER_OPEN
        sdk.cover_open, sdk.mechanical_error = False, True
        assert (await driver.status()).state is DeviceState.HARDWARE_ERROR
        assert isinstance(await driver.print_card(spotted(), deadline_s=60), Refused)
        assert await driver.reset(MediaAction.KEEP, deadline_s=10) == Done(MediaPosition.NOT_PRESENT)
        assert (await driver.status()).ready

    with_printer(tmp_path, story, card=None)


@pytest.mark.parametrize(
    ("action", "position"),
    [(MediaAction.EJECT, MediaPosition.EXIT), (MediaAction.RETAIN, MediaPosition.RETAINED)],
)
def test_a_reset_moves_the_card(tmp_path: Path, action: MediaAction, position: MediaPosition) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        assert await driver.reset(action, deadline_s=10) == Done(position)
        assert machine.mechanism.state().position is position

    with_printer(tmp_path, story)


@pytest.mark.parametrize("raised", [OSError("gone"), ValueError("not ascii"), AttributeError(name="x")])
def test_whatever_the_sdk_raises_is_a_named_failure(tmp_path: Path, raised: Exception) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        sdk.broken = raised
        assert (await driver.status()).state is DeviceState.OFFLINE
        assert isinstance(await driver.print_card(spotted(), deadline_s=60), Refused)
        assert await driver.consumables() == ()
        assert await driver.counters() == ()
        sdk.broken = None
        assert (await driver.status()).ready

    with_printer(tmp_path, story)


def test_its_own_counters_say_when_it_wants_to_be_cleaned(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        assert (await driver.cleaning()).state is CleaningState.DUE
        assert [one.level for one in await driver.consumables()] == [Level.LOW]
        counters = {one.what: one.count for one in await driver.counters()}
        assert counters == {Counted.CARDS_PRINTED: 1200, Counted.CLEANINGS: 1}
        sdk.cleaning.cardCount = -5
        assert (await driver.cleaning()).state is CleaningState.UNKNOWN

    with_printer(tmp_path, story)


@pytest.mark.parametrize("raster", [spotted(1017, 10), CardRaster(8, 1, 600, b"\0")])
def test_a_picture_that_does_not_fit_is_refused(tmp_path: Path, raster: CardRaster) -> None:
    async def story(machine: SimulatedMachine, sdk: StandInSdk, driver: EvolisCardPrinter) -> None:
        assert isinstance(await driver.print_card(raster, deadline_s=60), Refused)

    with_printer(tmp_path, story)


def test_without_the_sdk_the_failure_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        driver = EvolisCardPrinter("Evolis KM2000B", SystemClock(), None)
        status = await driver.status()
        assert status.state is DeviceState.OFFLINE
        assert "[evolis]" in status.faults[0].detail
        assert isinstance(await driver.print_card(spotted(), deadline_s=5), Refused)
        await driver.close()

    def missing(name: str) -> object:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(boundary, "import_module", missing)
    asyncio.run(main())
    with pytest.raises(SdkMissing):
        boundary.load()


def test_a_call_that_hangs_costs_its_time_and_no_more() -> None:
    """In real time, with the real thread: the SDK's call stays away until the test lets it return."""
    hang = threading.Event()

    async def main() -> None:
        worker = SdkWorker()
        waiting = worker.call(lambda: hang.wait(LONG_S))
        driver = EvolisCardPrinter("any", SystemClock(), None, worker=worker)
        assert worker.busy
        assert (await driver.status()).state is DeviceState.UNKNOWN
        assert isinstance(await driver.print_card(spotted(), deadline_s=5), Refused)
        assert await driver.consumables() == ()
        hang.set()
        assert await waiting
        assert not worker.busy
        await driver.close()

    asyncio.run(main())


def test_the_names_are_those_of_the_real_sdk() -> None:
    """Where the extra is installed: everything that the stand-in plays is there under the same name."""
    real = pytest.importorskip("evolis")
    for owner, names in {
        "Connection": ("open", "close", "get_state", "get_status", "get_cleaning_info", "eject_card"),
        "PrintSession": ("set_auto_eject", "set_setting", "set_black_buffer", "print", "get_last_error"),
        "SettingKey": ("FRwManagement", "BRwManagement"),
        "RwCardType": ("MBLACK", "MBLUE"),
        "CardFace": ("FRONT", "BACK"),
        "OpenMode": ("DIRECT",),
        "ReturnCode": [code.name for code in Code],
    }.items():
        assert not [name for name in names if not hasattr(getattr(real, owner), name)]
    assert hasattr(real.Connection, "reject_card")
    assert hasattr(real.Connection, "clear_mechanical_errors")
    assert hasattr(real.Status.Flag, "INF_CARD_PRINT")
