"""The worked sample of docs/write-a-driver.md: what comes out of the printer, and what its doubts end in."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assembly.registry import find
from kiosk.devices.contracts import Done, MediaAction, Refused, Unknown
from kiosk.devices.driver import Place
from kiosk.domain.failure import FailureCode
from tests.contract.zpl_printer import SAMPLE, SamplePeers, load_sample
from tests.devices.bench import running
from tests.devices.escpos.slips import CODE, slip_pdf
from tests.support.virtual_time import VirtualClock, run

Story = Callable[[SamplePeers], Awaitable[None]]


def at_the_printer(folder: Path, story: Story) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack:
            machine = await stack.enter_async_context(running(folder, 1.0))
            peers = SamplePeers(machine)
            await peers.start()
            stack.push_async_callback(peers.close)
            await story(peers)

    run(main())


def test_a_slip_comes_out_whole_and_its_code_can_be_read(tmp_path: Path) -> None:
    async def story(peers: SamplePeers) -> None:
        assert await peers.slip.print_slip(slip_pdf(), deadline_s=60) == Done(None)
        (label,) = peers.printer.labels
        assert [code.text for code in zxingcpp.read_barcodes(label.point(lambda value: 255 - value))] == [
            CODE
        ]

    at_the_printer(tmp_path, story)


@pytest.mark.parametrize(
    ("obstacle", "code"),
    [
        ("paper_out", FailureCode.SLIP_PAPER_OUT),
        ("head_open", FailureCode.SLIP_PRINTER_COVER_OPEN),
        ("paused", FailureCode.SLIP_PRINTER_FAULT),
    ],
)
def test_what_keeps_it_from_printing_is_said_before(obstacle: str, code: FailureCode, tmp_path: Path) -> None:
    async def story(peers: SamplePeers) -> None:
        setattr(peers.printer, obstacle, True)
        refused = await peers.slip.print_slip(slip_pdf(), deadline_s=60)
        assert isinstance(refused, Refused)
        assert refused.fault.code is code
        assert [fault.code for fault in (await peers.slip.status()).faults] == [code]
        assert isinstance(await peers.slip.reset(MediaAction.KEEP, deadline_s=10), Refused)
        assert not peers.printer.labels

    at_the_printer(tmp_path, story)


def test_a_printer_that_does_not_count_or_counts_wrongly_is_not_believed(tmp_path: Path) -> None:
    async def story(peers: SamplePeers) -> None:
        peers.printer.per_label = 2
        twice = await peers.slip.print_slip(slip_pdf(), deadline_s=60)
        assert isinstance(twice, Unknown)
        assert "2 labels" in twice.fault.detail
        peers.printer.counts = False
        assert isinstance(await peers.slip.print_slip(slip_pdf(), deadline_s=60), Refused)
        assert isinstance(await peers.slip.print_slip(b"no PDF", deadline_s=60), Refused)

    at_the_printer(tmp_path, story)


@given(st.binary(max_size=200))
def test_nonsense_is_no_host_status(answer: bytes) -> None:
    status = load_sample().host_status(answer)
    assert status is None or answer.count(b",") >= 21


def test_it_is_found_by_its_path_and_makes_its_device(tmp_path: Path) -> None:
    driver = find("slip_printer", SAMPLE.name, SAMPLE.parent)

    async def made() -> str:
        section = driver.section.model_validate({"host": "127.0.0.1", "dots": 832})
        device = driver.make(section, Place(VirtualClock(), tmp_path))
        name = device.name
        await device.close()
        return name

    assert asyncio.run(made()) == "slip_printer"
