"""The printer's driver against the simulated printer over TCP: what is said is what the film shows."""

import asyncio
import errno
from pathlib import Path

import pytest

from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.films import Films
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from kiosk.domain.failure import FailureCode
from kiosk.domain.raster import CardRaster
from tests.devices.bench import LI, film, on_card, place, raster_of, running, spotted
from tests.support.virtual_time import run

PRINTER = DeviceName.PRINTER
OLD, NEW = spotted(960, 560), spotted(400, 300)


async def _make(machine: SimulatedMachine, raster: CardRaster = NEW) -> Completion[None]:
    return await machine.printer.print_card(raster, deadline_s=90)


async def _shows(machine: SimulatedMachine, raster: CardRaster) -> bool:
    return (await film(machine)).tobytes() == on_card(raster).tobytes()


async def _blank(machine: SimulatedMachine) -> bool:
    return (await film(machine)).getbbox() is None


@pytest.mark.parametrize("pace", [0.0, 1.0])
def test_the_new_print_takes_the_place_of_the_old(tmp_path: Path, pace: float) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            assert await _make(machine, OLD) == Done(None)
            assert await _shows(machine, OLD)
            assert await _make(machine, NEW) == Done(None)
            assert await _shows(machine, NEW)
            assert machine.mechanism.state().counters.printed == 2

    run(visit())


