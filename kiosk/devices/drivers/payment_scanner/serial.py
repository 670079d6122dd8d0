"""Scanner of payment codes on a serial port, in USB serial mode, or behind a serial server."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.scanners import CABLE_REMEDY, SerialScannerSection, serial_scanner
from kiosk.domain.text import Text


def make(section: SerialScannerSection, place: Place) -> Device:
    return serial_scanner(section, place, DeviceName.PAYMENT_SCANNER)


DRIVER = Driver(
    device=DeviceName.PAYMENT_SCANNER,
    name="serial",
    title=Text("付款码扫描器（串口）", "Scanner of payment codes, serial"),
    section=SerialScannerSection,
    make=make,
    capabilities=can(Capability.READ_PAYMENT_CODE, Capability.READ_CODE),
    remedy=CABLE_REMEDY,
)
