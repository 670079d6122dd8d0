"""A slip printer that speaks ESC/POS, over TCP or a serial port."""

from typing import Literal

from pydantic import Field

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.cables import Cable
from kiosk.devices.escpos.driver import EscPosSlipPrinter
from kiosk.devices.escpos.job import SlipMode, SlipProfile
from kiosk.domain.text import Text


class EscPosSection(Cable):
    """``[devices.slip_printer] driver = "escpos"``."""

    mode: Literal["raster", "text"] = Field(
        "raster", description="how the slip is printed: raster (any printer) or text (slow serial lines)"
    )


def make(section: EscPosSection, place: Place) -> Device:
    return EscPosSlipPrinter(section.line(), place.clock, SlipProfile(mode=SlipMode(section.mode)))


DRIVER = Driver(
    device=DeviceName.SLIP,
    name="escpos",
    title=Text("ESC/POS 凭条打印机", "ESC/POS slip printer"),
    section=EscPosSection,
    make=make,
    capabilities=can(Capability.PRINT_SLIP),
    remedy=Text("检查打印机电源、连接线和纸卷", "Check the printer's power, cable and paper roll"),
)
