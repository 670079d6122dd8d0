"""Answers of an I/O board (Modbus), of upsd, and the kernel's key events; the first byte chooses."""

from collections.abc import Iterable

from kiosk.devices.io_board.modbus import (
    Malformed,
    RefusedByBoard,
    RtuFraming,
    TcpFraming,
    parse,
    read_coils,
    read_inputs,
    write_coils,
)
from kiosk.devices.keypad.events import InputEvents
from kiosk.devices.ups.protocol import Limits, NotUpsd, UpsSilent, power, variables

_REQUESTS = (read_coils(0, 12), read_inputs(3, 1), write_coils(2, [True, False, True]))
_UPS = b"""BEGIN LIST VAR ups
VAR ups ups.status "OB DISCHRG LB"
VAR ups battery.charge "17"
VAR ups battery.runtime "240"
END LIST VAR ups
"""


def seeds() -> Iterable[bytes]:
    for number, request in enumerate(_REQUESTS):
        length = request.answer_length
        pdu = bytes([request.pdu[0], length - 2]) + bytes(length - 2)
        yield bytes([number]) + b"\x00\x01\x00\x00" + (length + 1).to_bytes(2) + b"\x01" + pdu
        yield bytes([number]) + b"\x01" + pdu + b"\x00\x00"
    yield b"\x03" + _UPS
    yield b"\x03ERR DATA-STALE\n"
    yield b"\x04" + bytes(16) + b"\x01\x00\x1c\x00\x01\x00\x00\x00"


def one_input(data: bytes) -> None:
    if not data:
        return
    chosen, answer = data[0] % 5, data[1:]
    if chosen < len(_REQUESTS):
        _board(chosen, answer)
    elif chosen == 3:
        _ups(answer)
    else:
        whole, split = InputEvents(), InputEvents()
        assert [*whole.feed(answer)] == [*split.feed(answer[:5]), *split.feed(answer[5:])]


def _board(chosen: int, answer: bytes) -> None:
    request = _REQUESTS[chosen]
    for framing in (TcpFraming(), RtuFraming()):
        framing.frame(request)
        try:
            pdu = framing.answer(request, answer)
            bits = parse(request, pdu) if pdu is not None else ()
        except (Malformed, RefusedByBoard):
            continue
        assert len(bits) in {0, 12, 1}


def _ups(answer: bytes) -> None:
    told, why = None, ""
    try:
        known = variables(answer, "ups")
        told = power(known, Limits()) if known is not None else None
    except (NotUpsd, UpsSilent) as silent:
        why = str(silent)
    assert len(why) <= 80
    assert told is None or told.charge is None or 0 <= told.charge <= 100
