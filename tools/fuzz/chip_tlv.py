"""TLV and APDUs of a chip: any bytes as objects, a tag list, a command, an answer to reset, EF.ATR/INFO."""

import contextlib

from kiosk.devices.chip import tlv
from kiosk.devices.chip.apdu import MalformedApdu, parse_command
from kiosk.devices.chip.capabilities import capabilities_of_atr, room_of_info


def seeds() -> tuple[bytes, ...]:
    nested = tlv.encode(0x7F66, tlv.encode(0x02, b"\x01\x05") + tlv.encode(0x02, b"\x20\x02"))
    texts = ("3B85800180738001E096", "00A4040C07A0000002471001", "00B09E0000012C", "5C04617563", "308201")
    return nested, *(bytes.fromhex(text) for text in texts)


def one_input(data: bytes) -> None:
    try:
        objects = tlv.parse_all(data)
    except tlv.MalformedTlv:
        objects = ()
    assert sum(len(found.value) for found in objects) <= len(data)
    assert len(objects) <= tlv.MAX_OBJECTS
    assert tlv.parse_all(b"".join(found.encoded() for found in objects)) == objects
    with contextlib.suppress(tlv.MalformedTlv):
        assert len(tlv.split_tags(data)) <= len(data)
    try:
        command = parse_command(data)
    except MalformedApdu:
        pass
    else:
        assert parse_command(command.encoded()) == command
    capabilities_of_atr(data)
    room = room_of_info(data)
    assert room is None or 256 <= room <= 65536
