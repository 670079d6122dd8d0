"""Every fault of a real IPP printer (ippeveprinter), judged by the driver and by a second client.

Real processes and the real clock; what must be waited for is waited for by asking, never by sleeping.
"""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp

from kiosk import pdf_raster
from kiosk.clock import SystemClock
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.ipp import messages
from kiosk.devices.ipp.client import IppClient
from kiosk.devices.ipp.driver import IppDocumentPrinter
from kiosk.devices.ipp.encoding import Message
from kiosk.devices.ipp.messages import A4, JobState, Media
from kiosk.devices.page_slip.driver import PageSlipPrinter
from kiosk.devices.upkeep import ConsumableKind, Level
from kiosk.domain.failure import FailureCode
from tests.devices.escpos.slips import CODE, slip_pdf
from tests.devices.ipp.bench import PrinterBench, document, printer_bench
from tests.support.patience import LONG_S

_POLL_S = 0.02
_ID_1 = Media("custom_id1_85.6x53.98mm", 8560, 5398)

Story = Callable[[PrinterBench, IppDocumentPrinter], Coroutine[Any, Any, None]]


def on_printer(story: Story, *, pages: int = 1, media: Media = A4) -> None:
    """Run one story against a printer of its own."""

    async def with_driver(bench: PrinterBench) -> None:
        driver = IppDocumentPrinter(IppClient(bench.uri), SystemClock(), media=media, poll_s=_POLL_S)
        try:
            await story(bench, driver)
        finally:
            await driver.close()

    with printer_bench(pages) as bench:
        asyncio.run(with_driver(bench))


def printing(
    driver: IppDocumentPrinter, name: str = "visit-1", *, pages: int = 1, deadline_s: float = LONG_S
) -> tuple["asyncio.Task[Completion[DocumentJob]]", "asyncio.Future[DocumentJob]"]:
    """Start a print; the future is done once the printer took the job."""
    accepted: asyncio.Future[DocumentJob] = asyncio.get_running_loop().create_future()
    command = driver.print_document(
        name, document(pages), deadline_s=deadline_s, accepted=accepted.set_result
    )
    return asyncio.ensure_future(command), accepted


async def until(driver: IppDocumentPrinter, state: DeviceState) -> None:
    async with asyncio.timeout(LONG_S):
        while (await driver.status()).state is not state:
            await SystemClock().sleep(_POLL_S)


async def job_state(bench: PrinterBench, job: DocumentJob) -> int | None:
    """Ask past the driver."""
    client = IppClient(bench.uri)
    try:
        answer = await client.ask(messages.get_job(bench.uri, client.next_id(), job.job_id))
    finally:
        await client.close()
    assert isinstance(answer, Message)
    views = messages.job_views(answer)
    return views[0].state if views else None


def test_pages_that_came_out_are_done_and_byte_for_byte_ours() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        assert (await driver.status()).ready
        command, accepted = printing(driver, pages=3)
        completion = await command
        assert completion == Done(accepted.result())
        assert isinstance(completion, Done)
        assert completion.value.name == "visit-1"
        assert (completion.value.job_uuid or "").startswith("urn:uuid:")
        assert [page.read_bytes() for page in bench.printed()] == [document(3)]
        known = accepted.result()
        assert await driver.find("visit-1", pages=3, known=known, deadline_s=LONG_S) == completion
        elsewhere = replace(known, printer_uuid="urn:uuid:00000000-0000-0000-0000-000000000000")
        assert isinstance(await driver.find("visit-1", pages=3, known=elsewhere, deadline_s=5), Unknown)

    on_printer(story, pages=3)


def test_fewer_pages_than_sent_are_not_done() -> None:
    """The printer says "completed successfully" of two pages where three were sent."""

    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        command, _ = printing(driver, pages=3)
        completion = await command
        assert isinstance(completion, Unknown)
        assert "2 of 3 pages" in completion.fault.detail

    on_printer(story, pages=2)


def test_a_printer_that_counts_nothing_proves_nothing() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("silent_counter")
        command, _ = printing(driver)
        assert isinstance(await command, Unknown)

    on_printer(story)


def test_a_slow_job_is_waited_for() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("slow")
        command, accepted = printing(driver)
        await accepted
        await until(driver, DeviceState.BUSY)
        assert not command.done()
        await asyncio.to_thread(bench.go)
        assert isinstance(await command, Done)

    on_printer(story)


@pytest.mark.parametrize("fault", ["media-empty", "cover-open"])
def test_a_fault_that_clears_is_shown_and_outlived(fault: str) -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set(fault)
        command, _ = printing(driver)
        await until(driver, DeviceState.USER_ERROR)
        status = await driver.status()
        assert [(one.code, one.detail) for one in status.faults] == [
            (FailureCode.DOCUMENT_PRINTER_NEEDS_CARE, fault)
        ]
        assert not command.done()
        await asyncio.to_thread(bench.go)
        assert isinstance(await command, Done)
        assert (await driver.status()).ready

    on_printer(story)


