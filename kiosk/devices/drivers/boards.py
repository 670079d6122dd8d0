"""Settings of a Modbus I/O board; devices whose sections name the same board share it."""

from pydantic import Field

from kiosk.devices.driver import Place
from kiosk.devices.drivers.cables import Cable, Port
from kiosk.devices.io_board.board import IoBoard, ModbusBoard
from kiosk.devices.io_board.modbus import Framing, RtuFraming, TcpFraming
from kiosk.domain.text import Text

BOARD_REMEDY = Text(
    "检查 I/O 板的电源、连接线、地址和单元号", "Check the I/O board's power, cable, address and unit number"
)


class BoardSection(Cable):
    """The board that a device hangs on."""

    port: Port = Field(502, description="TCP port of the board, 1 to 65535")
    unit: int = Field(1, ge=0, le=255, description="unit number (address) of the board, 0 to 255")
    converter: bool = Field(
        False, description="whether a converter passes the bytes of a serial line through TCP (RTU framing)"
    )


def board(section: BoardSection, place: Place) -> IoBoard:
    """Return the board that a section names, the same for all sections that name the same."""
    named = tuple(getattr(section, name) for name in BoardSection.model_fields)

    def make() -> IoBoard:
        rtu = section.serial is not None or section.converter
        framing: Framing = RtuFraming(section.unit) if rtu else TcpFraming(section.unit)
        return ModbusBoard(section.line(), framing)

    return place.shared(("modbus", *named), make)
