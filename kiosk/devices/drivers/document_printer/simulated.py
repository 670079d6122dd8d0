"""The simulated A4 printer."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).document


DRIVER = Driver(
    device=DeviceName.DOCUMENT,
    name="simulated",
    title=Text("模拟A4 打印机", "Simulated A4 printer"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.PRINT_DOCUMENT),
    remedy=REMEDY,
    simulated=True,
)
