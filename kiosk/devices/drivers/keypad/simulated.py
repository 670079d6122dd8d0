"""The simulated keypad and headphone jack."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).keypad


DRIVER = Driver(
    device=DeviceName.KEYPAD,
    name="simulated",
    title=Text("模拟触感键盘", "Simulated keypad"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.TAKE_KEYS, Capability.SPEAK_PRIVATELY),
    remedy=REMEDY,
    simulated=True,
)
