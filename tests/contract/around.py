"""What guides the applicant and guards the machine, under the contract kit: simulated and real drivers."""

import asyncio
from collections.abc import Callable
from typing import Any

from kiosk.devices.cabinet_contracts import FlashRate, Key, Light, LightSetting, Tone
from kiosk.devices.contracts import Completion, Device, MediaAction
from tests.contract.bench import Bench, Call, Subject

_LIT = {Light.SLIP: LightSetting(FlashRate.CONTINUOUS)}


def _reset(name: str, device: Callable[[Bench], Device], loses_line: str | None = None) -> Subject:
    def call(bench: Bench) -> Call:
        return lambda deadline: device(bench).reset(MediaAction.KEEP, deadline_s=deadline)

    return Subject(f"{name}.reset", device, None, call, loses_line)


def _light(name: str, device: Callable[[Bench], Any]) -> Subject:
    def call(bench: Bench) -> Call:
        return lambda deadline: device(bench).light(_LIT, deadline_s=deadline)

    return Subject(f"{name}.light", device, None, call, "line_lost")


def _play(name: str, device: Callable[[Bench], Any], loses_line: str | None) -> Subject:
    def call(bench: Bench) -> Call:
        return lambda deadline: device(bench).play(Tone.SUCCESS, volume=50, deadline_s=deadline)

    return Subject(f"{name}.play", device, None, call, loses_line)


def _read_key(bench: Bench) -> Call:
    async def read_key(deadline: float) -> Completion[Any]:
        """Press a key a moment after it is waited for."""

        async def press() -> None:
            await bench.machine.pace.spend(0.3)
            bench.machine.keypad.press(Key.SELECT)

        pressing = asyncio.ensure_future(press())
        try:
            return await bench.machine.keypad.read_key(deadline_s=deadline)
        finally:
            pressing.cancel()
            await asyncio.wait({pressing})

    return read_key


AROUND_SUBJECTS = (
    _light("lights", lambda bench: bench.machine.lights),
    _play("sounds", lambda bench: bench.machine.sounds, "line_lost"),
    Subject("keypad.read_key", lambda bench: bench.machine.keypad, None, _read_key, "line_lost"),
    _reset("cabinet", lambda bench: bench.machine.cabinet, "line_lost"),
    _reset("ups", lambda bench: bench.machine.ups, "line_lost"),
    _light("board_lights", lambda bench: bench.peers.around.lights),
    _reset("board_cabinet", lambda bench: bench.peers.around.cabinet),
    _reset("nut_ups", lambda bench: bench.peers.around.ups),
    _play("program_sounds", lambda bench: bench.peers.around.sounds, None),
    Subject(
        "evdev_keypad.read_key",
        lambda bench: bench.peers.around.keypad,
        None,
        lambda bench: bench.peers.around.read_key,
        None,
    ),
    Subject(
        "worker_camera.compare",
        lambda bench: bench.peers.around.camera,
        None,
        lambda bench: lambda deadline: bench.peers.around.camera.compare(b"portrait", deadline_s=deadline),
        None,
    ),
)
