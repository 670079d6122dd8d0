"""A scanner on a line: the reading that was asked for, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.byte_line import SerialByteLine, SerialSettings, TcpByteLine
from kiosk.devices.contracts import DeviceState, Done, Failed, MediaAction, MediaPosition, Refused
from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.scanner.serial_scanner import TRIGGERED, ScannerProfile, SerialScanner
from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel
from tests.devices.pseudo_terminal import PseudoTerminal
from tests.devices.scanner.far_end import FarEnd
from tests.support.virtual_time import VirtualClock, run

LINE = "CSC000000004<3406119<9001011<2"
CONFUSED = "C5C00000OOO4<3406II9<9001011<2"
WRONG = "CSC000000005<3406119<9001011<2"
WECHAT = "134567890123456789"
Story = Callable[[FarEnd, SerialScanner], Awaitable[None]]


def on_line(story: Story, profile: ScannerProfile | None = None) -> None:
    async def main() -> None:
        far_end = FarEnd()
        scanner = SerialScanner(TcpByteLine("127.0.0.1", await far_end.start()), VirtualClock(), profile)
        try:
            assert (await scanner.status()).ready
            await story(far_end, scanner)
        finally:
            await scanner.close()
            await far_end.close()

    run(main())


def sent(*readings: str) -> bytes:
    return b"".join(reading.encode() + b"\r\n" for reading in readings)


@pytest.mark.parametrize(
    "ending", [b"\r", b"\n", b"\r\n", b"\x03", b""], ids=["CR", "LF", "CRLF", "ETX", "silence"]
)
def test_a_line_is_read_however_it_ends(ending: bytes) -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(1)
        await far_end.send(b"\x02" + LINE.encode() + ending)
        assert await reading == Done(LINE)
        assert VirtualClock().monotonic() < 2

    on_line(story)


def test_a_line_whose_digits_disagree_is_read_again() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(1)
        await far_end.send(sent(WRONG, CONFUSED))
        assert await reading == Done(CONFUSED)  # as read: the misreadings of CONFUSED can be undone

    on_line(story)


def test_after_three_wrong_readings_the_last_is_given_as_read() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(1)
        await far_end.send(sent(WRONG, WRONG, WRONG))
        assert await reading == Done(WRONG)

    on_line(story)


def test_one_wrong_reading_is_better_than_none_at_the_deadline() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=5))
        await VirtualClock().sleep(1)
        await far_end.send(sent(WRONG))
        assert await reading == Done(WRONG)
        assert isinstance(failed := await scanner.read_line(deadline_s=5), Failed)
        assert failed.fault.code is FailureCode.LINE_UNREADABLE

    on_line(story)


def test_every_kind_of_reading_finds_its_own_command() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        clock = VirtualClock()
        everything = sent("GZ01-20261122-0001", WECHAT, LINE)
        paying = asyncio.ensure_future(scanner.read_payment_code(deadline_s=30))
        await clock.sleep(1)
        await far_end.send(everything)
        assert await paying == Done(PaymentCode(Channel.WECHAT, WECHAT))
        looking = asyncio.ensure_future(scanner.read_code(deadline_s=30))
        await clock.sleep(1)
        await far_end.send(everything)
        assert await looking == Done("GZ01-20261122-0001")
        lining = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await clock.sleep(1)
        await far_end.send(everything)
        assert await lining == Done(LINE)

    on_line(story)


def test_a_code_shown_before_it_was_wanted_is_not_charged() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        await far_end.send(sent(WECHAT))
        await VirtualClock().sleep(1)
        failed = await scanner.read_payment_code(deadline_s=5)
        assert isinstance(failed, Failed)
        assert failed.fault.code is FailureCode.TIMED_OUT

    on_line(story)


def test_a_payment_code_never_shows_in_a_log() -> None:
    assert WECHAT not in repr(Done(PaymentCode(Channel.WECHAT, WECHAT)))


def test_a_triggered_scanner_is_woken_and_put_to_rest() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(4)
        assert far_end.received == b"\x16T\r" * 2
        await far_end.send(sent(WECHAT))
        await VirtualClock().sleep(1)
        assert far_end.received == b"\x16T\r" * 3  # the reading was of no use: once more
        await far_end.send(sent(LINE))
        assert await reading == Done(LINE)
        await VirtualClock().sleep(1)
        assert far_end.received.endswith(b"\x16U\r")

    on_line(story, TRIGGERED)


@pytest.mark.parametrize(
    "noise",
    [
        bytes(range(256)) * 30,
        b"A" * 40_000,
        b"\x02" * 5000,
        "签注\r\n".encode() * 500,
        b"\x00\xff\r\n" * 1000,
    ],
    ids=["every byte", "no end", "starts", "Chinese", "spoilt"],
)
def test_noise_before_a_reading_does_no_harm(noise: bytes) -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(1)
        await far_end.send(noise + b"\r" + sent(LINE))
        assert await reading == Done(LINE)

    on_line(story)


def test_a_scanner_that_vanishes_and_returns() -> None:
    async def story(far_end: FarEnd, scanner: SerialScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(1)
        far_end.hang_up()
        assert isinstance(await reading, Failed)
        assert (await scanner.status()).ready  # plugged in again: the line opens anew
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await VirtualClock().sleep(1)
        await far_end.send(sent(LINE))
        assert await reading == Done(LINE)
        assert await scanner.reset(MediaAction.KEEP, deadline_s=5) == Done(MediaPosition.NOT_PRESENT)

    on_line(story)


def test_a_real_serial_port_reads_and_notices_a_pulled_cable() -> None:
    """In real time, through a pseudo-terminal and pyserial."""

    async def main() -> None:
        cable = PseudoTerminal()
        scanner = SerialScanner(SerialByteLine(SerialSettings(cable.path, 9600)), SystemClock(), TRIGGERED)
        try:
            assert (await scanner.status()).ready
            reading = asyncio.ensure_future(scanner.read_line(deadline_s=20))
            assert await cable.receive() == b"\x16T\r"
            for piece in (LINE[:7], LINE[7:], "\r"):
                cable.send(piece.encode())
            assert await reading == Done(LINE)
            cable.hang_up()
            assert (await scanner.status()).state is DeviceState.OFFLINE
            assert isinstance(await scanner.read_line(deadline_s=20), Refused)
            assert isinstance(await scanner.reset(MediaAction.KEEP, deadline_s=5), Refused)
        finally:
            cable.hang_up()
            await scanner.close()

    asyncio.run(main())
