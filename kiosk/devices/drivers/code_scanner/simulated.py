"""The simulated scanner of the printed line."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).scanner


DRIVER = Driver(
    device=DeviceName.SCANNER,
    name="simulated",
    title=Text("模拟扫描器", "Simulated scanner"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.READ_LINE),
    remedy=REMEDY,
    simulated=True,
)
