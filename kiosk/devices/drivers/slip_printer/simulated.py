"""The simulated slip printer."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).slip


DRIVER = Driver(
    device=DeviceName.SLIP,
    name="simulated",
    title=Text("模拟凭条打印机", "Simulated slip printer"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.PRINT_SLIP),
    remedy=REMEDY,
    simulated=True,
)
