"""The simulated cabinet: doors, key switch and tamper sensor as one named picture."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kiosk.devices.cabinet.faults import cabinet_faults
from kiosk.devices.cabinet_contracts import (
    CabinetSensors,
    Door,
    DoorState,
    OperatorSwitch,
    Presence,
    SensorState,
)
from kiosk.devices.contracts import DeviceName, DeviceState, DeviceStatus
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode

ALL_CLOSED = dict.fromkeys(Door, DoorState.CLOSED)
UNCLEAR = CabinetSensors(
    dict.fromkeys(Door, DoorState.UNKNOWN), OperatorSwitch.UNKNOWN, SensorState.UNKNOWN, Presence.UNKNOWN
)


class CabinetPicture(StrEnum):
    """What the cabinet's sensors see together."""

    CLOSED = "closed"
    SERVICE_DOOR_OPEN = "service_door_open"
    FRONT_OPEN = "front_open"
    BIN_OPEN = "bin_open"
    PRINTER_COVER_OPEN = "printer_cover_open"
    MAINTENANCE = "maintenance"
    TAMPERED = "tampered"
    UNCLEAR = "unclear"


def _open(door: Door) -> CabinetSensors:
    return CabinetSensors({**ALL_CLOSED, door: DoorState.OPEN})


CABINET: dict[CabinetPicture, CabinetSensors] = {
    CabinetPicture.CLOSED: CabinetSensors(ALL_CLOSED),
    CabinetPicture.SERVICE_DOOR_OPEN: _open(Door.SERVICE),
    CabinetPicture.FRONT_OPEN: _open(Door.FRONT),
    CabinetPicture.BIN_OPEN: _open(Door.BIN),
    CabinetPicture.PRINTER_COVER_OPEN: _open(Door.PRINTER_COVER),
    CabinetPicture.MAINTENANCE: CabinetSensors(
        {**ALL_CLOSED, Door.SERVICE: DoorState.OPEN}, OperatorSwitch.MAINTENANCE
    ),
    CabinetPicture.TAMPERED: CabinetSensors(ALL_CLOSED, tamper=SensorState.ON),
    CabinetPicture.UNCLEAR: UNCLEAR,
}


_FAULTS = {
    "tampered": CabinetPicture.TAMPERED,
    "maintenance": CabinetPicture.MAINTENANCE,
    "door_open": CabinetPicture.SERVICE_DOOR_OPEN,
}
"""What the sensors see while a fault is armed, the worst first."""


class CabinetState(BaseModel):
    """The content of ``cabinet.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: CabinetPicture = CabinetPicture.CLOSED


class SimulatedCabinet(SimulatedDevice):
    """A cabinet with every switch there can be."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.CABINET,
            FailureCode.CABINET_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        unclear = CabinetState(picture=CabinetPicture.UNCLEAR)
        self._state = StateFile(folder, "cabinet.json", fresh=CabinetState(), unreadable=unclear)

    async def sensors(self) -> CabinetSensors:
        return UNCLEAR if self._out_of_reach() else self._seen()

    # what a tester does

    def state(self) -> CabinetState:
        return self._state.read()

    def show(self, picture: CabinetPicture) -> CabinetState:
        """Let the sensors see this."""
        return self._state.change(lambda _: CabinetState(picture=picture))

    def _status(self) -> DeviceStatus:
        return DeviceStatus(DeviceState.ONLINE, cabinet_faults(self._seen()), simulated=True)

    def _seen(self) -> CabinetSensors:
        """Return what the sensors see: an armed fault, else the picture."""
        armed = (picture for fault, picture in _FAULTS.items() if self._faults.armed(self._name, fault))
        return CABINET[next(armed, self.state().picture)]
