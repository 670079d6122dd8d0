"""What the entries of the serial scanners share."""

from pydantic import Field

from kiosk.devices.contracts import Device
from kiosk.devices.driver import Place
from kiosk.devices.drivers.cables import Cable, Port
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
