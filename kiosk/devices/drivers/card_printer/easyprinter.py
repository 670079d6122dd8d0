"""A thermo-rewrite card printer that speaks the EasyPrinter S3 protocol, over TCP."""

from typing import Literal

from pydantic import Field

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import Completion, Device, DeviceName, FilmCamera, Refused
from kiosk.devices.driver import Capabilities, Capability, Driver, Place, Section, can
from kiosk.devices.drivers.cables import Host, Port
from kiosk.devices.easyprinter.driver import EasyPrinterCardPrinter
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.text import Text


class EasyPrinterSection(Section):
    """``[devices.card_printer] driver = "easyprinter"``."""

    host: Host = Field(description="name or address of the printer in the network")
    port: Port = Field(20007, description="TCP port, 1 to 65535")
    film_camera: Literal["none", "simulated"] = Field(
        "none",
        description="what reads the film back: none, or simulated beside the simulated printer station",
    )


class NoFilmCamera:
    """The `FilmCamera` of a machine in which nothing looks at the film."""

    async def picture(self, *, deadline_s: float) -> Completion[bytes]:
        del deadline_s
        return Refused(Fault(FailureCode.PRINTER_UNAVAILABLE, "no camera looks at the film"))


def capabilities(section: EasyPrinterSection) -> Capabilities:
    """Return what the printer can do: without a camera nobody can tell what it wrote."""
    if section.film_camera == "none":
        return can(Capability.WRITE_FILM)
    return can(Capability.WRITE_FILM, Capability.READ_FILM)


def film_camera(section: EasyPrinterSection, place: Place) -> FilmCamera:
    """Return what looks at the film; raise ValueError where that is not to be had."""
    if section.film_camera == "none":
        return NoFilmCamera()
    if place.simulated is None:
        raise ValueError('film_camera = "simulated" needs --simulate')
    return place.simulated.film_camera


def make(section: EasyPrinterSection, place: Place) -> Device:
    line = TcpByteLine(section.host, section.port)
    return EasyPrinterCardPrinter(line, place.clock, film_camera(section, place))


DRIVER = Driver(
    device=DeviceName.PRINTER,
    name="easyprinter",
    title=Text("EasyPrinter S3 热敏打印机（网络）", "EasyPrinter S3 thermo-rewrite printer, over TCP"),
    section=EasyPrinterSection,
    make=make,
    capabilities=capabilities,
    remedy=Text("检查打印机电源、网线和地址", "Check the printer's power, network cable and address"),
)
