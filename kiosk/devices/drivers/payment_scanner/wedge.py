"""Scanner of payment codes that poses as a keyboard."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.scanners import KEYBOARD_REMEDY, WedgeSection, wedge_scanner
from kiosk.domain.text import Text


def make(section: WedgeSection, place: Place) -> Device:
    return wedge_scanner(section, place, DeviceName.PAYMENT_SCANNER)


DRIVER = Driver(
    device=DeviceName.PAYMENT_SCANNER,
    name="wedge",
    title=Text("付款码扫描器（键盘口）", "Scanner of payment codes, keyboard wedge"),
    section=WedgeSection,
    make=make,
    capabilities=can(Capability.READ_PAYMENT_CODE, Capability.READ_CODE),
    remedy=KEYBOARD_REMEDY,
)
