"""The simulated power supply."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).ups


DRIVER = Driver(
    device=DeviceName.UPS,
    name="simulated",
    title=Text("模拟不间断电源", "Simulated UPS"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.OUTLAST_POWER_CUT),
    remedy=REMEDY,
    simulated=True,
)
