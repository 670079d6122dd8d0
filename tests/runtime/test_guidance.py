"""Lights and tones follow the visit; whatever they do, nobody waits for them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest

from kiosk.devices.cabinet_contracts import (
    DARK,
    FlashRate,
    Key,
    Light,
    LightColour,
    Lighting,
    LightSetting,
    Tone,
)
from kiosk.devices.contracts import Completion, DeviceName, Done, Failed, Unknown
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import PaymentPrompt
from kiosk.runtime import guards
from kiosk.runtime.guidance import (
    AGAIN_S,
    ALARM_AFTER,
    REMIND_S,
    VOLUME,
    Guidance,
    lighting,
    tone,
)
from kiosk.runtime.snapshot import DeviceHealth, Service, Snapshot
from kiosk.visit.model import CaseKind, Step, Visit
from tests.support.virtual_time import START, VirtualClock, run

DOWN = Fault(FailureCode.LIGHTS_UNAVAILABLE)


def snapshot(step: Step | None = None, service: Service = Service.IN_SERVICE, **more: Any) -> Snapshot:
    """Return a machine at a step of a visit, or waiting; `more` is of the snapshot or of the visit."""
    of_snapshot = {name: more.pop(name) for name in ("prompt", "warning") if name in more}
    visit = None if step is None else Visit(visit_id=more.pop("visit_id", "GZ01-1"), step=step, **more)
    return Snapshot(service, START, visit=visit, **of_snapshot)


def lit(shown: Mapping[Light, LightSetting]) -> dict[Light, FlashRate]:
    return {light: setting.rate for light, setting in shown.items() if setting != DARK}


class Lamps:
    """Lights that remember what they were told."""

    def __init__(self) -> None:
        self.told: list[Lighting] = []
        self.now: dict[Light, LightSetting] = {}
        self.broken = False

    async def light(self, wanted: Lighting, *, deadline_s: float) -> Completion[None]:
        self.told.append(wanted)
        if self.broken:
            return Unknown(DOWN)
        self.now.update(wanted)
        return Done(None)


class Speaker:
    """A loudspeaker that takes a second for every tone."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.heard: list[tuple[Tone, int]] = []

    async def play(self, tone: Tone, *, volume: int, deadline_s: float) -> Completion[None]:
        await self._clock.sleep(1)
        self.heard.append((tone, volume))
        return Failed(DOWN)  # nobody minds


def guided(work: Callable[[Guidance, Lamps, Speaker, VirtualClock], Coroutine[Any, Any, None]]) -> Lamps:
    async def whole() -> Lamps:
        clock, lamps = VirtualClock(), Lamps()
        speaker = Speaker(clock)
        guidance = Guidance(lamps, speaker, clock)  # type: ignore[arg-type] # as much of them as it uses
        running = asyncio.ensure_future(guidance.run())
        await work(guidance, lamps, speaker, clock)
        running.cancel()
        await asyncio.wait({running})
        return lamps

    return run(whole())


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (snapshot(), {Light.IN_SERVICE: FlashRate.CONTINUOUS, Light.CARD_ENTRY: FlashRate.MEDIUM}),
        (snapshot(service=Service.OUT_OF_SERVICE), {Light.OUT_OF_SERVICE: FlashRate.CONTINUOUS}),
        (snapshot(service=Service.RECOVERING), {Light.OUT_OF_SERVICE: FlashRate.SLOW}),
        (snapshot(Step.RECOGNISING), {Light.FACE: FlashRate.CONTINUOUS}),
        (snapshot(Step.PAYING, prompt=PaymentPrompt.SHOW_CARD), {Light.PIN_PAD: FlashRate.MEDIUM}),
        (snapshot(Step.PAYING, prompt=PaymentPrompt.SHOW_CODE), {Light.SCANNER: FlashRate.MEDIUM}),
        (snapshot(Step.PAYING, prompt=PaymentPrompt.SAME_PURSE), {Light.CONTACTLESS: FlashRate.MEDIUM}),
        (snapshot(Step.PAYING, prompt=PaymentPrompt.ASK_STAFF), {Light.HELP_NEEDED: FlashRate.MEDIUM}),
        (snapshot(Step.PRINTING), {}),
        (snapshot(Step.SLIP), {Light.SLIP: FlashRate.MEDIUM}),
        (
            snapshot(Step.TAKING, slip_printed=True),
            {Light.CARD_EXIT: FlashRate.MEDIUM, Light.SLIP: FlashRate.MEDIUM},
        ),
        (
            snapshot(Step.TAKING, cases=(next(iter(CaseKind)),)),
            {Light.CARD_EXIT: FlashRate.MEDIUM, Light.HELP_NEEDED: FlashRate.MEDIUM},
        ),
    ],
)
def test_it_blinks_where_the_hands_should_go(now: Snapshot, expected: dict[Light, FlashRate]) -> None:
    shown = lighting(now)
    assert set(shown) == set(Light)  # what is not wanted is put out
    serving = {Light.IN_SERVICE: FlashRate.CONTINUOUS} if now.service is Service.IN_SERVICE else {}
    assert lit(shown) == {**serving, **expected}


