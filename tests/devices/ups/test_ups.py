"""The UPS driver: against a real upsd once, and against everything else that may answer."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import SystemClock
from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.cabinet_contracts import Mains, Power
from kiosk.devices.contracts import DeviceState, Done, Failed, MediaAction
from kiosk.devices.ups.driver import ANSWER_S, NutUps
from kiosk.devices.ups.protocol import Limits, NotUpsd, UpsSilent, power, variables
from kiosk.domain.failure import FailureCode
from tests.devices.ups.far_upsd import DRIVER, NAME, UPSD, RealUpsd, listing, scripted
from tests.support.patience import LONG_S
from tests.support.virtual_time import VirtualClock, run

WORDS = ("OL", "OB", "LB", "HB", "RB", "CHRG", "DISCHRG", "FSD", "OFF", "WAIT", "ALARM", "")


def of(**known: str) -> dict[str, str]:
    return {name.replace("_", "."): value for name, value in known.items()}


@pytest.fixture
def upsd(tmp_path: Path) -> Iterator[RealUpsd]:
    if not (UPSD.exists() and DRIVER.exists()):
        pytest.skip("nut-server is not installed")
    far = RealUpsd(tmp_path)
    far.start()
    yield far
    far.stop()


async def until(ups: NutUps, holds: Callable[[Any], bool]) -> None:
    """Wait until the status is so, told by its changes."""
    changed = asyncio.Event()
    unsubscribe = ups.subscribe(changed.set)
    try:
        async with asyncio.timeout(LONG_S):
            while not holds(await ups.status()):
                changed.clear()
                await changed.wait()
    finally:
        unsubscribe()


def test_the_real_upsd_of_the_system(upsd: RealUpsd) -> None:
    async def work() -> None:
        ups = NutUps(TcpByteLine("127.0.0.1", upsd.port), NAME, SystemClock())
        await until(ups, lambda status: status.ready)
        assert await ups.power() == Power(Mains.LINE, charge=100.0, runtime_s=1800.0)
        stranger = NutUps(TcpByteLine("127.0.0.1", upsd.port), "nobody", SystemClock())
        assert "UNKNOWN-UPS" in (await stranger.status()).faults[0].detail
        await stranger.close()
        upsd.set("battery.charge: 9\nbattery.runtime: 60\nups.status: OB LB RB\n")
        await until(ups, lambda status: not status.ready)
        codes = [fault.code for fault in (await ups.status()).faults]
        assert codes == [FailureCode.POWER_LOW, FailureCode.POWER_ON_BATTERY]
        assert (await ups.power()).worn
        upsd.stop_driver()
        await until(ups, lambda status: status.state is DeviceState.UNKNOWN)
        assert (await ups.power()).mains is Mains.UNKNOWN
        await ups.close()

    asyncio.run(work())


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (of(ups_status="OL"), Power(Mains.LINE)),
        (of(ups_status="OL CHRG LB"), Power(Mains.LINE, low=True)),
        (of(ups_status="OB DISCHRG", battery_charge="80"), Power(Mains.BATTERY, charge=80.0)),
        (of(ups_status="OB", battery_charge="19.9"), Power(Mains.BATTERY, low=True, charge=19.9)),
        (of(ups_status="OB", battery_runtime="299"), Power(Mains.BATTERY, low=True, runtime_s=299.0)),
        (of(ups_status="OL", battery_runtime="10"), Power(Mains.LINE, runtime_s=10.0)),
        (of(ups_status="FSD OB"), Power(Mains.BATTERY, low=True)),
        (of(ups_status="OL RB", battery_charge="nan"), Power(Mains.LINE, worn=True)),
        (of(ups_status="OL", battery_charge="-4"), Power(Mains.LINE)),
    ],
)
def test_what_the_variables_say(known: dict[str, str], expected: Power) -> None:
    assert power(known, Limits()) == expected


@given(st.lists(st.sampled_from(WORDS)), st.text(max_size=30), st.text(max_size=30))
def test_any_values_end_in_a_state_of_power_or_silence(words: list[str], charge: str, runtime: str) -> None:
    known = of(ups_status=" ".join(words), battery_charge=charge, battery_runtime=runtime)
    try:
        found = power(known, Limits())
    except UpsSilent:
        assert not {"OL", "OB", "FSD"} & set(words) or {"OFF", "WAIT"} & set(words)
        return
    assert found.mains is not Mains.UNKNOWN
    assert found.low or not {"LB", "FSD"} & set(words)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_variables_or_a_named_failure(answer: bytes) -> None:
    for content in (answer, listing() + answer, f"BEGIN LIST VAR {NAME}\n".encode() + answer):
        try:
            found = variables(content, NAME)
        except (UpsSilent, NotUpsd):
            continue
        assert found is None or all(isinstance(value, str) for value in found.values())


@settings(max_examples=40)
@given(st.dictionaries(st.from_regex(r"[a-z.]{1,20}", fullmatch=True), st.text('a"\\ é0', max_size=12)))
def test_quoting_survives(known: dict[str, str]) -> None:
    lines = [
        'VAR {} {} "{}"'.format(NAME, name, value.replace("\\", "\\\\").replace('"', '\\"'))
        for name, value in known.items()
    ]
    answer = listing(*lines)
    assert variables(answer, NAME) == known
    assert variables(answer[:-2], NAME) is None


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, DeviceState.OFFLINE),
        (b"ERR ACCESS-DENIED\n", DeviceState.UNKNOWN),
        (b"ERR DATA-STALE\n", DeviceState.UNKNOWN),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", DeviceState.UNKNOWN),
        (b"BEGIN LIST VAR kiosk\n" + b"VAR kiosk a.b" * 9000, DeviceState.UNKNOWN),
        (listing('VAR kiosk battery.charge "50"'), DeviceState.UNKNOWN),
        (listing('VAR other ups.status "OL"'), DeviceState.UNKNOWN),
        (listing('VAR kiosk ups.status "OL"'), DeviceState.ONLINE),
    ],
    ids=["silence", "denied", "stale", "web server", "endless", "no status", "another", "well"],
)
def test_whatever_answers_is_named_in_time(answer: bytes | None, state: DeviceState) -> None:
    async def work() -> None:
        async with scripted(answer) as (far, port):
            clock = VirtualClock()
            ups = NutUps(TcpByteLine("127.0.0.1", port), NAME, clock)
            began = clock.monotonic()
            status = await ups.status()
            assert clock.monotonic() - began <= ANSWER_S + 0.01
            assert status.state is state
            assert status.ready is (state is DeviceState.ONLINE)
            assert far.asked == [b"LIST VAR kiosk\n"]
            reset = await ups.reset(MediaAction.KEEP, deadline_s=5)
            assert isinstance(reset, Done if status.ready else Failed)
            await ups.close()
            assert await ups.power() == Power(Mains.UNKNOWN)

    run(work())


def test_a_name_that_cannot_be_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="name of a UPS"):
        NutUps(TcpByteLine("127.0.0.1", 1), "a b\nSHUTDOWN", VirtualClock())
