"""The simulated scanner, camera and slip printer."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.devices.contracts import (
    DeviceName,
    DeviceState,
    Done,
    FaceResult,
    Failed,
    Orientation,
    Refused,
    Unknown,
)
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import NotPossible, Picture
from kiosk.devices.simulated.scanner import printed_line
from kiosk.devices.simulated.slip_printer import ROLL
from kiosk.devices.upkeep import Level
from kiosk.domain.failure import FailureCode, Fault
from tests.devices.bench import LI, LINES, WU, place, running
from tests.devices.escpos.slips import CODE, slip_pdf
from tests.support.virtual_time import run

SLIP = slip_pdf()
OUT = Fault(FailureCode.SLIP_PAPER_OUT)


def test_the_scanner_reads_the_card_that_is_inside(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_CHIP, WU)
            assert await machine.scanner.read_line(deadline_s=5) == Done(LINES[WU])

    run(visit())


@pytest.mark.parametrize("fault", ["smudged", "confused"])
def test_a_dirty_line_is_read_wrong_once(tmp_path: Path, fault: str) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_CHIP)
            machine.faults.arm(DeviceName.SCANNER, fault)
            dirty = await machine.scanner.read_line(deadline_s=5)
            assert isinstance(dirty, Done)
            assert dirty.value != LINES[LI]
            assert len(dirty.value) == len(LINES[LI])
            assert await machine.scanner.read_line(deadline_s=5) == Done(LINES[LI])

    run(visit())


def test_no_line_on_the_wrong_side_or_without_a_card(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert isinstance(await machine.scanner.read_line(deadline_s=5), Refused)
            machine.mechanism.insert(LI, Orientation.UPSIDE_DOWN)
            machine.mechanism.shift(Picture.AT_CHIP, only_from=frozenset({Picture.AT_ENTRY}))
            read = await machine.scanner.read_line(deadline_s=5)
            assert isinstance(read, Failed)
            assert read.fault.code is FailureCode.LINE_UNREADABLE

    run(visit())


@pytest.mark.parametrize(
    "content", [b"", b"line = 3", b"line = ''", b"\xff\xfe", b"line = ", b"line = 'x'\n" + b"#" * 70_000]
)
def test_a_damaged_specimen_has_no_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "specimen.toml").write_bytes(content)
    assert printed_line(tmp_path) is None


async def _compare(machine: SimulatedMachine) -> FaceResult:
    completion = await machine.camera.compare(b"portrait", deadline_s=5)
    assert isinstance(completion, Done)
    return completion.value


def test_the_camera_knows_the_holder_from_others(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_CHIP)
            assert (await _compare(machine)).matched
            machine.camera.stand_in_front(WU)
            assert not (await _compare(machine)).matched
            machine.camera.stand_in_front(LI, hints=("glasses",))
            seen = await _compare(machine)
            assert (seen.matched, seen.hints) == (True, ("glasses",))
            machine.camera.stand_in_front(LI, hints=("mask",))
            seen = await _compare(machine)
            assert (seen.matched, seen.hints) == (False, ("mask",))
            machine.camera.walk_away()
            assert (await _compare(machine)).hints == ("nobody",)

    run(visit())


def test_the_mismatch_fault_strikes_once(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_CHIP)
            machine.faults.arm(DeviceName.CAMERA, "mismatch")
            assert [(await _compare(machine)).matched for _ in range(2)] == [False, True]

    run(visit())


def test_the_camera_needs_a_portrait_and_known_people(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert isinstance(await machine.camera.compare(b"", deadline_s=5), Refused)
            with pytest.raises(NotPossible):
                machine.camera.stand_in_front("nobody-known")
            with pytest.raises(NotPossible):
                machine.camera.stand_in_front(LI, hints=("hat",))

    run(visit())


def test_every_slip_is_kept_and_uses_paper(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            for number in range(3):
                assert await machine.slip.print_slip(SLIP + bytes((number,)), deadline_s=5) == Done(None)
            assert [path.read_bytes()[-1] for path in machine.slip.slips()] == [0, 1, 2]
            assert machine.slip.tray().paper_left == ROLL - 3

    run(visit())


def test_without_paper_nothing_is_begun(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.faults.arm(DeviceName.SLIP, "paper_out", FaultMode.UNTIL_CLEARED)
            assert (await machine.slip.status()).faults == (OUT,)
            assert await machine.slip.print_slip(SLIP, deadline_s=5) == Refused(OUT)
            machine.slip.refill()
            assert (await machine.slip.status()).ready
            assert await machine.slip.print_slip(SLIP, deadline_s=5) == Done(None)

    run(visit())


def test_paper_that_ends_half_way_is_a_failure(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.faults.arm(DeviceName.SLIP, "out_midway")
            assert await machine.slip.print_slip(SLIP, deadline_s=5) == Failed(OUT)
            assert machine.slip.slips() == ()
            assert await machine.slip.print_slip(SLIP, deadline_s=5) == Refused(OUT)

    run(visit())


def test_a_slip_whose_answer_was_lost_is_there_all_the_same(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.faults.arm(DeviceName.SLIP, "line_lost")
            assert isinstance(await machine.slip.print_slip(SLIP, deadline_s=5), Unknown)
            assert len(machine.slip.slips()) == 1

    run(visit())


def test_every_slip_is_kept_as_the_roll_shows_it(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert await machine.slip.print_slip(SLIP, deadline_s=5) == Done(None)

    run(visit())
    with Image.open(tmp_path / "devices" / "slips" / "slip-000001.png") as picture:
        assert picture.size[0] == 576
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [CODE]


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("cover_open", DeviceState.USER_ERROR, FailureCode.SLIP_PRINTER_COVER_OPEN),
        ("cutter", DeviceState.HARDWARE_ERROR, FailureCode.SLIP_PRINTER_FAULT),
    ],
)
def test_a_slip_printer_in_trouble_says_in_which(
    tmp_path: Path, fault: str, state: DeviceState, code: FailureCode
) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.faults.arm(DeviceName.SLIP, fault, FaultMode.UNTIL_CLEARED)
            status = await machine.slip.status()
            assert (status.state, status.faults[0].code) == (state, code)
            refused = await machine.slip.print_slip(SLIP, deadline_s=5)
            assert isinstance(refused, Refused)
            assert refused.fault.code is code

    run(visit())


def test_a_roll_near_its_end_is_low_and_prints_on(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            machine.slip.refill(2)
            levels = []
            for _ in range(3):
                levels.append((await machine.slip.consumables())[0].level)
                await machine.slip.print_slip(SLIP, deadline_s=5)
            assert levels == [Level.LOW, Level.LOW, Level.OUT]
            assert [one.count for one in await machine.slip.counters()] == [2, 2]

    run(visit())


def test_only_a_pdf_can_be_a_slip(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            assert isinstance(await machine.slip.print_slip(b"GIF89a", deadline_s=5), Refused)

    run(visit())
