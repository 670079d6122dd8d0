"""Scanner of the printed line on a serial port, in USB serial mode, or behind a serial server."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.scanners import CABLE_REMEDY, SerialScannerSection, serial_scanner
from kiosk.domain.text import Text


def make(section: SerialScannerSection, place: Place) -> Device:
    return serial_scanner(section, place, DeviceName.SCANNER)


DRIVER = Driver(
    device=DeviceName.SCANNER,
    name="serial",
    title=Text("机读码扫描器（串口）", "Scanner of the printed line, serial"),
    section=SerialScannerSection,
    make=make,
    capabilities=can(Capability.READ_LINE, Capability.READ_CODE),
    remedy=CABLE_REMEDY,
)
