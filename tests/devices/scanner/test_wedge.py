"""A scanner that types among people who type."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kiosk.devices.contracts import DeviceState, Done, Failed, Refused
from kiosk.devices.scanner.wedge import GERMAN_KEYBOARD, WedgeLayout, WedgeScanner
from tests.support.virtual_time import VirtualClock, run

LINE = "CSC000000004<3406119<9001011<2"
ALIPAY = "2812345678901234567"


async def typed(scanner: WedgeScanner, text: str, every_s: float) -> list[bool]:
    taken = []
    for char in text:
        await VirtualClock().sleep(every_s)
        taken.append(scanner.key(char))
    return taken


def with_scanner(story: Callable[[WedgeScanner], Awaitable[None]], layout: WedgeLayout | None = None) -> None:
    async def main() -> None:
        scanner = WedgeScanner(VirtualClock(), layout)
        try:
            await story(scanner)
        finally:
            await scanner.close()

    run(main())


@pytest.mark.parametrize("ending", ["\r", "\n", "\t"])
def test_a_typed_line_is_read(ending: str) -> None:
    async def story(scanner: WedgeScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        taken = await typed(scanner, LINE + ending, 0.01)
        assert await reading == Done(LINE)
        assert taken[0] is False  # nobody can tell from one key
        assert all(taken[8:])  # from then on no field gets them

    with_scanner(story)


def test_a_person_who_types_is_no_scanner() -> None:
    async def story(scanner: WedgeScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_payment_code(deadline_s=30))
        taken = await typed(scanner, ALIPAY + "\r", 0.15)
        assert isinstance(await reading, Failed)
        assert not any(taken)

    with_scanner(story)


def test_a_reading_between_a_persons_keys_is_whole() -> None:
    async def story(scanner: WedgeScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_payment_code(deadline_s=30))
        await typed(scanner, "138", 0.2)
        await VirtualClock().sleep(0.2)
        await typed(scanner, ALIPAY + "\r", 0.005)
        completion = await reading
        assert isinstance(completion, Done)
        assert completion.value.code == ALIPAY

    with_scanner(story)


def test_a_wrong_keyboard_layout_is_put_right() -> None:
    async def story(scanner: WedgeScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await typed(scanner, LINE.replace("<", ";") + "\r", 0.01)
        assert await reading == Done(LINE)

    with_scanner(story, GERMAN_KEYBOARD)


def test_keys_that_no_code_has_spoil_the_reading() -> None:
    async def story(scanner: WedgeScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=30))
        await typed(scanner, LINE[:9] + "签" + LINE[9:] + "\r", 0.01)
        await typed(scanner, LINE + "\r", 0.01)
        assert await reading == Done(LINE)

    with_scanner(story)


def test_an_endless_scanner_is_forgotten() -> None:
    async def story(scanner: WedgeScanner) -> None:
        reading = asyncio.ensure_future(scanner.read_line(deadline_s=100))
        await typed(scanner, "7" * 5000 + "\r" + LINE + "\r", 0.001)
        assert await reading == Done(LINE)

    with_scanner(story)


def test_a_pulled_plug_is_said() -> None:
    async def story(scanner: WedgeScanner) -> None:
        heard: list[None] = []
        scanner.subscribe(lambda: heard.append(None))
        scanner.plugged(False)
        assert heard
        assert (await scanner.status()).state is DeviceState.OFFLINE
        scanner.plugged(True)
        assert (await scanner.status()).ready
        await scanner.close()
        assert isinstance(await scanner.read_line(deadline_s=1), Refused)

    with_scanner(story)
