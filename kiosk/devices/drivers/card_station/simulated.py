"""The simulated card station."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    return machine_of(place).station


DRIVER = Driver(
    device=DeviceName.STATION,
    name="simulated",
    title=Text("模拟卡片通道", "Simulated card station"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.MOVE_CARD, Capability.RETAIN_CARD),
    remedy=REMEDY,
    simulated=True,
)
