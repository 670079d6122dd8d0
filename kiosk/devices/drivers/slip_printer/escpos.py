"""A slip printer that speaks ESC/POS, over TCP or a serial port."""

from typing import Literal

from pydantic import Field

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.cables import PrinterCable
from kiosk.devices.escpos.driver import EscPosSlipPrinter
from kiosk.devices.escpos.job import SlipMode, SlipProfile
from kiosk.devices.service_book import ServiceBook
from kiosk.domain.text import Text

_FONT_A_DOTS = 12  # width of a character of font A (Epson's reference, ESC M)


class EscPosSection(PrinterCable):
    """``[devices.slip_printer] driver = "escpos"``."""

    mode: Literal["raster", "text"] = Field(
        "raster", description="how the slip is printed: raster (any printer) or text (slow serial lines)"
    )
    dots: int = Field(576, ge=64, le=4096, multiple_of=8, description="width of the print head, dots")
    dots_per_mm: float = Field(8.0, ge=4.0, le=24.0, description="dots in a millimetre: 8 for 203 dpi")
    paper_mm: float = Field(80.0, ge=20.0, le=250.0, description="width of the paper roll, millimetres")
    counts: bool = Field(False, description="whether the printer counts its cuts (GS g 2); ask its manual")
    cutter_life: int | None = Field(
        None, ge=1000, le=100_000_000, description="cuts after which the cutter is to be replaced"
    )

    def profile(self) -> SlipProfile:
        """Return the make of printer that these settings describe."""
        return SlipProfile(
            mode=SlipMode(self.mode),
            dots=self.dots,
            columns=self.dots // _FONT_A_DOTS,
            dots_per_mm=self.dots_per_mm,
            paper_mm=self.paper_mm,
            counts=self.counts,
            cutter_life=self.cutter_life,
        )


def make(section: EscPosSection, place: Place) -> Device:
    book = ServiceBook(place.service_book(DeviceName.SLIP))
    return EscPosSlipPrinter(section.line(), place.clock, section.profile(), book=book)


DRIVER = Driver(
    device=DeviceName.SLIP,
    name="escpos",
    title=Text("ESC/POS 凭条打印机", "ESC/POS slip printer"),
    section=EscPosSection,
    make=make,
    capabilities=can(Capability.PRINT_SLIP),
    remedy=Text("检查打印机电源、连接线和纸卷", "Check the printer's power, cable and paper roll"),
)
