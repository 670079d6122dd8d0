"""The simulated face camera."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).camera


DRIVER = Driver(
    device=DeviceName.CAMERA,
    name="simulated",
    title=Text("模拟摄像头", "Simulated camera"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.COMPARE_FACE),
    remedy=REMEDY,
    simulated=True,
)
