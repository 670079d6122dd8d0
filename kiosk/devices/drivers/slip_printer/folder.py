"""A slip printer, for development: what it prints lies in a folder."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.folders import FOLDER_REMEDY, FolderSection
from kiosk.devices.folder.slip_printer import FolderSlipPrinter
from kiosk.domain.text import Text


def make(section: FolderSection, place: Place) -> Device:
    return FolderSlipPrinter(section.folder, place.clock)


DRIVER = Driver(
    device=DeviceName.SLIP,
    name="folder",
    title=Text("凭条打印机（打印到文件夹）", "A slip printer into a folder"),
    section=FolderSection,
    make=make,
    capabilities=can(Capability.PRINT_SLIP),
    remedy=FOLDER_REMEDY,
    simulated=True,
)
