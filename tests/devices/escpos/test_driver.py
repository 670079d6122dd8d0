"""The slip printer's driver against a printer that understands the bytes, over TCP and over a serial line."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import zxingcpp

from kiosk import pdf_raster
from kiosk.clock import SystemClock
from kiosk.devices.byte_line import SerialByteLine, SerialSettings, TcpByteLine
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
from kiosk.devices.escpos.driver import EscPosSlipPrinter
from kiosk.devices.escpos.job import SlipMode, SlipProfile
from kiosk.devices.upkeep import Counted, Counter, Level
from kiosk.domain.failure import FailureCode
from tests.devices.escpos.decoder import ClearBuffers, CounterQuestion
from tests.devices.escpos.slips import CODE, slip_pdf
from tests.devices.escpos.stub_printer import Cable, Network, StubPrinter
from tests.devices.pseudo_terminal import PseudoTerminal
from tests.documents.faces import SLIP
from tests.support.virtual_time import VirtualClock, run

Story = Callable[[StubPrinter, EscPosSlipPrinter], Awaitable[None]]
FRAGMENT_S = 0.5


def over_tcp(story: Story, profile: SlipProfile | None = None) -> None:
    async def main() -> None:
        clock = VirtualClock()
        printer = StubPrinter(lambda: clock.sleep(FRAGMENT_S))
        network = Network(printer)
        driver = EscPosSlipPrinter(TcpByteLine("127.0.0.1", await network.start()), clock, profile)
        try:
            await story(printer, driver)
        finally:
            await driver.close()
            await network.close()

    run(main())


def over_serial(story: Story, profile: SlipProfile | None = None) -> None:
    """In real time: the kernel carries a pseudo-terminal's bytes when it likes."""

    async def main() -> None:
        clock = SystemClock()
        cable = PseudoTerminal()
        printer = StubPrinter(lambda: clock.sleep(0.01))
        serving = asyncio.ensure_future(printer.attach(cable))
        driver = EscPosSlipPrinter(SerialByteLine(SerialSettings(cable.path, 115200)), clock, profile)
        try:
            await story(printer, driver)
        finally:
            await driver.close()
            serving.cancel()
            await asyncio.wait({serving})

    asyncio.run(main())


both_lines = pytest.mark.parametrize("on_line", [over_tcp, over_serial], ids=["tcp", "serial"])


async def printed(driver: EscPosSlipPrinter, deadline_s: float = 60) -> Completion[None]:
    return await driver.print_slip(slip_pdf(), deadline_s=deadline_s)


@both_lines
def test_a_slip_comes_out_whole_and_its_code_can_be_read(on_line: Callable[[Story], None]) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        assert (await driver.status()).ready
        assert await printed(driver) == Done(None)
        (slip,) = printer.paper.slips
        picture = slip.picture()
        assert picture.width == 576
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [CODE]
        page = pdf_raster.middle_of_page(slip_pdf(), dots_per_inch=203.2, width=576)
        assert picture.size == page.size
        wanted = page.point(lambda value: 0 if value < 128 else 255).tobytes()
        differing = sum(one != other for one, other in zip(picture.tobytes(), wanted, strict=True))
        assert differing <= 4  # single dots that keep a picture from reading as a command

    on_line(story)


@both_lines
def test_one_slip_after_the_other(on_line: Callable[[Story], None]) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        for _ in range(3):
            assert await printed(driver) == Done(None)
        assert len(printer.paper.slips) == 3
        assert len({slip.picture().tobytes() for slip in printer.paper.slips}) == 1

    on_line(story)


def test_text_is_sent_in_chinese_mode_and_the_code_as_a_picture() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        assert await printed(driver) == Done(None)
        (slip,) = printer.paper.slips
        text = "\n".join(slip.lines)
        for word in ("缴费凭条", "合计 Total", "¥45.00", "香港 个人旅游", SLIP.permit_masked):
            assert word in text
        assert all(sum(2 if ord(char) > 0x2000 else 1 for char in line) <= 48 for line in slip.lines)
        assert [found.text for found in zxingcpp.read_barcodes(slip.picture())] == [CODE]

    over_tcp(story, SlipProfile(mode=SlipMode.TEXT))


def _paper_out(printer: StubPrinter) -> None:
    printer.paper_left = 0


def _cover(printer: StubPrinter) -> None:
    printer.cover_open = True


def _cutter(printer: StubPrinter) -> None:
    printer.cutter_error = True


TROUBLES = [
    (_paper_out, FailureCode.SLIP_PAPER_OUT, DeviceState.USER_ERROR),
    (_cover, FailureCode.SLIP_PRINTER_COVER_OPEN, DeviceState.USER_ERROR),
    (_cutter, FailureCode.SLIP_PRINTER_FAULT, DeviceState.HARDWARE_ERROR),
]


