"""Printers that answer nonsense, too much, too late or nothing: a bounded time and a named failure."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kiosk.devices.contracts import DeviceState, Done, MediaAction, Refused, Unknown
from kiosk.devices.ipp.client import IppClient
from kiosk.devices.ipp.driver import IppDocumentPrinter
from kiosk.devices.ipp.encoding import LARGEST, Group, GroupTag, Message, Tag, encode
from tests.devices.escpos.stub_printer import Cable, Network
from tests.devices.ipp.bench import document
from tests.devices.ipp.stub_printer import StubPrinter, integer, keyword
from tests.support.virtual_time import VirtualClock, run

Story = Callable[[StubPrinter, IppDocumentPrinter], Awaitable[None]]


def with_stub(story: Story, work: Callable[[], Awaitable[None]] | None = None) -> None:
    async def main() -> None:
        clock = VirtualClock()
        stub = StubPrinter(work or (lambda: clock.sleep(3)))
        driver = IppDocumentPrinter(IppClient(await stub.start()), clock)
        try:
            await story(stub, driver)
        finally:
            await driver.close()
            await stub.close()

    run(main())


def http(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def message(code: int, *groups: Group, request_id: int = 1) -> bytes:
    return http(encode(Message(code, request_id, groups)))


NONSENSE = {
    "no HTTP": b"\x00\x01\x02 hello\r\n\r\n",
    "empty": http(b""),
    "cut short": http(b"\x02\x00\x00\x00"),
    "garbage": http(bytes(range(256)) * 8),
    "HTTP refusal": http(b"no", "401 Unauthorized"),
    "server error": http(b"no", "500 Internal Server Error"),
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
    "endless": http(b"\x02\x00" + bytes(LARGEST + 10)),
    "another request's answer": message(0, request_id=4711),
    "unknown status": message(0x7ABC),
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_a_refusal_and_an_offline_status(answer: bytes) -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        stub.nonsense = answer
        assert (await driver.status()).state is DeviceState.OFFLINE
        assert isinstance(await driver.print_document("v", document(), deadline_s=30), Refused)
        assert isinstance(await driver.find("v", pages=1, deadline_s=30), Unknown)
        assert isinstance(await driver.reset(MediaAction.KEEP, deadline_s=30), Refused)
        assert await driver.consumables() == ()

    with_stub(story)


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_after_the_job_was_taken_is_unknown(answer: bytes) -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        def garble(_: object) -> None:
            stub.nonsense = answer

        completion = await driver.print_document("v", document(), deadline_s=30, accepted=garble)
        assert isinstance(completion, Unknown)
        stub.nonsense = None
        await VirtualClock().sleep(5)
        assert isinstance(await driver.find("v", pages=1, deadline_s=30), Done)

    with_stub(story)


def test_a_printer_that_says_little_is_not_believed_to_be_ready() -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        stub.nonsense = message(0)
        status = await driver.status()
        assert status.state is DeviceState.UNKNOWN
        assert not status.ready

    with_stub(story)


def test_a_stopped_printer_needs_somebody() -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        stopped = (integer("printer-state", 5, Tag.ENUM), keyword("printer-state-reasons", "none"))
        stub.nonsense = message(0, Group(GroupTag.PRINTER, stopped))
        assert (await driver.status()).state is DeviceState.USER_ERROR

    with_stub(story)


def test_a_short_silence_is_outlived() -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        clock = VirtualClock()
        command = asyncio.ensure_future(driver.print_document("v", document(), deadline_s=30))
        await clock.sleep(1)
        stub.nonsense = b"\r\n\r\n"
        await clock.sleep(1)
        stub.nonsense = None
        assert isinstance(await command, Done)

    with_stub(story)


def test_a_mute_printer_costs_its_deadline_and_no_more() -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        clock = VirtualClock()
        stub.nonsense = b""
        assert isinstance(await driver.print_document("v", document(), deadline_s=2), Refused)
        assert clock.monotonic() <= 2.1
        assert (await driver.status()).state is DeviceState.OFFLINE
        assert clock.monotonic() <= 10

    with_stub(story)


class _Drip:
    """A printer that never finishes: after `begin` one byte every four seconds, for ever."""

    def __init__(self, begin: bytes) -> None:
        self._begin = begin

    async def attach(self, cable: Cable) -> None:
        if await cable.receive():
            cable.send(self._begin)
            while True:
                await VirtualClock().sleep(4)
                cable.send(b"\x02")


@pytest.mark.parametrize(
    "begin", [b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_a_printer_that_never_comes_to_an_end_costs_a_bounded_time(begin: bytes) -> None:
    async def main() -> None:
        clock = VirtualClock()
        network = Network(_Drip(begin))
        uri = f"ipp://127.0.0.1:{await network.start()}/ipp/print"
        driver = IppDocumentPrinter(IppClient(uri), clock)
        assert (await driver.status()).state is DeviceState.OFFLINE
        assert clock.monotonic() <= 10.1
        assert isinstance(await driver.print_document("v", document(), deadline_s=60), Refused)
        assert clock.monotonic() <= 20.2
        await driver.close()
        await network.close()

    run(main())


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.4 cut", b"GIF89a", b"%PDF-" + bytes(21 * 1024 * 1024)])
def test_what_is_no_document_never_reaches_the_printer(pdf: bytes) -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        assert isinstance(await driver.print_document("v", pdf, deadline_s=30), Refused)
        assert not stub.printed

    with_stub(story)


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_job_needs_a_name_that_ipp_can_carry(name: str) -> None:
    async def story(stub: StubPrinter, driver: IppDocumentPrinter) -> None:
        assert isinstance(await driver.print_document(name, document(), deadline_s=30), Refused)
        assert not stub.printed

    with_stub(story)


@pytest.mark.parametrize("uri", ["http://host/", "ipp:///x", "host", "", "ipp://user@host/"])
def test_only_a_printers_address_is_taken(uri: str) -> None:
    with pytest.raises(ValueError, match="address"):
        IppClient(uri)
