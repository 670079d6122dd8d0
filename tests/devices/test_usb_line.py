"""A printer at a device file of the kernel; a pseudo-terminal stands for usblp, with the same manners.

In real time: the kernel carries a pseudo-terminal's bytes when it likes, and virtual time would run ahead.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.byte_line import LineDown
from kiosk.devices.contracts import DeviceState, Done
from kiosk.devices.escpos.driver import EscPosSlipPrinter
from kiosk.devices.usb_line import UsbPrinterLine
from tests.devices.escpos.slips import slip_pdf
from tests.devices.escpos.stub_printer import StubPrinter
from tests.devices.pseudo_terminal import PseudoTerminal

Story = Callable[[PseudoTerminal, UsbPrinterLine], Awaitable[None]]


def on_line(story: Story) -> None:
    async def main() -> None:
        far_end = PseudoTerminal()
        line = UsbPrinterLine(far_end.path)
        try:
            await story(far_end, line)
        finally:
            line.drop()
            far_end.hang_up()

    asyncio.run(main())


def test_a_slip_is_printed_over_usb_and_a_pulled_printer_is_told() -> None:
    async def story(far_end: PseudoTerminal, line: UsbPrinterLine) -> None:
        clock = SystemClock()
        stub = StubPrinter(lambda: clock.sleep(0.01))
        printer = EscPosSlipPrinter(line, clock)
        serving = asyncio.ensure_future(stub.attach(far_end))
        assert await printer.print_slip(slip_pdf(), deadline_s=60) == Done(None)
        far_end.hang_up()
        await serving
        assert (await printer.status()).state in {DeviceState.OFFLINE, DeviceState.UNKNOWN}
        await printer.close()

    on_line(story)


def test_an_empty_packet_is_no_hang_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(far_end: PseudoTerminal, line: UsbPrinterLine) -> None:
        await line.open()
        far_end.send(b"status")
        read, empties = os.read, [b"", b"", b""]
        monkeypatch.setattr(
            "kiosk.devices.usb_line.os.read",
            lambda handle, most: empties.pop() if empties else read(handle, most),
        )
        assert await line.receive() == b"status"
        assert not empties

    on_line(story)


def test_dropping_the_line_ends_whoever_waits() -> None:
    async def story(far_end: PseudoTerminal, line: UsbPrinterLine) -> None:
        await line.open()
        waiting = asyncio.ensure_future(line.receive())
        await SystemClock().sleep(0)  # it waits now
        line.drop()
        with pytest.raises(LineDown, match="closed"):
            await waiting
        with pytest.raises(LineDown, match="not open"):
            await line.send(b"x")
        await line.open()
        await line.open()  # open is open
        assert line.is_open

    on_line(story)


def test_why_it_cannot_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def opened(path: str) -> None:
        await UsbPrinterLine(path).open()

    with pytest.raises(LineDown, match="not plugged in"):
        asyncio.run(opened(str(tmp_path / "lp0")))

    def busy(*_: object) -> int:
        raise OSError(16, "busy")

    monkeypatch.setattr("kiosk.devices.usb_line.os.open", busy)
    with pytest.raises(LineDown, match="another program"):
        asyncio.run(opened("/dev/usb/lp0"))
