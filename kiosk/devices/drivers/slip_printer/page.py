"""The slip on a page of an A4 printer that speaks IPP, for machines without a roll."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.document_printer.ipp import IPP_REMEDY, IppSection, ipp_printer
from kiosk.devices.page_slip.driver import PageSlipPrinter
from kiosk.domain.text import Text


def make(section: IppSection, place: Place) -> Device:
    return PageSlipPrinter(ipp_printer(section, place), place.clock)


DRIVER = Driver(
    device=DeviceName.SLIP,
    name="page",
    title=Text("A4 打印机上的凭条", "Slips on an A4 printer"),
    section=IppSection,
    make=make,
    capabilities=can(Capability.PRINT_SLIP),
    remedy=IPP_REMEDY,
)
