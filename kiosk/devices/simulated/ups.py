"""The simulated power supply: mains and battery as one named picture."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from kiosk.devices.cabinet_contracts import Mains, Power
from kiosk.devices.contracts import DeviceName, DeviceState, DeviceStatus
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.devices.ups.faults import power_faults
from kiosk.domain.failure import FailureCode


class PowerPicture(StrEnum):
    """Mains and battery."""

    ON_LINE = "on_line"
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"
    CHARGING = "charging"
    WORN = "worn"
    UNCLEAR = "unclear"


POWER: dict[PowerPicture, Power] = {
    PowerPicture.ON_LINE: Power(Mains.LINE, charge=100.0, runtime_s=1800.0),
    PowerPicture.ON_BATTERY: Power(Mains.BATTERY, charge=80.0, runtime_s=1400.0),
    PowerPicture.BATTERY_LOW: Power(Mains.BATTERY, low=True, charge=12.0, runtime_s=110.0),
    PowerPicture.CHARGING: Power(Mains.LINE, low=True, charge=15.0, runtime_s=150.0),
    PowerPicture.WORN: Power(Mains.LINE, charge=100.0, runtime_s=300.0, worn=True),
    PowerPicture.UNCLEAR: Power(Mains.UNKNOWN),
}


_FAULTS = {"battery_low": PowerPicture.BATTERY_LOW, "mains_off": PowerPicture.ON_BATTERY}
"""What mains and battery are while a fault is armed, the worst first."""


class UpsState(BaseModel):
    """The content of ``ups.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: PowerPicture = PowerPicture.ON_LINE


class SimulatedUps(SimulatedDevice):
    """A power supply whose mains a tester cuts."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.UPS,
            FailureCode.UPS_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        unclear = UpsState(picture=PowerPicture.UNCLEAR)
        self._state = StateFile(folder, "ups.json", fresh=UpsState(), unreadable=unclear)

    async def power(self) -> Power:
        return POWER[PowerPicture.UNCLEAR] if self._out_of_reach() else self._seen()

    # what a tester does

    def state(self) -> UpsState:
        return self._state.read()

    def show(self, picture: PowerPicture) -> UpsState:
        """Let mains and battery be so."""
        return self._state.change(lambda _: UpsState(picture=picture))

    def _status(self) -> DeviceStatus:
        return DeviceStatus(DeviceState.ONLINE, power_faults(self._seen()), simulated=True)

    def _seen(self) -> Power:
        """Return mains and battery as they are: an armed fault, else the picture."""
        armed = (picture for fault, picture in _FAULTS.items() if self._faults.armed(self._name, fault))
        return POWER[next(armed, self.state().picture)]
