"""The simulated loudspeaker."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).sounds


DRIVER = Driver(
    device=DeviceName.SOUNDS,
    name="simulated",
    title=Text("模拟提示音", "Simulated loudspeaker"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.PLAY_SOUNDS),
    remedy=REMEDY,
    simulated=True,
)