FIRST = snapshot(Step.READING)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (snapshot(), FIRST, Tone.ATTENTION),
        (snapshot(Step.ENDED, visit_id="GZ01-0"), FIRST, Tone.ATTENTION),
        (FIRST, FIRST, None),
        (FIRST, snapshot(Step.RECOGNISING), None),
        (FIRST, snapshot(Step.READING, warning=True), Tone.WARNING),
        (snapshot(Step.READING, warning=True), FIRST, None),
        (FIRST, snapshot(Step.PRESENTING, ending=Fault(FailureCode.CHIP_MUTE)), Tone.ERROR),
        (snapshot(Step.PAYING), snapshot(Step.ISSUING), Tone.SUCCESS),
        (snapshot(Step.PROVING), snapshot(Step.ISSUING), None),  # nothing was paid
        (snapshot(Step.REPORTING), snapshot(Step.REVIEWING), Tone.SUCCESS),
        (snapshot(Step.PRESENTING), snapshot(Step.TAKING), Tone.TAKE_CARD),
        (snapshot(Step.TAKING), snapshot(Step.RETAINING), Tone.ALARM),
        (snapshot(Step.PAYING), snapshot(Step.PAYING, prompt=PaymentPrompt.HOLD_PURSE), Tone.ATTENTION),
        (snapshot(Step.PAYING), snapshot(Step.PAYING, prompt=PaymentPrompt.OTHER_PURSE), Tone.WARNING),
        (snapshot(Step.PAYING), snapshot(Step.PAYING, prompt=PaymentPrompt.TERMINAL_WORKS), None),
        (snapshot(Step.TAKING), snapshot(), None),
    ],
)
def test_a_change_is_heard(before: Snapshot, after: Snapshot, expected: Tone | None) -> None:
    assert tone(before, after) is expected


def test_lights_are_told_only_what_changes() -> None:
    async def work(guidance: Guidance, lamps: Lamps, speaker: Speaker, clock: VirtualClock) -> None:
        guidance.see(snapshot())
        await clock.sleep(1)
        guidance.see(snapshot())
        await clock.sleep(1)
        guidance.see(FIRST)
        await clock.sleep(1)
        assert [len(told) for told in lamps.told] == [len(Light), 1]
        assert lamps.told[1] == {Light.CARD_ENTRY: DARK}

    lamps = guided(work)
    assert not lit(lamps.now)  # at the end everything is dark


def test_lights_that_fail_are_set_anew_when_they_are_back() -> None:
    async def work(guidance: Guidance, lamps: Lamps, speaker: Speaker, clock: VirtualClock) -> None:
        lamps.broken = True
        guidance.see(snapshot())
        await clock.sleep(AGAIN_S * 3)
        lamps.broken = False
        await clock.sleep(AGAIN_S + 1)
        assert lit(lamps.now) == lit(lighting(snapshot()))

    guided(work)


