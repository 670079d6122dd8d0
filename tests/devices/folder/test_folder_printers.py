"""Printers into a folder: files of their true size and content; a blocked folder is a named failure."""

import asyncio
import stat
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk import pdf_raster
from kiosk.devices.contracts import DeviceState, Done, MediaAction, MediaPosition, Refused, Unknown
from kiosk.devices.folder.card_printer import FolderCardPrinter
from kiosk.devices.folder.document_printer import FolderDocumentPrinter
from kiosk.devices.folder.slip_printer import FolderSlipPrinter
from kiosk.domain.raster import CardRaster
from tests.devices.bench import ink_of, on_card, spotted
from tests.devices.escpos.slips import CODE, slip_pdf
from tests.devices.ipp.bench import document
from tests.support.virtual_time import VirtualClock


def test_a_card_lies_there_as_picture_and_as_page_of_its_size(tmp_path: Path) -> None:
    async def story() -> None:
        printer = FolderCardPrinter(tmp_path / "cards", VirtualClock())
        told: list[float] = []
        assert isinstance(await printer.capture(deadline_s=5), Refused)
        assert await printer.print_card(spotted(), deadline_s=5, progress=told.append) == Done(None)
        seen = await printer.capture(deadline_s=5)
        assert isinstance(seen, Done)
        assert ink_of(seen.value).tobytes() == on_card(spotted()).tobytes()
        assert told == [1.0]
        assert await printer.erase_card(deadline_s=5) == Done(None)
        assert [one.count for one in await printer.counters()] == [2]
        assert await printer.reset(MediaAction.EJECT, deadline_s=5) == Done(MediaPosition.NOT_PRESENT)
        await printer.close()

    asyncio.run(story())
    assert sorted(path.name for path in (tmp_path / "cards").iterdir()) == [
        "000001.pdf",
        "000001.png",
        "000002.pdf",
        "000002.png",
    ]
    page = (tmp_path / "cards" / "000001.pdf").read_bytes()
    picture = pdf_raster.middle_of_page(page, dots_per_inch=300, width=1011)
    assert picture.size == (1011, 638)  # 85.60 x 53.98 mm
    assert stat.S_IMODE((tmp_path / "cards" / "000001.pdf").stat().st_mode) == 0o600


def test_a_slip_lies_there_as_the_roll_would_show_it(tmp_path: Path) -> None:
    async def story() -> None:
        printer = FolderSlipPrinter(tmp_path, VirtualClock())
        assert await printer.print_slip(slip_pdf(), deadline_s=5) == Done(None)
        assert isinstance(await printer.print_slip(b"%PDF-1.4 cut", deadline_s=5), Refused)
        await printer.close()

    asyncio.run(story())
    assert (tmp_path / "000001.pdf").read_bytes() == slip_pdf()
    with Image.open(tmp_path / "000001.png") as picture:
        assert picture.width == 576
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [CODE]


def test_a_document_lies_there_and_is_found_again(tmp_path: Path) -> None:
    async def story() -> None:
        printer = FolderDocumentPrinter(tmp_path, VirtualClock())
        done = await printer.print_document("v", document(2), deadline_s=5)
        assert isinstance(done, Done)
        assert done.value.pages == 2
        assert await printer.find("v", pages=2, deadline_s=5) == done
        assert isinstance(await printer.find("w", pages=2, deadline_s=5), Unknown)
        assert isinstance(await printer.print_document("", document(), deadline_s=5), Refused)
        await printer.close()

    asyncio.run(story())
    assert [path.read_bytes() for path in tmp_path.glob("*.pdf")] == [document(2)]


def test_a_folder_that_cannot_be_written_is_a_named_failure(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")

    async def story() -> None:
        clock = VirtualClock()
        card, slip = FolderCardPrinter(blocked, clock), FolderSlipPrinter(blocked, clock)
        for printer in (card, slip):
            status = await printer.status()
            assert status.state is DeviceState.OFFLINE
            assert status.simulated
        assert isinstance(await card.print_card(spotted(), deadline_s=5), Refused)
        assert isinstance(await slip.print_slip(slip_pdf(), deadline_s=5), Refused)
        assert [one.count for one in await card.counters()] == [0]

    asyncio.run(story())


@pytest.mark.parametrize("raster", [spotted(1012, 8), CardRaster(8, 1, 203, b"\0")])
def test_a_picture_for_another_printer_is_refused(tmp_path: Path, raster: CardRaster) -> None:
    printer = FolderCardPrinter(tmp_path, VirtualClock())
    assert isinstance(asyncio.run(printer.print_card(raster, deadline_s=5)), Refused)
    assert not list(tmp_path.iterdir())
