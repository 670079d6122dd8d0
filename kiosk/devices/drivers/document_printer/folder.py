"""An A4 printer, for development: what it prints lies in a folder."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.folders import FOLDER_REMEDY, FolderSection
from kiosk.devices.folder.document_printer import FolderDocumentPrinter
from kiosk.domain.text import Text


def make(section: FolderSection, place: Place) -> Device:
    return FolderDocumentPrinter(section.folder, place.clock)


DRIVER = Driver(
    device=DeviceName.DOCUMENT,
    name="folder",
    title=Text("A4 打印机（打印到文件夹）", "An A4 printer into a folder"),
    section=FolderSection,
    make=make,
    capabilities=can(Capability.PRINT_DOCUMENT),
    remedy=FOLDER_REMEDY,
    simulated=True,
)