@pytest.mark.parametrize(("trouble", "code", "state"), TROUBLES)
def test_nothing_is_sent_to_a_printer_in_trouble(
    trouble: Callable[[StubPrinter], None], code: FailureCode, state: DeviceState
) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        trouble(printer)
        status = await driver.status()
        assert (status.state, status.faults[0].code) == (state, code)
        refused = await printed(driver)
        assert isinstance(refused, Refused)
        assert refused.fault.code is code
        assert not printer.paper.current.parts

    over_tcp(story)


@pytest.mark.parametrize("automatic", [True, False], ids=["reports", "only answers"])
@pytest.mark.parametrize(("trouble", "code", "state"), TROUBLES)
def test_trouble_half_way_is_a_failure(
    trouble: Callable[[StubPrinter], None], code: FailureCode, state: DeviceState, automatic: bool
) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.automatic = automatic
        command = asyncio.ensure_future(printed(driver))
        await printer.half_way()
        assert (await driver.status()).state is DeviceState.BUSY
        trouble(printer)
        printer.changed()
        completion = await command
        assert isinstance(completion, Failed)
        assert completion.fault.code is code
        assert not printer.paper.slips

    over_tcp(story)


def test_a_broken_off_slip_does_not_come_with_the_next_one() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.paper_left = 2
        assert isinstance(await printed(driver), Failed)
        printer.paper_left = None
        printer.paper.current.parts.clear()  # whoever changes the roll tears the piece off
        printer.changed()
        assert await printed(driver) == Done(None)
        (slip,) = printer.paper.slips
        assert slip.picture().height == _height()
        assert ClearBuffers() in printer.commands

    over_tcp(story)


def test_paper_that_nears_its_end_is_a_supply_and_no_fault() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        assert [one.level for one in await driver.consumables()] == [Level.FULL]
        printer.near_end = True
        assert (await driver.status()).ready
        assert [one.level for one in await driver.consumables()] == [Level.LOW]
        assert await printed(driver) == Done(None)

    over_tcp(story)


def test_paper_that_nears_its_end_is_told_to_whoever_listens() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        clock, heard = VirtualClock(), []
        driver.subscribe(lambda: heard.append(clock.monotonic()))
        await clock.sleep(3)
        assert not heard
        printer.near_end = True
        await clock.sleep(3)
        assert len(heard) == 1

    over_tcp(story)


def test_a_hot_head_is_waited_for() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        command = asyncio.ensure_future(printed(driver))
        await printer.half_way()
        printer.hot = True
        printer.changed()
        assert await command == Done(None)

    over_tcp(story)


def test_a_jammed_cutter_fails_the_slip_and_a_reset_frees_it() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.cutter_jams = True
        completion = await printed(driver)
        assert isinstance(completion, Failed)
        assert completion.fault.detail == "cutter"
        assert (await driver.status()).state is DeviceState.HARDWARE_ERROR
        assert await driver.reset(MediaAction.KEEP, deadline_s=10) == Done(MediaPosition.NOT_PRESENT)
        assert await printed(driver) == Done(None)

    over_tcp(story)


def test_a_reset_reaches_a_printer_that_hung_up_meanwhile() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.cutter_error = True
        assert (await driver.status()).state is DeviceState.HARDWARE_ERROR
        printer.lose_line()
        await VirtualClock().sleep(1)
        assert isinstance(await driver.reset(MediaAction.KEEP, deadline_s=10), Done)
        assert (await driver.status()).ready

    over_tcp(story)


def test_a_reset_does_not_close_a_cover() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.cover_open = True
        failed = await driver.reset(MediaAction.KEEP, deadline_s=10)
        assert isinstance(failed, Failed)
        assert failed.fault.code is FailureCode.SLIP_PRINTER_COVER_OPEN

    over_tcp(story)


@both_lines
def test_a_line_lost_half_way_is_unknown(on_line: Callable[[Story], None]) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        command = asyncio.ensure_future(printed(driver))
        await printer.half_way()
        printer.lose_line()
        completion = await command
        assert isinstance(completion, Unknown)
        assert completion.fault.code is FailureCode.SLIP_UNKNOWN

    on_line(story)


def test_a_mute_printer_is_unknown_and_costs_two_seconds() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.answers = False
        clock = VirtualClock()
        status = await driver.status()
        assert status.state is DeviceState.UNKNOWN
        assert status.faults
        assert clock.monotonic() <= 2.1
        assert isinstance(await printed(driver), Refused)
        assert await driver.consumables() == ()

    over_tcp(story)


