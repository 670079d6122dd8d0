"""The simulated scanner of payment codes."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).payment_scanner


DRIVER = Driver(
    device=DeviceName.PAYMENT_SCANNER,
    name="simulated",
    title=Text("模拟付款码扫描器", "Simulated scanner of payment codes"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.READ_PAYMENT_CODE),
    remedy=REMEDY,
    simulated=True,
)
