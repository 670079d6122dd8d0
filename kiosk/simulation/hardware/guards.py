"""Doors and power: what keeps the machine from serving although every other device works."""

from kiosk.devices.cabinet_contracts import (
    CabinetSensors,
    Door,
    DoorState,
    Mains,
    Power,
)
from kiosk.devices.contracts import DeviceName
from kiosk.domain.failure import FailureCode, Fault
from kiosk.simulation.hardware.device import SimulatedDevice


class SimulatedCabinet(SimulatedDevice):
    device = DeviceName.CABINET

    def _faults(self) -> tuple[Fault, ...]:
        return (Fault(FailureCode.CABINET_OPEN),) if self._scene.door_open else ()

    async def sensors(self) -> CabinetSensors:
        return CabinetSensors({Door.SERVICE: DoorState.OPEN if self._scene.door_open else DoorState.CLOSED})


class SimulatedUps(SimulatedDevice):
    device = DeviceName.UPS

    def _faults(self) -> tuple[Fault, ...]:
        return (Fault(FailureCode.POWER_LOW),) if self._scene.power_low else ()

    async def power(self) -> Power:
        low = self._scene.power_low
        return Power(Mains.BATTERY if low else Mains.LINE, low=low)
