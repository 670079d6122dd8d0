"""The simulated guidance lights."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).lights


DRIVER = Driver(
    device=DeviceName.LIGHTS,
    name="simulated",
    title=Text("模拟指示灯", "Simulated lights"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.SHOW_LIGHTS),
    remedy=REMEDY,
    simulated=True,
)