@pytest.mark.parametrize(("fault", "reason"), [("jam", "media-jam"), ("ribbon", "marker-supply-empty")])
def test_a_jam_is_a_failure_and_nothing_more_is_sent(fault: str, reason: str) -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set(fault)
        command, accepted = printing(driver)
        completion = await command
        assert isinstance(completion, Failed)
        assert completion.fault.code is FailureCode.DOCUMENT_NOT_PRINTED
        assert "0 of 1 pages" in completion.fault.detail
        assert await job_state(bench, accepted.result()) == JobState.ABORTED
        bench.set("ok")
        again = await driver.print_document("visit-2", document(), deadline_s=LONG_S)
        assert isinstance(again, Refused)
        assert again.fault.detail == reason
        assert not bench.printed()

    on_printer(story)


def test_a_crash_in_the_printer_is_a_failure() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("crash")
        command, _ = printing(driver)
        assert isinstance(await command, Failed)

    on_printer(story)


def test_a_job_that_never_ends_is_unknown_and_cancelled_is_not_stopped() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("hang")
        command, accepted = printing(driver, deadline_s=2.5)
        completion = await command
        assert isinstance(completion, Unknown)
        assert completion.fault.code is FailureCode.DOCUMENT_UNKNOWN
        assert await job_state(bench, accepted.result()) == JobState.PROCESSING
        assert (await driver.status()).state is DeviceState.BUSY
        second = await driver.print_document("visit-2", document(), deadline_s=LONG_S)
        assert isinstance(second, Refused)
        settled = await driver.reset(MediaAction.KEEP, deadline_s=0.5)
        assert isinstance(settled, Unknown)

    on_printer(story)


def test_a_reset_waits_until_the_printer_has_let_go() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("slow")
        command, accepted = printing(driver)
        await accepted
        await until(driver, DeviceState.BUSY)
        command.cancel()
        await asyncio.wait({command})
        assert command.cancelled()
        settling = asyncio.ensure_future(driver.reset(MediaAction.KEEP, deadline_s=LONG_S))
        await asyncio.to_thread(bench.go)
        assert await settling == Done(MediaPosition.NOT_PRESENT)
        assert (await driver.status()).ready

    on_printer(story)


def test_a_second_job_is_refused_while_one_runs() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("slow")
        command, accepted = printing(driver)
        await accepted
        other = IppDocumentPrinter(IppClient(bench.uri), SystemClock(), poll_s=_POLL_S)
        try:
            assert isinstance(await other.print_document("visit-2", document(), deadline_s=LONG_S), Refused)
            raced = messages.print_job(bench.uri, 7, "visit-3", A4, document())
            client = IppClient(bench.uri)
            answer = await client.ask(raced)
            await client.close()
            assert isinstance(answer, Message)
            assert answer.code == messages.Status.BUSY
        finally:
            await other.close()
        await asyncio.to_thread(bench.go)
        assert isinstance(await command, Done)
        assert len(bench.printed()) == 1

    on_printer(story)


def test_a_printer_that_dies_leaves_the_outcome_unknown() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("slow")
        command, accepted = printing(driver, deadline_s=3.0)
        known = await accepted
        await asyncio.to_thread(bench.kill)
        assert isinstance(await command, Unknown)
        assert (await driver.status()).state is DeviceState.OFFLINE
        assert isinstance(await driver.print_document("visit-2", document(), deadline_s=5), Refused)
        await asyncio.to_thread(bench.start)
        found = await driver.find("visit-1", pages=1, known=known, deadline_s=LONG_S)
        assert isinstance(found, Unknown)
        assert "no job of that name" in found.fault.detail

    on_printer(story)


def test_after_a_restart_the_same_number_is_not_taken_for_the_same_job() -> None:
    """Its numbers begin at 1 again, and the printer's uuid is the same: only the job's uuid tells."""

    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        command, accepted = printing(driver)
        assert isinstance(await command, Done)
        known = accepted.result()
        await asyncio.to_thread(bench.kill)
        await asyncio.to_thread(bench.start)
        other, _ = printing(driver, "visit-2")
        after = await other
        assert isinstance(after, Done)
        assert after.value.job_id == known.job_id
        assert after.value.printer_uuid == known.printer_uuid
        assert after.value.job_uuid != known.job_uuid
        assert isinstance(await driver.find("visit-1", pages=1, known=known, deadline_s=5), Unknown)
        renamed = replace(known, name="visit-2")
        assert isinstance(await driver.find("visit-2", pages=1, known=renamed, deadline_s=5), Unknown)

    on_printer(story)


