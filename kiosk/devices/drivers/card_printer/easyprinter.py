"""A thermo-rewrite card printer that speaks the EasyPrinter S3 protocol, over TCP or a serial port."""

from pydantic import Field

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Driver, Place
from kiosk.devices.drivers.cables import Cable, Port
from kiosk.devices.drivers.film_cameras import FilmCameraSection, film_camera, film_capabilities
from kiosk.devices.easyprinter.driver import EasyPrinterCardPrinter
from kiosk.devices.easyprinter.line import DEFAULT_PORT
from kiosk.devices.service_book import ServiceBook
from kiosk.domain.text import Text


class EasyPrinterSection(Cable, FilmCameraSection):
    """``[devices.card_printer] driver = "easyprinter"``."""

    port: Port = Field(DEFAULT_PORT, description="TCP port, 1 to 65535")
    baud: int = Field(115200, ge=300, le=4_000_000, description="speed of the serial port, bits per second")


def make(section: EasyPrinterSection, place: Place) -> Device:
    book = ServiceBook(place.service_book(DeviceName.PRINTER))
    return EasyPrinterCardPrinter(section.line(), place.clock, film_camera(section, place), book=book)


DRIVER = Driver(
    device=DeviceName.PRINTER,
    name="easyprinter",
    title=Text("EasyPrinter S3 热敏打印机", "EasyPrinter S3 thermo-rewrite printer"),
    section=EasyPrinterSection,
    make=make,
    capabilities=film_capabilities,
    remedy=Text("检查打印机电源、连接线和地址", "Check the printer's power, cable and address"),
)
