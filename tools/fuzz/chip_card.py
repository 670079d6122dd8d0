"""The virtual chip: commands with their lengths before them, plain (first byte even) or protected (odd)."""

import random

from kiosk.devices.chip import bac
from kiosk.devices.chip.apdu import Command, MalformedApdu, parse_command, parse_response
from kiosk.devices.chip.card_folder import Card, Traits
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import APPLICATION, ChipFile
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import build_security_infos, pace_entry
from kiosk.devices.chip.virtual_chip import VirtualChip

_LINE = "CSC000000004<3406119<9001011<2"
_OFFER = build_security_infos(pace_entry(CipherKind.AES_128, 8))
_CARD = Card(
    {ChipFile.DG1.short_id: b"\x61\x04\x5f\x1f\x01A", ChipFile.DG14.short_id: b"\x6e\x14" + _OFFER},
    _LINE,
    master_files={MasterFile.CARD_ACCESS.identifier: _OFFER},
    traits=Traits(can="123456", answer_bytes=1024),
)


def seeds() -> tuple[bytes, ...]:
    plain = ("00B09C0000", "0022C1A40F800A04007F00070202040202830101", "10860000027C0000", "0084000008")
    inside = (
        "00B0810000",
        "00A40204020101",
        "00B0000000000400",
        "0088000008010203040506070800",
        "00B10000045402000500",
    )
    return tuple(
        bytes([first]) + b"".join(len(raw).to_bytes(2, "big") + raw for raw in map(bytes.fromhex, commands))
        for first, commands in ((0, plain), (1, inside))
    )


def one_input(data: bytes) -> None:
    numbers = random.Random(1)  # noqa: S311 - repeatable, not secret
    chip = VirtualChip(_CARD, numbers.randbytes)
    channel = _opened(chip, numbers) if data[:1] and data[0] & 1 else None
    for raw in _commands(data[1:]):
        if channel is None:
            assert 2 <= len(chip.process(raw)) <= 1026
            continue
        try:
            command = channel.protect(parse_command(raw))
            encoded = command.encoded()
        except (MalformedApdu, ValueError):
            return
        answer = chip.process(encoded)
        assert 2 <= len(answer) <= 1026
        if len(answer) == 2:
            return
        channel.open_response(answer)


def _commands(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    while len(data) >= 2 and len(found) < 16:
        size = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + size])
        data = data[2 + size :]
    return found


def _opened(chip: VirtualChip, numbers: random.Random) -> SecureChannel:
    """Open the chip by BAC, as a reader does."""
    keys = bac.access_keys(_LINE)
    chip.process(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION).encoded())
    challenge = parse_response(chip.process(bytes.fromhex("0084000008"))).body
    own, key = numbers.randbytes(8), numbers.randbytes(16)
    token = Command(0x00, 0x82, 0x00, 0x00, bac.seal(keys, own + challenge + key), expected=40)
    content = bac.unseal(keys, parse_response(chip.process(token.encoded())).body)
    return bac.session_channel(key, content[16:], challenge, own)
