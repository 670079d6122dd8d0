"""A scanner that poses as a keyboard, read at the kernel: what it types is what was read."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.byte_line import LineDown
from kiosk.devices.contracts import DeviceState, Done, Failed, Refused
from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.keypad.events import EV_KEY
from kiosk.devices.scanner.keyboard_line import PLAIN, SHIFTED, KeyboardLine, Typing
from kiosk.devices.scanner.serial_scanner import SerialScanner
from kiosk.domain.failure import FailureCode
from tests.devices.keypad.pipe import Pipe, event
from tests.devices.scanner.keyboard import CAPS_LOCK, typed
from tests.support.virtual_time import VirtualClock, run

LINE = "CSC000000004<3406119<9001011<2"
ALIPAY = "281234567890123456"
TYPEABLE = sorted({*PLAIN.values(), *SHIFTED.values()} - {"\r"})


@given(st.text(st.sampled_from(TYPEABLE), max_size=60), st.integers(1, 50))
def test_what_is_typed_is_what_was_meant_in_pieces_of_any_size(text: str, size: int) -> None:
    events, typing = typed(text), Typing()
    pieces = (events[at : at + size] for at in range(0, len(events), size))
    assert "".join(mark for piece in pieces for mark in typing.feed(piece)) == text


@given(st.binary(max_size=400))
def test_nonsense_types_at_most_characters(noise: bytes) -> None:
    assert all(len(mark) <= 1 for mark in Typing().feed(noise))


def test_caps_lock_is_undone() -> None:
    typing = Typing()
    held_down = event(EV_KEY, CAPS_LOCK, 1) + event(EV_KEY, CAPS_LOCK, 2) + event(EV_KEY, CAPS_LOCK, 0)
    assert "".join(typing.feed(held_down + typed("aB<"))) == "Ab<"


def test_a_line_and_a_code_are_read_and_a_pulled_scanner_is_told(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path / "scanner")

    async def story() -> None:
        clock = VirtualClock()
        scanner = SerialScanner(KeyboardLine(str(pipe.path), grab=False), clock)
        try:
            assert (await scanner.status()).ready
            pipe.say(typed("nobody wants this\r"))
            reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
            await clock.sleep(1)
            pipe.say(typed(f"{LINE}\r"))
            assert await reading == Done(LINE)

            paying = asyncio.ensure_future(scanner.read_payment_code(deadline_s=30))
            await clock.sleep(1)
            pipe.say(typed(f"{ALIPAY}\r"))
            paid = await paying
            assert isinstance(paid, Done)
            assert isinstance(paid.value, PaymentCode)

            lost = asyncio.ensure_future(scanner.read_line(deadline_s=30))
            await clock.sleep(1)
            pipe.pull_out()
            completion = await lost
            assert isinstance(completion, Failed)
            assert completion.fault.code is FailureCode.SCANNER_UNAVAILABLE
            assert (await scanner.status()).state is DeviceState.OFFLINE
            assert isinstance(await scanner.read_line(deadline_s=1), Refused)

            pipe.plug_in()
            assert (await scanner.status()).ready
        finally:
            await scanner.close()
            pipe.pull_out()

    run(story())


def test_a_line_that_is_not_open_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        line = KeyboardLine(str(tmp_path / "nothing"), grab=False)
        with pytest.raises(LineDown, match="not plugged in"):
            await line.open()
        with pytest.raises(LineDown, match="not open"):
            await line.send(b"x")
        with pytest.raises(LineDown, match="pulled out"):
            await line.receive()

    asyncio.run(story())
