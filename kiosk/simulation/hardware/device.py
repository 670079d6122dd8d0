"""What every simulated device shares: it may be gone, lose its line, answer late or not at all."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.devices.capabilities import DeviceCapabilities, abilities
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    Listener,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
    Unsubscribe,
)
from kiosk.domain.failure import FailureCode, Fault
from kiosk.simulation.hardware.art import SimulatedArt
from kiosk.simulation.hardware.scene import Scene
from kiosk.simulation.power import Life

T = TypeVar("T")

FAULTS = 0.006
"""Chance of each fault of a device at each command, before the world's storm."""

_UNAVAILABLE = {
    DeviceName.STATION: FailureCode.STATION_UNAVAILABLE,
    DeviceName.CHIP: FailureCode.READER_UNAVAILABLE,
    DeviceName.SCANNER: FailureCode.SCANNER_UNAVAILABLE,
    DeviceName.CAMERA: FailureCode.CAMERA_UNAVAILABLE,
    DeviceName.PRINTER: FailureCode.PRINTER_UNAVAILABLE,
    DeviceName.SLIP: FailureCode.SLIP_PRINTER_UNAVAILABLE,
    DeviceName.PAYMENT_SCANNER: FailureCode.SCANNER_UNAVAILABLE,
    DeviceName.CABINET: FailureCode.CABINET_UNAVAILABLE,
    DeviceName.UPS: FailureCode.UPS_UNAVAILABLE,
}


class SimulatedDevice:
    """Base of the devices of one life of the program; what they do to the scene outlives it."""

    device: DeviceName

    def __init__(self, life: Life, scene: Scene, art: SimulatedArt) -> None:
        self._life = life
        self._scene = scene
        self._art = art

    @property
    def name(self) -> str:
        return self.device

    async def status(self) -> DeviceStatus:
        if self._scene.is_gone(self.device):
            renamed = self._scene.is_renamed(self.device)
            state = DeviceState.NO_DEVICE if renamed else DeviceState.OFFLINE
            return DeviceStatus(state, (self._unavailable("gone"),), simulated=True)
        faults = self._faults()
        return DeviceStatus(
            DeviceState.HARDWARE_ERROR if faults else DeviceState.ONLINE, faults, simulated=True
        )

    async def capabilities(self) -> DeviceCapabilities:
        return abilities(self)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        listeners = self._scene.listeners

        def end() -> None:
            if listener in listeners:
                listeners.remove(listener)

        if not self._life.over:
            listeners.append(listener)
        return end

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        async def body() -> Completion[MediaPosition]:
            await self._scene.clock.sleep(1.0)
            return Done(self._scene.position())

        return await self._command("reset", body, deadline_s)

    async def close(self) -> None:
        """Nothing is held open."""

    # --- for the devices -------------------------------------------------------------------------

    def _faults(self) -> tuple[Fault, ...]:
        """Return what keeps the device from working, besides being gone."""
        return ()

    def _unavailable(self, why: str) -> Fault:
        return Fault(_UNAVAILABLE[self.device], why)

    def _goes_wrong(self, what: str, chance: float = FAULTS) -> bool:
        return self._scene.fate.fault(f"{self.device} {what}", chance)

    async def _command(
        self, name: str, body: Callable[[], Awaitable[Completion[T]]], deadline_s: float
    ) -> Completion[T]:
        """Carry a command out, with everything that can go wrong around it."""
        life, scene = self._life, self._scene
        life.point(f"before {self.device}.{name}")
        if self._goes_wrong(f"vanishes before {name}"):
            self._vanish()
        if scene.is_gone(self.device):
            await scene.clock.sleep(0.2)
            return Refused(self._unavailable("gone"))
        if self._goes_wrong(f"fails to {name}"):
            await scene.clock.sleep(0.5)
            return Refused(self._unavailable("not ready"))
        completion = await body()
        life.point(f"after {self.device}.{name}")
        if self._goes_wrong(f"answers {name} late"):
            await scene.clock.sleep(scene.fate.seconds("late by", 1.0, deadline_s))
        if self._goes_wrong(f"loses its answer to {name}"):
            if scene.fate.chance("vanishes with it", 0.5):
                self._vanish()
            await scene.clock.sleep(deadline_s / 2)
            return Unknown(self._unavailable("no answer"))
        return completion

    def _vanish(self) -> None:
        """Lose the device; some come back under another name and are looked for before they are found."""
        scene = self._scene
        scene.vanish(self.device, scene.fate.seconds("gone for", 1.0, 60.0))
        if self._goes_wrong("comes back under another name", FAULTS * 20):
            scene.rename(self.device, scene.fate.seconds("found after", 5.0, 40.0))

    def _failed(self, code: FailureCode, why: str = "") -> Failed:
        return Failed(Fault(code, why))