def test_a_kiosk_that_restarts_finds_its_job_by_name() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        bench.set("slow")
        command, accepted = printing(driver)
        await accepted
        await driver.close()  # the kiosk dies; the printer goes on
        assert isinstance(await command, Unknown)
        restarted = IppDocumentPrinter(IppClient(bench.uri), SystemClock(), poll_s=_POLL_S)
        try:
            finding = asyncio.ensure_future(restarted.find("visit-1", pages=1, deadline_s=LONG_S))
            await until(restarted, DeviceState.BUSY)
            await asyncio.to_thread(bench.go)
            assert isinstance(await finding, Done)
        finally:
            await restarted.close()

    on_printer(story)


def test_paper_that_the_printer_lacks_is_refused_before_anything_is_sent() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        refused = await driver.print_document("visit-1", document(), deadline_s=LONG_S)
        assert isinstance(refused, Refused)
        assert "media-col" in refused.fault.detail
        assert not bench.printed()
        assert not list((bench.folder / "spool").rglob("*.pdf"))

    on_printer(story, media=_ID_1)


def test_over_tls_only_the_certificate_that_was_pinned_is_trusted() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        uri = bench.uri.replace("ipp:", "ipps:")
        stranger = IppDocumentPrinter(IppClient(uri), SystemClock(), poll_s=_POLL_S)
        assert isinstance(await stranger.print_document("visit-1", document(), deadline_s=5), Refused)
        await stranger.close()
        (made,) = (bench.folder / "keys").glob("*.crt")
        pinned = IppClient(uri, ssl.create_default_context(cafile=made))
        known = IppDocumentPrinter(pinned, SystemClock(), poll_s=_POLL_S)
        assert isinstance(await known.print_document("visit-1", document(), deadline_s=LONG_S), Done)
        await known.close()
        assert len(bench.printed()) == 1

    on_printer(story)


def test_toner_and_waste_box_are_counted() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        found = await driver.consumables()
        kinds = {ConsumableKind.PAPER, ConsumableKind.MARKER, ConsumableKind.WASTE}
        assert {one.kind for one in found} == kinds
        assert all(one.left is not None for one in found if one.kind is not ConsumableKind.PAPER)

    on_printer(story)


@pytest.mark.parametrize(
    ("page", "reason", "kind", "level"),
    [
        ("media?size1=0&type1=0&level1=0", "media-empty", ConsumableKind.PAPER, Level.OUT),
        ("supplies?supply0=100&supply1=0", "toner-empty", ConsumableKind.MARKER, Level.OUT),
        ("supplies?supply0=100&supply1=50", "marker-waste-full", ConsumableKind.WASTE, Level.OUT),
    ],
)
def test_what_somebody_finds_used_up_is_named_and_nothing_is_sent(
    page: str, reason: str, kind: ConsumableKind, level: Level
) -> None:
    """Set on the printer's own web pages, as its sensors would."""

    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        await asyncio.to_thread(httpx.get, f"http://localhost:{bench.port}/{page}")
        status = await driver.status()
        assert status.state is DeviceState.USER_ERROR
        assert reason in [fault.detail for fault in status.faults]
        assert level in [one.level for one in await driver.consumables() if one.kind is kind]
        refused = await driver.print_document("visit-1", document(), deadline_s=LONG_S)
        assert isinstance(refused, Refused)
        assert refused.fault.code is FailureCode.DOCUMENT_PRINTER_NEEDS_CARE
        assert not bench.printed()

    on_printer(story)


def test_a_printer_describes_itself() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        able = await driver.capabilities()
        assert A4.name in able.media
        assert "application/pdf" in able.formats
        assert able.colour is not None
        assert able.two_sided is not None
        assert all(one.count >= 0 for one in await driver.counters())

    on_printer(story)


def test_a_slip_on_a_page_of_a_real_printer_can_be_read() -> None:
    async def story(bench: PrinterBench, driver: IppDocumentPrinter) -> None:
        slip = PageSlipPrinter(driver, SystemClock())
        assert await slip.print_slip(slip_pdf(), deadline_s=LONG_S) == Done(None)
        (page,) = bench.printed()
        picture = pdf_raster.middle_of_page(page.read_bytes(), dots_per_inch=203.2, width=1680)
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [CODE]

    on_printer(story)


def test_a_second_client_agrees_that_the_printer_is_in_order(tmp_path: Path) -> None:
    """ipptool, CUPS' own IPP client, accepts the peer that these tests rest on."""
    ipptool = shutil.which("ipptool")
    assert ipptool is not None, "Debian package cups-ipp-utils"
    page = tmp_path / "page.pdf"
    page.write_bytes(document())
    with printer_bench() as bench:
        options = ["-tI", "-T", "10", "-f", str(page), "-d", "filetype=application/pdf"]
        checked = subprocess.run(
            [ipptool, *options, bench.uri, "print-job-and-wait.test"], check=False, capture_output=True
        )
        assert checked.returncode == 0, checked.stdout.decode()
        assert [page.read_bytes() for page in bench.printed()] == [document()]