def test_progress_is_told_honestly(tmp_path: Path) -> None:
    async def visit() -> list[float]:
        told: list[float] = []
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            await machine.printer.print_card(NEW, deadline_s=90, progress=told.append)
            assert 36 <= machine.pace.clock.monotonic() <= 38
        return told

    told = run(visit())
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert told[len(told) // 2] == pytest.approx(0.5, abs=0.05)


def test_while_it_prints_the_status_is_busy_and_the_card_stays(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            making = asyncio.ensure_future(_make(machine))
            await machine.pace.clock.sleep(5)
            assert (await machine.printer.status()).state is DeviceState.BUSY
            assert isinstance(await machine.station.eject(deadline_s=5), Refused)
            assert isinstance(await _make(machine), Refused)
            assert await making == Done(None)
            assert (await machine.printer.status()).ready

    run(visit())


@pytest.mark.parametrize(
    "fault", ["offline", "mute", "garbage", "cover_open", "film_station_down", "error_bit"]
)
def test_a_printer_that_cannot_print_is_refused_before_anything_happens(tmp_path: Path, fault: str) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            assert await _make(machine, OLD) == Done(None)
            machine.faults.arm(PRINTER, fault, FaultMode.UNTIL_CLEARED)
            assert isinstance(await _make(machine), Refused)
            assert not (await machine.printer.status()).ready
            machine.faults.clear(PRINTER)
            assert (await machine.printer.status()).ready
            assert await _shows(machine, OLD)

    run(visit())


def test_the_cover_has_a_code_of_its_own(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.faults.arm(PRINTER, "cover_open", FaultMode.UNTIL_CLEARED)
            status = await machine.printer.status()
            assert status.faults[0].code is FailureCode.PRINTER_COVER_OPEN

    run(visit())


def test_without_a_card_nothing_is_printed(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert isinstance(await _make(machine), Refused)
            place(machine.mechanism, Picture.AT_CHIP)
            assert isinstance(await _make(machine), Refused)
            assert await _blank(machine)

    run(visit())


def test_a_line_lost_before_the_print_command_has_printed_nothing(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            await _make(machine, OLD)
            machine.faults.arm(PRINTER, "line_lost_before_print")
            assert isinstance(await _make(machine), Failed)
            assert await _shows(machine, OLD)
            assert await _make(machine) == Done(None)

    run(visit())


@pytest.mark.parametrize("pace", [0.0, 1.0])
def test_a_line_lost_while_printing_is_unknown_and_the_film_tells(tmp_path: Path, pace: float) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            machine.faults.arm(PRINTER, "line_lost_during_print")
            completion = await _make(machine)
            assert isinstance(completion, Unknown)
            assert completion.fault.code is FailureCode.PRINT_UNKNOWN
            assert await machine.station.locate() is MediaPosition.PRINT
            seen = await machine.printer.capture(deadline_s=60)  # waits until the printer is at rest
            assert isinstance(seen, Done)
            assert await _shows(machine, NEW)

    run(visit())


def test_a_printer_without_power_half_way_leaves_the_film_erased(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            await _make(machine, OLD)
            machine.faults.arm(PRINTER, "power_lost_during_print")
            assert isinstance(await _make(machine), Unknown | Failed)
            assert await _blank(machine)
            assert not (await machine.printer.status()).ready

    run(visit())


@pytest.mark.parametrize("fault", ["error_midway", "jam"])
def test_a_print_that_breaks_off_is_a_failure_until_a_reset(tmp_path: Path, fault: str) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            machine.faults.arm(PRINTER, fault)
            assert isinstance(await _make(machine), Failed)
            assert (await machine.printer.status()).state is DeviceState.HARDWARE_ERROR
            await machine.station.reset(MediaAction.KEEP, deadline_s=10)
            await machine.printer.reset(MediaAction.KEEP, deadline_s=10)
            assert (await machine.printer.status()).ready
            await machine.station.move(MediaPosition.PRINT, deadline_s=5)
            assert await _make(machine) == Done(None)

    run(visit())


@pytest.mark.parametrize("fault", ["wrong_print", "blank_print"])
def test_a_wrong_print_shows_on_the_film_alone(tmp_path: Path, fault: str) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            machine.faults.arm(PRINTER, fault)
            assert await _make(machine) == Done(None)
            assert not await _shows(machine, NEW)
            assert await _blank(machine) is (fault == "blank_print")

    run(visit())


def test_a_card_pulled_while_it_prints_fails_at_once(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            making = asyncio.ensure_future(_make(machine))
            await machine.pace.clock.sleep(20)
            machine.mechanism.pull()
            assert isinstance(await making, Failed)
            assert machine.pace.clock.monotonic() < 22
            assert (await machine.printer.status()).ready
            place(machine.mechanism, Picture.AT_PRINT)
            await machine.pace.clock.sleep(3)
            assert await _make(machine) == Done(None)

    run(visit())


def test_a_deadline_passed_while_printing_is_unknown(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            assert isinstance(await machine.printer.print_card(NEW, deadline_s=10), Unknown)
            assert (await machine.printer.status()).state is DeviceState.BUSY
            early = await machine.printer.capture(deadline_s=5)
            assert isinstance(early, Unknown)  # half a film proves nothing
            late = await machine.printer.capture(deadline_s=60)
            assert isinstance(late, Done)
            assert await _shows(machine, NEW)

    run(visit())


def test_a_cancelled_print_goes_on_and_the_status_says_so(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            making = asyncio.ensure_future(_make(machine))
            await machine.pace.clock.sleep(3)
            making.cancel()
            with pytest.raises(asyncio.CancelledError):
                await making
            assert (await machine.printer.status()).state is DeviceState.BUSY
            await machine.pace.clock.sleep(40)
            assert (await machine.printer.status()).ready
            assert await _shows(machine, NEW)

    run(visit())


def test_what_a_dead_process_left_half_made_shows_as_an_error(tmp_path: Path) -> None:
    async def first() -> None:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            making = asyncio.ensure_future(_make(machine))
            await machine.pace.clock.sleep(20)
            making.cancel()

    async def second() -> None:
        async with running(tmp_path) as machine:
            assert machine.mechanism.state().card == LI
            assert (await machine.printer.status()).state is DeviceState.HARDWARE_ERROR
            assert await _blank(machine)
            assert await machine.station.eject(deadline_s=5) == Done(MediaPosition.EXIT)
            assert (await machine.printer.status()).ready

    run(first())
    run(second())


def test_reset_ejects_and_knows_no_bin(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            assert isinstance(await machine.printer.reset(MediaAction.RETAIN, deadline_s=10), Refused)
            assert await machine.printer.reset(MediaAction.EJECT, deadline_s=10) == Done(MediaPosition.EXIT)
            assert await machine.station.locate() is MediaPosition.EXIT

    run(visit())


def test_an_error_that_outlives_a_restart_is_a_failure(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.faults.arm(PRINTER, "film_station_down", FaultMode.UNTIL_CLEARED)
            assert isinstance(await machine.printer.reset(MediaAction.KEEP, deadline_s=10), Failed)

    run(visit())


def test_the_driver_finds_a_printer_again_that_was_switched_off_and_on(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert (await machine.printer.status()).ready
            machine.faults.arm(PRINTER, "offline", FaultMode.UNTIL_CLEARED)
            assert (await machine.printer.status()).state is DeviceState.OFFLINE
            machine.faults.clear(PRINTER)
            assert (await machine.printer.status()).ready

    run(visit())


def test_a_picture_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            blank = CardRaster(1012, 638, 300, bytes(127 * 638))
            coarse = CardRaster(8, 1, 203, b"\x00")
            beyond = on_card(spotted(8, 8)).copy()
            beyond.paste(255, (1005, 0, 1011, 638))
            for raster in (blank, coarse, raster_of(beyond)):
                assert isinstance(await _make(machine, raster), Refused)

    run(visit())


def test_a_film_that_its_own_disk_does_not_take_breaks_the_print_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    async def visit() -> float:
        async with running(tmp_path, pace=1.0) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            began = asyncio.get_running_loop().time()
            with monkeypatch.context() as patch:
                patch.setattr(Films, "save", full)
                assert isinstance(await _make(machine), Failed)
            waited = asyncio.get_running_loop().time() - began
            restarted = await machine.printer.reset(MediaAction.KEEP, deadline_s=60)
            assert isinstance(restarted, Done)
            assert (await machine.printer.status()).ready
            return waited

    assert run(visit()) < 20.0, "what has broken off is said at once, not at the deadline"