def test_a_printer_that_falls_silent_is_unknown_at_the_deadline() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        command = asyncio.ensure_future(printed(driver, deadline_s=20))
        await printer.half_way()
        printer.answers = False
        assert isinstance(await command, Unknown)
        assert 19.9 <= VirtualClock().monotonic() <= 20.1
        printer.answers = True
        assert await printed(driver) == Done(None)

    over_tcp(story)


def test_a_cancelled_slip_leaves_a_printer_that_prints_the_next() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        command = asyncio.ensure_future(printed(driver))
        await printer.half_way()
        command.cancel()
        await asyncio.wait({command})
        printer.paper.current.parts.clear()
        assert await printed(driver) == Done(None)
        assert printer.paper.slips[-1].picture().height == _height()

    over_tcp(story)


def test_no_printer_at_all() -> None:
    async def main() -> None:
        clock = VirtualClock()
        network = Network(StubPrinter(lambda: clock.sleep(0)))
        port = await network.start()
        await network.close()
        for line in (TcpByteLine("127.0.0.1", port), SerialByteLine(SerialSettings("/dev/no-such-port"))):
            driver = EscPosSlipPrinter(line, clock)
            assert (await driver.status()).state is DeviceState.OFFLINE
            assert isinstance(await printed(driver), Refused)
            assert isinstance(await driver.reset(MediaAction.KEEP, deadline_s=5), Refused)
            await driver.close()

    run(main())


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.4 cut", b"GIF89a", b"%PDF-" + bytes(5 * 1024 * 1024)])
def test_what_is_no_slip_never_reaches_the_printer(pdf: bytes) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        assert isinstance(await driver.print_slip(pdf, deadline_s=30), Refused)
        assert not printer.commands

    over_tcp(story)


def _height() -> int:
    return pdf_raster.middle_of_page(slip_pdf(), dots_per_inch=203.2, width=576).height


class _Flood:
    """Something on the port that answers every word with the same bytes, over and over."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def attach(self, cable: Cable) -> None:
        while await cable.receive():
            cable.send(self._content)
        cable.hang_up()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff" * 4000,
        b"HTTP/1.1 400 Bad Request\r\n\r\n" * 40,
        b"\x00" * 4000,
        b"\x10\x10\x10",
        b"\x13" * 100,
    ],
    ids=["noise", "a web server", "zeros", "half a status", "flow control"],
)
def test_nonsense_on_the_line_costs_a_bounded_time(content: bytes) -> None:
    async def main() -> None:
        clock = VirtualClock()
        network = Network(_Flood(content))
        driver = EscPosSlipPrinter(TcpByteLine("127.0.0.1", await network.start()), clock)
        status = await driver.status()
        assert status.state in {DeviceState.OFFLINE, DeviceState.UNKNOWN}
        assert status.faults
        assert isinstance(await printed(driver), Refused)
        assert clock.monotonic() <= 10
        await driver.close()
        await network.close()

    run(main())


COUNTING = SlipProfile(counts=True, cutter_life=1000)


def test_a_printer_that_counts_its_cuts_is_asked_for_them() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.counters[178] = 950
        assert Counter(Counted.CUTS, 950) in await driver.counters()
        roll, cutter = await driver.consumables()
        assert roll.level is Level.FULL
        assert (cutter.left, cutter.level) == (50, Level.LOW)
        assert await printed(driver) == Done(None)
        assert await driver.counters() == (Counter(Counted.SLIPS, 1, own=False), Counter(Counted.CUTS, 950))

    over_tcp(story, COUNTING)


@pytest.mark.parametrize("answer", [b"_\x00", b"_12a\x00", b"_12345678901\x00", b"\x01" * 70, b"_12"])
def test_a_count_that_makes_no_sense_is_replaced_by_our_own(answer: bytes) -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        printer.counter_answer = answer
        assert Counter(Counted.CUTS, 0, own=False) in await driver.counters()
        assert VirtualClock().monotonic() <= 2.1
        assert (await driver.status()).ready
        assert await printed(driver) == Done(None)
        assert (await driver.counters())[0].count == 1

    over_tcp(story, COUNTING)


def test_other_makes_are_never_asked_what_they_would_print() -> None:
    async def story(printer: StubPrinter, driver: EscPosSlipPrinter) -> None:
        assert await printed(driver) == Done(None)
        assert [one.count for one in await driver.counters()] == [1, 1]
        assert not any(isinstance(command, CounterQuestion) for command in printer.commands)
        able = await driver.capabilities()
        assert (able.printable_mm, able.paper_mm, able.confirms) == (72.0, 80.0, True)

    over_tcp(story)
