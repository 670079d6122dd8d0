"""The keypad's driver at a pipe that says what the kernel would say, and the parser against anything."""

import asyncio
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.cabinet_contracts import Key, Presence
from kiosk.devices.contracts import DeviceState, Done, Failed, MediaAction, Refused
from kiosk.devices.keypad.driver import EvdevKeypad
from kiosk.devices.keypad.events import (
    EV_KEY,
    EV_SW,
    EV_SYN,
    EVENT,
    STANDARD_KEYS,
    SW_HEADPHONE_INSERT,
    SW_LINEOUT_INSERT,
    SYN_DROPPED,
    SYN_REPORT,
    InputEvents,
    KeypadLayout,
    Lost,
    switch_state,
)
from kiosk.devices.keypad.input_node import EVIOCGBIT_SW, EVIOCGRAB, EVIOCGSW
from kiosk.domain.failure import FailureCode
from tests.devices.keypad.pipe import ENTER, REPEAT, SYNC, UP, Pipe, event, press
from tests.support.virtual_time import VirtualClock, run


def with_keypad(tmp_path: Path, work: Callable[[Pipe, EvdevKeypad], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        pipe = Pipe(tmp_path / "event0")
        layout = KeypadLayout(jack_in=frozenset({183}), jack_out=frozenset({184}))
        keypad = EvdevKeypad(str(pipe.path), VirtualClock(), layout=layout, grab=False)
        await work(pipe, keypad)
        await keypad.close()

    run(whole())


def test_the_numbers_are_those_of_the_kernels_headers(tmp_path: Path) -> None:
    names = ["EV_KEY", "EV_SW", "EV_SYN", "SYN_DROPPED", "SYN_REPORT", "SW_HEADPHONE_INSERT"]
    names += ["SW_LINEOUT_INSERT", "EVIOCGRAB", "EVIOCGSW(8)", "EVIOCGBIT(EV_SW, 8)"]
    names += ["sizeof(struct input_event)", "KEY_UP", "KEY_KPENTER", "KEY_OK", "KEY_SELECT", "KEY_BACK"]
    ours = [EV_KEY, EV_SW, EV_SYN, SYN_DROPPED, SYN_REPORT, SW_HEADPHONE_INSERT, SW_LINEOUT_INSERT]
    ours += [EVIOCGRAB, EVIOCGSW, EVIOCGBIT_SW, EVENT.size, 103, 96, 352, 353, 158]
    printed = "".join(f'printf("%lu ", (unsigned long)({name}));' for name in names)
    source = f"#include <stdio.h>\n#include <linux/input.h>\nint main(void) {{ {printed} return 0; }}\n"
    (tmp_path / "numbers.c").write_text(source)
    subprocess.run(["gcc", "-o", "numbers", "numbers.c"], cwd=tmp_path, check=True)
    theirs = subprocess.run([tmp_path / "numbers"], capture_output=True, text=True, check=True).stdout
    assert [int(number) for number in theirs.split()] == ours
    assert STANDARD_KEYS[103] is Key.UP
    assert STANDARD_KEYS[11] is Key.DIGIT_0
    assert STANDARD_KEYS[10] is Key.DIGIT_9


@given(st.lists(st.binary(max_size=100)))
def test_any_bytes_are_parsed_without_harm(pieces: list[bytes]) -> None:
    events = InputEvents()
    for piece in pieces:
        for happened in events.feed(piece):
            assert isinstance(happened, Key | Presence | Lost)


@given(st.lists(st.sampled_from(sorted(STANDARD_KEYS)), max_size=20), st.integers(1, 60))
def test_keys_come_out_in_order_however_the_bytes_are_cut(codes: list[int], cut: int) -> None:
    content = b"".join(press(code) for code in codes)
    events = InputEvents()
    found = [
        key for start in range(0, len(content), cut) for key in events.feed(content[start : start + cut])
    ]
    assert found == [STANDARD_KEYS[code] for code in codes]


def test_a_held_key_repeats_only_where_that_is_harmless() -> None:
    held = [event(EV_KEY, code, REPEAT) for code in (UP, ENTER)]
    assert list(InputEvents().feed(b"".join(held))) == [Key.UP]


def test_after_a_full_buffer_the_rest_is_dropped_up_to_the_report() -> None:
    dropped = event(EV_SYN, SYN_DROPPED, 0)
    content = press(UP) + dropped + press(ENTER)[: EVENT.size] + SYNC + press(UP)
    assert list(InputEvents().feed(content)) == [Key.UP, Lost(), Key.UP]


def test_the_jacks_switch() -> None:
    events = InputEvents()
    plugged = event(EV_SW, SW_HEADPHONE_INSERT, 1) + event(EV_SW, SW_LINEOUT_INSERT, 0)
    assert list(events.feed(plugged)) == [Presence.PRESENT, Presence.NOT_PRESENT]
    assert switch_state(bytes([0b100])) is Presence.PRESENT
    assert switch_state(bytes(8)) is Presence.NOT_PRESENT


def test_listeners_get_every_key_until_they_stop(tmp_path: Path) -> None:
    async def work(pipe: Pipe, keypad: EvdevKeypad) -> None:
        heard: list[Key] = []
        stop = keypad.listen(heard.append)
        waiting = asyncio.ensure_future(keypad.read_key(deadline_s=5))
        await VirtualClock().sleep(0)
        pipe.say(press(UP) + press(ENTER))
        assert await waiting == Done(Key.UP)
        assert heard == [Key.UP, Key.SELECT]
        stop()
        stop()
        pipe.say(press(UP))
        assert isinstance(await keypad.read_key(deadline_s=1), Done)
        assert heard == [Key.UP, Key.SELECT]
        late = await keypad.read_key(deadline_s=1)
        assert isinstance(late, Failed)
        assert late.fault.code is FailureCode.TIMED_OUT

    with_keypad(tmp_path, work)


def test_a_jack_that_tells_by_keys(tmp_path: Path) -> None:
    async def work(pipe: Pipe, keypad: EvdevKeypad) -> None:
        told: list[Presence] = []
        keypad.subscribe(lambda: told.append(keypad.headphones()))
        assert keypad.headphones() is Presence.UNKNOWN  # nobody has said anything yet
        pipe.say(press(183))
        await keypad.read_key(deadline_s=0.5)
        pipe.say(press(184))
        await keypad.read_key(deadline_s=0.5)
        assert told == [Presence.PRESENT, Presence.NOT_PRESENT]

    with_keypad(tmp_path, work)


def test_pulled_out_while_a_key_is_awaited(tmp_path: Path) -> None:
    async def work(pipe: Pipe, keypad: EvdevKeypad) -> None:
        waiting = asyncio.ensure_future(keypad.read_key(deadline_s=60))
        await VirtualClock().sleep(0.1)
        pipe.pull_out()
        failed = await waiting
        assert isinstance(failed, Failed)
        assert failed.fault.code is FailureCode.KEYPAD_UNAVAILABLE
        assert (await keypad.status()).state is DeviceState.OFFLINE
        assert isinstance(await keypad.read_key(deadline_s=1), Refused)
        assert isinstance(await keypad.reset(MediaAction.KEEP, deadline_s=1), Refused)
        pipe.plug_in()
        assert (await keypad.status()).ready
        pipe.say(press(ENTER))
        assert await keypad.read_key(deadline_s=1) == Done(Key.SELECT)

    with_keypad(tmp_path, work)


def test_what_is_no_input_device_is_not_taken_for_one(tmp_path: Path) -> None:
    async def work() -> None:
        pipe = Pipe(tmp_path / "event0")
        (tmp_path / "file").write_bytes(press(UP))
        for path, grab in ((pipe.path, True), (tmp_path / "file", False), (Path("/dev/null"), False)):
            keypad = EvdevKeypad(str(path), VirtualClock(), jack=str(tmp_path / "none"), grab=grab)
            status = await keypad.status()
            assert status.state is DeviceState.OFFLINE
            assert "no input device" in status.faults[0].detail
            assert keypad.headphones() is Presence.UNKNOWN
            await keypad.close()
            assert (await keypad.status()).state is DeviceState.OFFLINE
        pipe.pull_out()

    run(work())


@pytest.mark.parametrize("jack_first", [True, False])
def test_a_jack_of_its_own_comes_and_goes(jack_first: bool, tmp_path: Path) -> None:
    async def work() -> None:
        keys, jack = Pipe(tmp_path / "keys"), Pipe(tmp_path / "jack")
        keypad = EvdevKeypad(str(keys.path), VirtualClock(), jack=str(jack.path), grab=False)
        assert (await keypad.status()).ready
        jack.say(event(EV_SW, SW_HEADPHONE_INSERT, 1))
        await keypad.read_key(deadline_s=0.5)
        assert keypad.headphones() is Presence.PRESENT
        for pipe in (jack, keys) if jack_first else (keys, jack):
            pipe.pull_out()
            await VirtualClock().sleep(0.1)
        assert keypad.headphones() is Presence.UNKNOWN
        await keypad.close()

    run(work())
