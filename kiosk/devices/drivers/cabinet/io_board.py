"""Door, key switch and tamper contacts on the inputs of a Modbus I/O board."""

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.cabinet.driver import BoardCabinet, CabinetWiring, Contact
from kiosk.devices.cabinet_contracts import Door
from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.boards import BOARD_REMEDY, BoardSection, board
from kiosk.domain.text import Text


class ContactSection(BaseModel):
    """One contact: ``{ input = 3 }``; with ``quiet = false`` one that closes when it strikes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: int = Field(ge=0, le=65535)
    quiet: bool = True

    def contact(self) -> Contact:
        return Contact(self.input, self.quiet)


_HOW = "{ input = number from 0, quiet = what it reads while all is well }"


class BoardCabinetSection(BoardSection):
    """``[devices.cabinet] driver = "io_board"``."""

    doors: dict[Door, ContactSection] = Field(
        default_factory=dict, description=f"contact of every door: {_HOW}"
    )
    tamper: ContactSection | None = Field(None, description=f"contact of the tamper sensor: {_HOW}")
    maintenance: ContactSection | None = Field(None, description=f"key switch in maintenance: {_HOW}")
    person: ContactSection | None = Field(None, description=f"somebody stands in front: {_HOW}")


def make(section: BoardCabinetSection, place: Place) -> Device:
    wiring = CabinetWiring(
        {door: contact.contact() for door, contact in section.doors.items()},
        tamper=_contact(section.tamper),
        maintenance=_contact(section.maintenance),
        person=_contact(section.person),
    )
    return BoardCabinet(board(section, place), wiring, place.clock)


def _contact(section: ContactSection | None) -> Contact | None:
    return None if section is None else section.contact()


DRIVER = Driver(
    device=DeviceName.CABINET,
    name="io_board",
    title=Text("I/O 板上的机柜传感器", "Cabinet sensors on an I/O board"),
    section=BoardCabinetSection,
    make=make,
    capabilities=can(Capability.WATCH_DOORS),
    remedy=BOARD_REMEDY,
)
