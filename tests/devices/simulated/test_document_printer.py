"""The simulated A4 printer: what came out lies there as pictures, and what it says of a job is true."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    Refused,
    Unknown,
)
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.simulated.document_tray import CASSETTE
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.upkeep import Counted, Level
from kiosk.domain.failure import FailureCode
from tests.devices.bench import running
from tests.devices.ipp.bench import document
from tests.support.virtual_time import run

A4 = DeviceName.DOCUMENT
Story = Callable[[SimulatedMachine], Awaitable[None]]


def at(state: Path, story: Story, pace: float = 0.0) -> None:
    async def main() -> None:
        async with running(state, pace) as machine:
            await story(machine)

    run(main())


async def printing(
    machine: SimulatedMachine, pages: int = 1, name: str = "visit-1"
) -> Completion[DocumentJob]:
    return await machine.document.print_document(name, document(pages), deadline_s=60)


def test_every_page_is_kept_as_a_picture(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine) -> None:
        taken: list[DocumentJob] = []
        pdf = document(3)
        done = await machine.document.print_document("v", pdf, deadline_s=60, accepted=taken.append)
        assert done == Done(taken[0])
        assert [path.read_bytes() for path in machine.document.documents()] == [pdf]
        pictures = sorted((tmp_path / "devices" / "documents").glob("*.png"))
        assert [path.name for path in pictures] == [f"000001-{page}.png" for page in (1, 2, 3)]
        with Image.open(pictures[2]) as last:
            assert last.size == (827, 1169)
            assert last.getextrema()[0] < 100
        assert machine.document.tray().paper_left == CASSETTE - 3
        assert [one.count for one in await machine.document.counters() if one.what is Counted.PAGES] == [3]
        assert await machine.document.find("v", pages=3, known=taken[0], deadline_s=5) == done

    at(tmp_path, story, pace=1.0)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("paper_out", "media-empty"), ("cover_open", "cover-open"), ("toner_out", "marker-supply-empty")],
)
def test_what_needs_a_hand_is_named_before_anything_is_taken(tmp_path: Path, fault: str, reason: str) -> None:
    async def story(machine: SimulatedMachine) -> None:
        machine.faults.arm(A4, fault, FaultMode.UNTIL_CLEARED)
        refused = await printing(machine)
        assert isinstance(refused, Refused)
        assert refused.fault.detail == reason
        assert (await machine.document.status()).state is DeviceState.USER_ERROR
        machine.faults.clear(A4)
        assert isinstance(await printing(machine), Done)

    at(tmp_path, story)


def test_paper_that_ends_half_way_is_waited_for(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine) -> None:
        machine.faults.arm(A4, "out_midway")
        command = asyncio.ensure_future(printing(machine, 2))
        await machine.pace.clock.sleep(20)
        assert (await machine.document.status()).faults[0].detail == "media-empty"
        paper, _ = await machine.document.consumables()
        assert paper.level is Level.OUT
        assert not command.done()
        machine.document.refill()
        assert isinstance(await command, Done)

    at(tmp_path, story, pace=1.0)


def test_a_jam_is_a_failure_that_stands_until_it_is_cleared(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine) -> None:
        machine.faults.arm(A4, "jam")
        failed = await printing(machine, 2)
        assert isinstance(failed, Failed)
        assert "0 of 2 pages" in failed.fault.detail
        assert isinstance(await printing(machine), Refused)
        machine.document.clear_jam()
        assert isinstance(await printing(machine, name="visit-2"), Done)

    at(tmp_path, story)


@pytest.mark.parametrize("fault", ["power_lost", "miscounted", "line_lost"])
def test_what_nobody_can_tell_is_unknown(tmp_path: Path, fault: str) -> None:
    async def story(machine: SimulatedMachine) -> None:
        machine.faults.arm(A4, fault)
        assert isinstance(await printing(machine), Unknown)
        found = await machine.document.find("visit-1", pages=1, deadline_s=5)
        assert isinstance(found, Done if fault == "line_lost" else Unknown)

    at(tmp_path, story)


def test_a_job_that_never_ends_is_unknown_until_a_reset_stops_it(tmp_path: Path) -> None:
    async def story(machine: SimulatedMachine) -> None:
        machine.faults.arm(A4, "never_ends")
        late = await printing(machine)
        assert isinstance(late, Unknown)
        assert late.fault.code is FailureCode.DOCUMENT_UNKNOWN
        assert (await machine.document.status()).state is DeviceState.BUSY
        assert isinstance(await printing(machine, name="visit-2"), Refused)
        assert isinstance(await machine.document.reset(MediaAction.KEEP, deadline_s=5), Done)
        assert isinstance(await machine.document.find("visit-1", pages=1, deadline_s=5), Failed)
        assert isinstance(await printing(machine, name="visit-2"), Done)

    at(tmp_path, story)


def test_a_printer_switched_off_in_a_job_knows_nothing_of_it_afterwards(tmp_path: Path) -> None:
    async def first(machine: SimulatedMachine) -> None:
        asyncio.ensure_future(printing(machine, 2)).add_done_callback(lambda done: done.result())
        await machine.pace.clock.sleep(5)

    async def second(machine: SimulatedMachine) -> None:
        assert not isinstance(await machine.document.find("visit-1", pages=2, deadline_s=5), Done)
        assert (await machine.document.status()).ready

    at(tmp_path, first, pace=1.0)
    at(tmp_path, second)


@pytest.mark.parametrize(
    ("name", "pdf"), [("v", b"GIF89a"), ("v", b"%PDF-1.4 cut"), ("", b""), ("v" * 256, b"")]
)
def test_what_is_no_document_is_refused(tmp_path: Path, name: str, pdf: bytes) -> None:
    async def story(machine: SimulatedMachine) -> None:
        refused = await machine.document.print_document(name, pdf or document(), deadline_s=5)
        assert isinstance(refused, Refused)
        assert machine.document.documents() == ()

    at(tmp_path, story)