def test_a_card_that_is_left_is_called_louder_and_louder() -> None:
    async def work(guidance: Guidance, lamps: Lamps, speaker: Speaker, clock: VirtualClock) -> None:
        guidance.see(snapshot(Step.PRESENTING))
        guidance.see(snapshot(Step.TAKING))
        await clock.sleep(REMIND_S * (ALARM_AFTER + 2) + 2)
        tones = [heard[0] for heard in speaker.heard]
        assert tones == [Tone.TAKE_CARD] * (ALARM_AFTER + 1) + [Tone.ALARM] * 2
        volumes = [heard[1] for heard in speaker.heard]
        assert volumes == sorted(volumes)
        assert (volumes[0], volumes[-1]) == (VOLUME, 100)
        assert lamps.now[Light.CARD_EXIT] == LightSetting(FlashRate.QUICK, LightColour.GREEN)
        guidance.see(snapshot())
        count = len(speaker.heard)
        await clock.sleep(REMIND_S * 3)
        assert len(speaker.heard) == count
        assert lamps.now[Light.CARD_EXIT] == DARK

    guided(work)


def test_time_that_runs_out_is_told_again_until_it_is_answered() -> None:
    async def work(guidance: Guidance, lamps: Lamps, speaker: Speaker, clock: VirtualClock) -> None:
        guidance.see(snapshot(Step.CONFIRMING))
        guidance.see(snapshot(Step.CONFIRMING, warning=True))
        await clock.sleep(45)
        assert [heard[0] for heard in speaker.heard] == [Tone.WARNING] * 5
        volumes = [heard[1] for heard in speaker.heard]
        assert volumes == sorted(volumes)
        assert volumes[0] < volumes[-1]
        guidance.see(snapshot(Step.CONFIRMING))  # answered
        await clock.sleep(45)
        assert len(speaker.heard) == 5

    guided(work)


def test_tones_that_pile_up_are_left_out_and_the_volume_comes_back() -> None:
    async def work(guidance: Guidance, lamps: Lamps, speaker: Speaker, clock: VirtualClock) -> None:
        guidance.volume = 500
        assert guidance.volume == 100
        guidance.volume = 20
        for number in range(9):
            guidance.see(snapshot(Step.READING, visit_id=f"GZ01-{number}"))
        await clock.sleep(20)
        assert 1 <= len(speaker.heard) <= 3
        assert {volume for _, volume in speaker.heard} == {20}
        guidance.key(Key.UP)
        guidance.key(Key.VOLUME_UP)
        await clock.sleep(5)
        assert speaker.heard[-1] == (Tone.ATTENTION, 30)
        guidance.key(Key.VOLUME_DOWN)
        assert guidance.volume == 20
        guidance.see(snapshot())
        assert guidance.volume == VOLUME

    guided(work)


def test_a_machine_without_lights_and_sounds_is_not_guided() -> None:
    async def whole() -> None:
        guidance = Guidance(None, None, VirtualClock())
        guidance.see(snapshot(Step.READING))
        await guidance.run()

    run(whole())


def line(name: DeviceName, code: FailureCode | None) -> DeviceHealth:
    return DeviceHealth(name, code is None, simulated=False, fault=code and Fault(code))


@pytest.mark.parametrize(
    ("cabinet", "ups", "expected"),
    [
        (None, None, None),
        (FailureCode.CABINET_OPEN, None, FailureCode.CABINET_OPEN),
        (FailureCode.CABINET_UNAVAILABLE, FailureCode.POWER_LOW, FailureCode.CABINET_UNAVAILABLE),
        (None, FailureCode.POWER_LOW, FailureCode.POWER_LOW),
        (None, FailureCode.POWER_ON_BATTERY, None),
        (None, FailureCode.UPS_UNAVAILABLE, None),
        (FailureCode.MAINTENANCE, None, FailureCode.MAINTENANCE),
        (FailureCode.CABINET_TAMPERED, FailureCode.POWER_LOW, FailureCode.CABINET_TAMPERED),
    ],
)
def test_what_cabinet_and_power_stop(
    cabinet: FailureCode | None, ups: FailureCode | None, expected: FailureCode | None
) -> None:
    lines = [
        line(DeviceName.UPS, ups),
        line(DeviceName.CABINET, cabinet),
        line(DeviceName.LIGHTS, FailureCode.LIGHTS_UNAVAILABLE),
    ]
    found = guards.stop(lines)
    assert (found and found.code) is expected
