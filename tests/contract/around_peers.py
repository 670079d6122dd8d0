"""Real drivers of lights, sounds, keypad, cabinet, UPS and camera, each with something of ours at its line.

What is at the line obeys the faults of the simulated machine's device of the same kind.
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from kiosk.devices.byte_line import LineDown
from kiosk.devices.cabinet.driver import BoardCabinet, CabinetWiring, Contact
from kiosk.devices.cabinet_contracts import Door, Light
from kiosk.devices.contracts import Completion, Device, DeviceName
from kiosk.devices.face import wire
from kiosk.devices.face.driver import WorkerFaceCamera
from kiosk.devices.face.settings import FaceSettings
from kiosk.devices.io_board.board import ANSWER_S, BoardDown
from kiosk.devices.keypad.driver import EvdevKeypad
from kiosk.devices.lights.driver import BoardLights
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.sounds.driver import PlayedSounds
from kiosk.devices.ups.driver import NutUps
from kiosk.domain.failure import FailureCode, Fault
from tests.devices.face.far_worker import CHECKED, FarWorker, Reply, compared
from tests.devices.keypad.pipe import ENTER, Pipe, press
from tests.devices.ups.far_upsd import NAME, listing

_WRITE_S, _COMPARE_S, _TONE_S, _KEY_S = 0.4, 1.5, 0.6, 0.3

D = TypeVar("D", bound=Device)


class LoopBoard:
    """An I/O board without a line: inputs all quiet, outputs kept."""

    def __init__(self, machine: SimulatedMachine, device: DeviceName) -> None:
        self._machine = machine
        self._device = device
        self._set: dict[int, bool] = {}

    async def inputs(self, numbers: Iterable[int]) -> dict[int, bool]:
        self._reach()
        return dict.fromkeys(numbers, True)

    async def outputs(self, numbers: Iterable[int]) -> dict[int, bool]:
        self._reach()
        return {number: self._set.get(number, False) for number in numbers}

    async def set_outputs(self, wanted: Mapping[int, bool]) -> None:
        self._reach()
        try:
            async with asyncio.timeout(ANSWER_S):  # as `ModbusBoard` does
                await self._machine.pace.spend(_WRITE_S)
        except TimeoutError as error:
            raise BoardDown("no answer") from error
        self._reach()
        if self._machine.faults.take(self._device, "line_lost"):
            raise BoardDown("hung up")
        self._set |= wanted

    def attach(self) -> None:
        pass

    def detach(self) -> None:
        pass

    def _reach(self) -> None:
        if self._machine.faults.armed(self._device, "offline"):
            raise BoardDown("no connection")


class LoopUpsd:
    """A line to a upsd that says that all is well."""

    is_open = True

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine

    async def open(self) -> None:
        if self._machine.faults.armed(DeviceName.UPS, "offline"):
            raise LineDown("no connection")

    async def send(self, content: bytes) -> None:
        await self.open()

    async def receive(self) -> bytes:
        await self._machine.pace.spend(0.05)
        await self.open()
        return listing(f'VAR {NAME} ups.status "OL"')

    def drop(self) -> None:
        pass


class LoopPlayer:
    """A sound service that takes its time."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine

    def missing(self) -> str | None:
        return "not there" if self._machine.faults.armed(DeviceName.SOUNDS, "offline") else None

    async def play(self, wav: bytes) -> None:
        await self._machine.pace.spend(_TONE_S)


class AroundPeers:
    """The drivers, each made when it is asked for."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._made: list[Device] = []
        self._pipe: Pipe | None = None
        self._unsubscribe = machine.watch.subscribe(self._changed)

    @cached_property
    def lights(self) -> BoardLights:
        board = LoopBoard(self._machine, DeviceName.LIGHTS)
        return self._keep(
            BoardLights(board, {Light.SLIP: {None: 3}}, self._machine.pace.clock, simulated=True)
        )

    @cached_property
    def cabinet(self) -> BoardCabinet:
        board, wiring = LoopBoard(self._machine, DeviceName.CABINET), CabinetWiring({Door.FRONT: Contact(0)})
        return self._keep(BoardCabinet(board, wiring, self._machine.pace.clock, simulated=True))

    @cached_property
    def ups(self) -> NutUps:
        return self._keep(NutUps(LoopUpsd(self._machine), NAME, self._machine.pace.clock, simulated=True))

    @cached_property
    def sounds(self) -> PlayedSounds:
        return self._keep(PlayedSounds(LoopPlayer(self._machine), self._machine.pace.clock, simulated=True))

    @cached_property
    def keypad(self) -> EvdevKeypad:
        self._pipe = Pipe(self._machine.folder.path / "keypad.pipe")
        self._changed()
        clock = self._machine.pace.clock
        return self._keep(EvdevKeypad(str(self._pipe.path), clock, grab=False, simulated=True))

    @cached_property
    def camera(self) -> WorkerFaceCamera:
        return self._keep(
            WorkerFaceCamera(
                FaceSettings("camera", "detector", "recogniser"),
                self._machine.pace.clock,
                start=FarWorker(self._compare).start,
                probe=self._camera_missing,
                simulated=True,
            )
        )

    async def read_key(self, deadline_s: float) -> Completion[Any]:
        """Press a key a moment after it is waited for."""
        self._changed()  # a fault cleared just now: the watch tells of it a turn later
        pressing = asyncio.ensure_future(self._press())
        try:
            return await self.keypad.read_key(deadline_s=deadline_s)
        finally:
            pressing.cancel()
            await asyncio.wait({pressing})

    async def close(self) -> None:
        self._unsubscribe()
        for device in self._made:
            await device.close()
        if self._pipe is not None:
            self._pipe.pull_out()

    def _keep(self, device: D) -> D:
        self._made.append(device)
        return device

    async def _press(self) -> None:
        await self._machine.pace.spend(_KEY_S)
        if self._pipe is not None and self._pipe.there:
            self._pipe.say(press(ENTER))

    async def _compare(self, header: wire.Header, body: bytes) -> list[Reply]:
        await self._machine.pace.spend(_COMPARE_S)
        if self._camera_missing() is not None:
            return []  # the worker died with its camera
        return [CHECKED if header["do"] == "check" else compared()]

    def _camera_missing(self) -> Fault | None:
        gone = self._machine.faults.armed(DeviceName.CAMERA, "offline")
        return Fault(FailureCode.CAMERA_UNAVAILABLE, "no camera") if gone else None

    def _changed(self) -> None:
        if self._pipe is None:
            return
        there = not self._machine.faults.armed(DeviceName.KEYPAD, "offline")
        if there and not self._pipe.there:
            self._pipe.plug_in()
        elif not there:
            self._pipe.pull_out()
