"""One framing over every cable: what broke off on a serial line never comes with the next conversation."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.byte_line import LineDown, SerialByteLine, SerialSettings
from kiosk.devices.contracts import DeviceState, Done, Unknown
from kiosk.devices.easyprinter import protocol
from kiosk.devices.easyprinter.driver import EasyPrinterCardPrinter
from kiosk.devices.easyprinter.line import NoAnswer, PrinterLine, Silent
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from kiosk.devices.simulated.serial_port import SimulatedSerialPort
from tests.devices.bench import film, make_permits, on_card, place, running, spotted
from tests.devices.settled_serial import SettledCable
from tests.support.virtual_time import run


class CableInHand:
    """A cable whose other end is the test: takes `takes` bytes, then no more; answers `answers` in turn."""

    def __init__(self, seconds_per_byte: float = 0.0) -> None:
        self.seconds_per_byte = seconds_per_byte
        self.takes: int | None = None
        self.answers: list[bytes] = []
        self.sent = b""
        self.drops = 0
        self.is_open = False

    async def open(self) -> None:
        self.is_open = True

    async def send(self, content: bytes) -> None:
        if self.takes is not None and len(self.sent) + len(content) > self.takes:
            await asyncio.Event().wait()
        self.sent += content

    async def receive(self) -> bytes:
        if self.sent.endswith(protocol.STATUS) and self.answers:
            return self.answers.pop(0)
        return await asyncio.Event().wait() or b""

    def drop(self) -> None:
        self.is_open = False
        self.drops += 1

    def seconds(self, count: int) -> float:
        return count * self.seconds_per_byte


def talk(cable: CableInHand, story: Callable[[PrinterLine], Awaitable[None]]) -> None:
    run(story(PrinterLine(cable)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("seconds_per_byte", "filled"), [(0.0, 0), (1e-4, protocol.LONGEST_ROW)])
def test_a_job_that_broke_off_is_filled_up_on_a_serial_line(seconds_per_byte: float, filled: int) -> None:
    cable = CableInHand(seconds_per_byte)

    async def story(line: PrinterLine) -> None:
        cable.takes = 2000
        with pytest.raises(NoAnswer):
            await line.send(bytes(5000))
        cable.takes, cable.sent, cable.answers = None, b"", [b"\x09"]
        asked = await line.status()
        assert not isinstance(asked, Silent)
        assert asked.at_head
        assert cable.sent == bytes(filled) + protocol.STATUS

    talk(cable, story)


def test_a_slow_cable_gets_the_time_it_needs() -> None:
    """9600 baud: an answer that comes four seconds after the question was still on its way."""
    cable = CableInHand(SerialSettings("-", 9600).seconds_per_byte)

    async def story(line: PrinterLine) -> None:
        asking = asyncio.ensure_future(line.ask(protocol.STATUS))
        await asyncio.sleep(5.5)  # noqa: TID251 - virtual time
        assert not asking.done()
        with pytest.raises(NoAnswer):
            await asking
        assert cable.drops == 1

    talk(cable, story)


def test_an_answer_that_was_there_before_the_question_is_believed_by_nobody() -> None:
    cable = CableInHand()

    async def story(line: PrinterLine) -> None:
        cable.sent, cable.answers = protocol.STATUS, [b"\x09", b"\x09"]
        asked = await line.status()
        assert isinstance(asked, Silent)
        assert not line.is_open

    talk(cable, story)


def test_a_card_is_made_over_a_serial_line_and_its_loss_is_unknown(tmp_path: Path) -> None:
    async def visit() -> None:
        async with running(tmp_path) as machine:
            place(machine.mechanism, Picture.AT_PRINT)
            cable = SettledCable()
            serving = asyncio.ensure_future(machine.printer_station.attach(cable))
            printer = EasyPrinterCardPrinter(cable.line, machine.pace.clock, machine.film_camera)
            assert await printer.print_card(spotted(), deadline_s=90) == Done(None)
            assert (await film(machine)).tobytes() == on_card(spotted()).tobytes()
            machine.faults.arm("card_printer", "line_lost_during_print")
            assert isinstance(await printer.print_card(spotted(), deadline_s=90), Unknown)
            await asyncio.wait({serving})
            await printer.close()

    run(visit())


def test_the_station_at_a_serial_port_of_its_own_in_real_time(tmp_path: Path) -> None:
    async def visit() -> None:
        machine = SimulatedMachine(make_permits(tmp_path), SystemClock(), 0.0)
        await machine.start()
        place(machine.mechanism, Picture.AT_PRINT)
        port = SimulatedSerialPort()
        serving = asyncio.ensure_future(machine.printer_station.attach(port))
        line = SerialByteLine(SerialSettings(port.path, 115200))
        printer = EasyPrinterCardPrinter(line, SystemClock(), machine.film_camera)
        assert await printer.print_card(spotted(), deadline_s=20) == Done(None)
        port.lose()
        port.lose()  # twice is once
        await asyncio.wait({serving})
        assert (await printer.status()).state is DeviceState.OFFLINE
        await printer.close()
        await machine.close()

    asyncio.run(visit())


def test_a_port_that_is_not_there_is_a_line_that_is_down(tmp_path: Path) -> None:
    async def visit() -> None:
        cable = SettledCable()
        cable.lose()
        with pytest.raises(LineDown):
            await PrinterLine(cable.line).send(b"x")

    run(visit())
