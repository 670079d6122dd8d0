"""The slip on an A4 page: the same content in its true size, and the printer's words in the slip's."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import zxingcpp

from kiosk import pdf_raster
from kiosk.devices.contracts import DeviceName, Done, Failed, Refused, Unknown
from kiosk.devices.page_slip.driver import PageSlipPrinter
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.domain.failure import FailureCode
from tests.devices.bench import running
from tests.devices.escpos.slips import CODE, slip_pdf
from tests.devices.ipp.bench import document
from tests.support.virtual_time import run

A4 = DeviceName.DOCUMENT
Story = Callable[[SimulatedMachine, PageSlipPrinter], Awaitable[None]]


def with_slip(state: Path, story: Story, *, owns: bool = False) -> None:
    async def main() -> None:
        async with running(state) as machine:
            slip = PageSlipPrinter(machine.document, machine.pace.clock, owns=owns)
            try:
                await story(machine, slip)
            finally:
                await slip.close()

    run(main())


def test_the_slip_stands_whole_and_in_its_size_on_the_page(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, slip: PageSlipPrinter) -> None:
        assert await slip.print_slip(slip_pdf(), deadline_s=30) == Done(None)
        (page,) = machine.document.documents()
        picture = pdf_raster.middle_of_page(page.read_bytes(), dots_per_inch=203.2, width=1680)
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [CODE]
        before, after = (
            {line.text: line.bottom - line.top for line in pdf_raster.text_lines(pdf)}
            for pdf in (slip_pdf(), page.read_bytes())
        )
        assert before == pytest.approx(after, abs=0.01)

    with_slip(tmp_path, story)


@pytest.mark.parametrize(
    ("fault", "code", "ending"),
    [
        ("paper_out", FailureCode.SLIP_PAPER_OUT, Refused),
        ("cover_open", FailureCode.SLIP_PRINTER_COVER_OPEN, Refused),
        ("toner_out", FailureCode.SLIP_PRINTER_FAULT, Refused),
        ("jam", FailureCode.SLIP_PRINTER_FAULT, Failed),
        ("power_lost", FailureCode.SLIP_UNKNOWN, Unknown),
        ("offline", FailureCode.SLIP_PRINTER_UNAVAILABLE, Refused),
    ],
)
def test_what_the_printer_says_is_said_of_the_slip(
    tmp_path: Path, fault: str, code: FailureCode, ending: type
) -> None:
    async def story(machine: SimulatedMachine, slip: PageSlipPrinter) -> None:
        machine.faults.arm(A4, fault, FaultMode.UNTIL_CLEARED)
        ended = await slip.print_slip(slip_pdf(), deadline_s=30)
        assert isinstance(ended, ending)
        assert ended.fault.code is code
        assert (await slip.status()).ready is (fault == "power_lost")

    with_slip(tmp_path, story)


def test_what_is_no_slip_never_reaches_the_printer(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, slip: PageSlipPrinter) -> None:
        for content in (b"", b"GIF89a", b"%PDF-1.4 cut", b"%PDF-" + bytes(5 * 1024 * 1024)):
            assert isinstance(await slip.print_slip(content, deadline_s=30), Refused)
        assert machine.document.tray().taken == 0

    with_slip(tmp_path, story)


@pytest.mark.parametrize("owns", [False, True])
def test_the_printer_is_closed_and_listed_by_its_owner_alone(tmp_path: Path, owns: bool) -> None:
    async def story(machine: SimulatedMachine, slip: PageSlipPrinter) -> None:
        assert bool(await slip.consumables()) is owns
        assert bool(await slip.counters()) is owns
        await slip.close()
        printed = await machine.document.print_document("v", document(), deadline_s=30)
        assert isinstance(printed, Refused if owns else Done)

    with_slip(tmp_path, story, owns=owns)


def test_while_the_printer_works_for_somebody_else_a_slip_is_refused(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine, slip: PageSlipPrinter) -> None:
        machine.faults.arm(A4, "never_ends")
        other = asyncio.ensure_future(machine.document.print_document("v", document(), deadline_s=5))
        assert isinstance(await other, Unknown)
        refused = await slip.print_slip(slip_pdf(), deadline_s=30)
        assert isinstance(refused, Refused)
        assert refused.fault.code is FailureCode.SLIP_PRINTER_UNAVAILABLE

    with_slip(tmp_path, story)
