"""The simulated card printer, with the protocol of a real one."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).printer


DRIVER = Driver(
    device=DeviceName.PRINTER,
    name="simulated",
    title=Text("模拟签注打印机", "Simulated card printer"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.WRITE_FILM, Capability.READ_FILM),
    remedy=REMEDY,
    simulated=True,
)
