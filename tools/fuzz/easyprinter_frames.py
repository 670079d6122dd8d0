"""Both ends of the film printer's line: the status that the driver reads, the commands that the printer cuts.

What must hold: a status is one byte that says the same again, commands do not depend on the pieces they come
in, little is kept of a command that is not whole, and nothing that was understood leads off the card.
"""

from collections.abc import Iterable

from kiosk.devices.easyprinter import protocol
from kiosk.devices.easyprinter.protocol import Garbled, Unfit
from kiosk.devices.simulated.printer_commands import (
    LONGEST_COMMAND,
    Command,
    CommandStream,
    EraseArea,
    NotUnderstood,
    PrintArea,
    RasterRow,
    StartPosition,
)
from kiosk.devices.simulated.printer_drawing import Job
from kiosk.domain.raster import CardRaster


def seeds() -> Iterable[bytes]:
    job = protocol.build_job(CardRaster(16, 8, 300, bytes(range(16))))
    assert not isinstance(job, Unfit)
    display = protocol.DISPLAY_TEXT + b"x" * 80
    return (
        b"\x09",
        b"\x29",
        b"\x48",
        job[:600] + protocol.PRINT,
        protocol.ERASE_WHOLE + protocol.PRINT,
        display,
    )


def one_input(data: bytes) -> None:
    status = protocol.parse_status(data)
    if not isinstance(status, Garbled):
        assert status.encoded == data[0] & ~0x04
    whole, pieces = _understood(data, len(data) or 1), _understood(data, 7)
    assert whole == pieces
    job = Job()
    for command in whole:
        if isinstance(command, PrintArea | EraseArea | StartPosition | RasterRow):
            try:
                job.add(command)
            except NotUnderstood:
                return


def _understood(data: bytes, size: int) -> list[Command]:
    """Return the commands up to the first that is none."""
    stream = CommandStream()
    found: list[Command] = []
    for at in range(0, len(data), size):
        try:
            found.extend(stream.feed(data[at : at + size]))  # keeps what came before what is no command
        except NotUnderstood:
            break
        assert stream.pending <= LONGEST_COMMAND
    return found
