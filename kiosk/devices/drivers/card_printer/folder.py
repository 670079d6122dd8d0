"""A card printer, for development: what it prints lies in a folder."""

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.folders import FOLDER_REMEDY, FolderSection
from kiosk.devices.folder.card_printer import FolderCardPrinter
from kiosk.domain.text import Text


def make(section: FolderSection, place: Place) -> Device:
    return FolderCardPrinter(section.folder, place.clock)


DRIVER = Driver(
    device=DeviceName.PRINTER,
    name="folder",
    title=Text("签注打印机（打印到文件夹）", "A card printer into a folder"),
    section=FolderSection,
    make=make,
    capabilities=can(Capability.WRITE_FILM, Capability.READ_FILM),
    remedy=FOLDER_REMEDY,
    simulated=True,
)
