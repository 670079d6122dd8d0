"""What the entries of the serial scanners share."""

from pydantic import Field

from kiosk.devices.contracts import Device
from kiosk.devices.driver import Place, Section
from kiosk.devices.drivers.cables import Cable, Port
from kiosk.devices.scanner.keyboard_line import KeyboardLine
from kiosk.devices.scanner.serial_scanner import TRIGGERED, ScannerProfile, SerialScanner
from kiosk.domain.text import Text

CABLE_REMEDY = Text(
    "检查扫描器的线缆，并把它设为串口（USB CDC）模式",
    "Check the scanner's cable, and set the scanner to serial (USB CDC) mode",
)


class SerialScannerSection(Cable):
    """``driver = "serial"`` of a scanner."""

    port: Port = Field(4001, description="TCP port of a serial server, 1 to 65535")
    triggered: bool = Field(
        True, description="whether the scanner reads when told to (Honeywell and compatible), or always"
    )


def serial_scanner(section: SerialScannerSection, place: Place, name: str) -> Device:
    """Return the scanner that these settings describe."""
    profile = TRIGGERED if section.triggered else ScannerProfile()
    return SerialScanner(section.line(), place.clock, profile, name=name)


KEYBOARD_REMEDY = Text(
    "检查扫描器的 USB 线；把它设为美式键盘、以回车结尾，并允许本用户读取该输入设备",
    "Check the scanner's USB cable; set it to a US keyboard with Enter at the end, and let this user read its"
    " input device",
)


class WedgeSection(Section):
    """``driver = "wedge"`` of a scanner."""

    keyboard: str = Field(
        min_length=1, description="path of its input device, such as /dev/input/by-id/…-event-kbd"
    )


def wedge_scanner(section: WedgeSection, place: Place, name: str) -> Device:
    """Return the scanner that poses as this keyboard."""
    return SerialScanner(KeyboardLine(section.keyboard), place.clock, name=name)
