"""Guidance lights on the outputs of a Modbus I/O board."""

from typing import Annotated

from pydantic import Field

from kiosk.devices.cabinet_contracts import Light, LightColour
from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, can
from kiosk.devices.drivers.boards import BOARD_REMEDY, BoardSection, board
from kiosk.devices.lights.driver import BoardLights, Lamps
from kiosk.domain.text import Text

Output = Annotated[int, Field(ge=0, le=65535)]


class BoardLightsSection(BoardSection):
    """``[devices.lights] driver = "io_board"``."""

    outputs: dict[Light, Output | dict[LightColour, Output]] = Field(
        min_length=1,
        description="output of every light from 0: card_entry = 3, or by colour card_entry = { green = 3 }",
    )


def make(section: BoardLightsSection, place: Place) -> Device:
    wiring = {light: _lamps(outputs) for light, outputs in section.outputs.items()}
    return BoardLights(board(section, place), wiring, place.clock)


def _lamps(outputs: int | dict[LightColour, int]) -> Lamps:
    return {None: outputs} if isinstance(outputs, int) else dict(outputs.items())


DRIVER = Driver(
    device=DeviceName.LIGHTS,
    name="io_board",
    title=Text("I/O 板上的指示灯", "Lights on an I/O board"),
    section=BoardLightsSection,
    make=make,
    capabilities=can(Capability.SHOW_LIGHTS),
    remedy=BOARD_REMEDY,
)
