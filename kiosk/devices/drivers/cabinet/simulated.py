"""The simulated door, key switch and tamper sensors."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).cabinet


DRIVER = Driver(
    device=DeviceName.CABINET,
    name="simulated",
    title=Text("模拟机柜传感器", "Simulated cabinet sensors"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.WATCH_DOORS),
    remedy=REMEDY,
    simulated=True,
)
