"""Lights and tones that follow the visit: what the hands should do next is where it blinks.

Two pure functions tell what a snapshot asks for; `Guidance` carries it out. Nothing here can harm a visit:
lights and loudspeakers that fail are tried again, and nobody waits for them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.devices.cabinet_contracts import (
    DARK,
    FlashRate,
    Key,
    Keypad,
    Light,
    LightColour,
    Lights,
    LightSetting,
    Sounds,
    Tone,
)
from kiosk.devices.contracts import Done
from kiosk.devices.fitted import Devices
from kiosk.domain.payment import PaymentPrompt
from kiosk.runtime.ports import KioskPort
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.tasks import Tasks
from kiosk.visit.model import Step, Visit

VOLUME = 60
"""Volume of tones at the start of every visit, 0 to 100."""

LIGHT_S = 3.0
TONE_S = 6.0
"""Deadlines of one command, seconds."""

AGAIN_S = 5.0
"""How soon lights that did not obey are set again, seconds."""

REMIND_S = 10.0
"""How often somebody is called, or reminded of a card or of time that runs out; each time louder, seconds."""

ALARM_AFTER = 3
"""Reminders of a card after which they become an alarm."""

LOUDER = 15

_GREEN, _WHITE = LightColour.GREEN, LightColour.WHITE
_EXPECTED = LightSetting(FlashRate.MEDIUM, _GREEN)
_URGENT = LightSetting(FlashRate.QUICK, _GREEN)
_HELP = LightSetting(FlashRate.MEDIUM, LightColour.YELLOW)

_HANDS: Mapping[PaymentPrompt, Light] = {
    PaymentPrompt.SHOW_CODE: Light.SCANNER,
    PaymentPrompt.SHOW_CARD: Light.PIN_PAD,
    PaymentPrompt.ENTER_PIN: Light.PIN_PAD,
    PaymentPrompt.HOLD_PURSE: Light.CONTACTLESS,
    PaymentPrompt.SAME_PURSE: Light.CONTACTLESS,
    PaymentPrompt.OTHER_PURSE: Light.CONTACTLESS,
}
"""Where the hands should go to pay."""

_VOLUME_KEYS: Mapping[Key, int] = {Key.VOLUME_UP: 10, Key.VOLUME_DOWN: -10}

_LOOK_UP = frozenset({PaymentPrompt.SAME_PURSE, PaymentPrompt.OTHER_PURSE, PaymentPrompt.ASK_STAFF})
_BUSY_STEPS = frozenset({Step.OPENING_PAYMENT, Step.PAYING, Step.CLOSING_PAYMENT})


def lighting(snapshot: Snapshot, *, reminders: int = 0) -> dict[Light, LightSetting]:
    """Return how every light should be.

    Args:
        reminders: how often the applicant was reminded of the card in the slot.
    """
    lights = dict.fromkeys(Light, DARK)
    lights.update(_service(snapshot.service))
    visit = snapshot.visit
    if visit is None:
        if snapshot.service is Service.IN_SERVICE:
            lights[Light.CARD_ENTRY] = _EXPECTED
        return lights
    if snapshot.prompt is not None and snapshot.prompt in _HANDS:
        lights[_HANDS[snapshot.prompt]] = _EXPECTED
    if snapshot.prompt is PaymentPrompt.ASK_STAFF or visit.cases or visit.step is Step.CALLING_STAFF:
        lights[Light.HELP_NEEDED] = _HELP
    match visit.step:
        case Step.RECOGNISING:
            lights[Light.FACE] = LightSetting(FlashRate.CONTINUOUS, _WHITE)
        case Step.SLIP:
            lights[Light.SLIP] = _EXPECTED
        case Step.PRESENTING | Step.TAKING:
            lights[Light.CARD_EXIT] = _URGENT if reminders else _EXPECTED
            if visit.slip_printed:
                lights[Light.SLIP] = _EXPECTED
    return lights


def _service(service: Service) -> dict[Light, LightSetting]:
    match service:
        case Service.IN_SERVICE:
            return {Light.IN_SERVICE: LightSetting(FlashRate.CONTINUOUS, _GREEN)}
        case Service.OUT_OF_SERVICE:
            return {Light.OUT_OF_SERVICE: LightSetting(FlashRate.CONTINUOUS, LightColour.RED)}
        case Service.STARTING | Service.RECOVERING:
            return {Light.OUT_OF_SERVICE: LightSetting(FlashRate.SLOW, LightColour.YELLOW)}


def tone(before: Snapshot, after: Snapshot) -> Tone | None:
    """Return the tone that a change asks for, the most urgent where it asks for several."""
    if after.visit is None:
        return None
    if after.warning and not before.warning:
        return Tone.WARNING
    if before.visit is None or before.visit.visit_id != after.visit.visit_id:
        return Tone.ATTENTION
    if after.prompt is not before.prompt and after.prompt in _LOOK_UP:
        return Tone.WARNING
    return _step_tone(before.visit, after.visit) or _prompt_tone(before, after)


def calling(snapshot: Snapshot) -> Tone | None:
    """Return what is said again and again: a card left, time that runs out, or that a colleague is wanted."""
    if snapshot.visit is None:
        return None
    if snapshot.visit.step is Step.TAKING:
        return Tone.TAKE_CARD
    if snapshot.warning:
        return Tone.WARNING
    return Tone.ATTENTION if snapshot.visit.step is Step.CALLING_STAFF else None


def _step_tone(before: Visit, after: Visit) -> Tone | None:
    if after.ending is not None and before.ending is None:
        return Tone.ERROR
    if after.step is before.step:
        return None
    match after.step:
        case Step.TAKING:
            return Tone.TAKE_CARD
        case Step.CALLING_STAFF:
            return Tone.ATTENTION
        case Step.RETAINING:
            return Tone.ALARM
        case Step.REVIEWING:
            return Tone.SUCCESS
        case Step.ISSUING if before.step in _BUSY_STEPS:
            return Tone.SUCCESS
    return None


def _prompt_tone(before: Snapshot, after: Snapshot) -> Tone | None:
    return Tone.ATTENTION if after.prompt is not before.prompt and after.prompt in _HANDS else None


@dataclass(frozen=True, slots=True)
class _Wish:
    tone: Tone
    volume: int


class Guidance:
    """Follows one machine; `see` is a listener of its snapshots, `run` carries out until cancelled.

    Args:
        lights, sounds: None where the machine has none.
    """

    def __init__(self, lights: Lights | None, sounds: Sounds | None, clock: Clock) -> None:
        self._lights = lights
        self._sounds = sounds
        self._clock = clock
        self._volume = VOLUME
        self._last: Snapshot | None = None
        self._wanted: dict[Light, LightSetting] = {}
        self._wishes: asyncio.Queue[_Wish] = asyncio.Queue(maxsize=2)
        self._changed = asyncio.Event()
        self._reminders = 0
        self._called: Tone | None = None
        self._reminding: asyncio.Task[None] | None = None
        self._work = Tasks()

    @property
    def volume(self) -> int:
        """Volume of the tones, 0 to 100; back at `VOLUME` after every visit (Section 508, 402.3)."""
        return self._volume

    @volume.setter
    def volume(self, volume: int) -> None:
        self._volume = min(max(volume, 0), 100)

    def key(self, key: Key) -> None:
        """Take a key of the keypad: two of them change the volume, and are heard at once."""
        louder = _VOLUME_KEYS.get(key)
        if louder is not None:
            self.volume += louder
            self._wish(Tone.ATTENTION, self._volume)

    def see(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot, from the runtime's loop; returns at once."""
        before, self._last = self._last, snapshot
        if before is not None:
            wish = tone(before, snapshot)
            if wish is not None:
                self._wish(wish, self._volume)
        if snapshot.visit is None:
            self._volume = VOLUME
        self._remind(snapshot)
        self._want(lighting(snapshot, reminders=self._reminders))

    async def run(self) -> None:
        """Set lights and play tones as they are wished for; at the end the lights go out."""
        self._work.start(self._keep_lit(), "lights")
        self._work.start(self._keep_sounding(), "tones")
        try:
            await self._work.done()
        finally:
            await self._work.end()
            if self._lights is not None:
                await self._lights.light(dict.fromkeys(Light, DARK), deadline_s=LIGHT_S)

    def _want(self, wanted: dict[Light, LightSetting]) -> None:
        if wanted != self._wanted:
            self._wanted = wanted
            self._changed.set()

    def _wish(self, wish: Tone, volume: int) -> None:
        """A tone that comes too late tells nothing: with two waiting a third is left out."""
        with suppress(asyncio.QueueFull):
            self._wishes.put_nowait(_Wish(wish, volume))

    def _remind(self, snapshot: Snapshot) -> None:
        """Remind of what somebody should do, as long as it is not done."""
        wanted = calling(snapshot)
        if wanted is self._called:
            return
        if self._reminding is not None:
            self._reminding.cancel()
        self._called, self._reminders = wanted, 0
        self._reminding = None if wanted is None else self._work.start(self._keep_reminding(wanted))

    async def _keep_reminding(self, wanted: Tone) -> None:
        while True:
            await self._clock.sleep(REMIND_S)
            self._reminders += 1
            alarm = wanted is Tone.TAKE_CARD and self._reminders > ALARM_AFTER
            louder = min(self._volume + LOUDER * self._reminders, 100)
            self._wish(Tone.ALARM if alarm else wanted, louder)
            if self._last is not None:
                self._want(lighting(self._last, reminders=self._reminders))

    async def _keep_lit(self) -> None:
        lights, shown = self._lights, dict[Light, LightSetting]()
        while lights is not None:
            await self._changed.wait()
            self._changed.clear()
            wanted = dict(self._wanted)
            changed = {light: setting for light, setting in wanted.items() if shown.get(light) != setting}
            if not changed:
                continue
            if isinstance(await lights.light(changed, deadline_s=LIGHT_S), Done):
                shown = wanted
            else:
                shown = {}  # nobody knows what burns: set them all
                await self._clock.sleep(AGAIN_S)
                self._changed.set()

    async def _keep_sounding(self) -> None:
        while self._sounds is not None:
            wish = await self._wishes.get()
            await self._sounds.play(wish.tone, volume=wish.volume, deadline_s=TONE_S)


@asynccontextmanager
async def guided(port: KioskPort, devices: Devices, clock: Clock) -> AsyncIterator[Guidance]:
    """Let lights and tones follow a machine, from its loop, while the context lasts."""
    guidance = Guidance(devices.lights, devices.sounds, clock)
    stop = port.subscribe(guidance.see)
    keypad: Keypad | None = devices.keypad
    stop_keys = keypad.listen(guidance.key) if keypad is not None else None
    running = Tasks()  # a machine without lights and tones still serves
    running.start(guidance.run(), "lights and tones")
    try:
        yield guidance
    finally:
        stop()
        if stop_keys is not None:
            stop_keys()
        await running.end()
