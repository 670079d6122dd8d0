"""The simulated chip reader: the real reading and checks over a virtual chip."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, NoSettings, Place, can
from kiosk.devices.drivers.simulated import REMEDY, machine_of
from kiosk.devices.simulated.chip_reader import SimulatedChipReader
from kiosk.domain.text import Text


def make(_: NoSettings, place: Place) -> Device:
    machine = machine_of(place)
    return SimulatedChipReader(
        machine.card_at_chip, place.trust, place.clock, faults=machine.faults, watch=machine.watch
    )


DRIVER = Driver(
    device=DeviceName.CHIP,
    name="simulated",
    title=Text("模拟读卡器", "Simulated chip reader"),
    section=NoSettings,
    make=make,
    capabilities=can(Capability.READ_CHIP),
    remedy=REMEDY,
    simulated=True,
)
