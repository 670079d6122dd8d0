"""The virtual chip keeps the rules that readers trip over."""

import asyncio

import pytest

from kiosk.devices.chip import bac
from kiosk.devices.chip.apdu import Command, Response, Status, parse_response
from kiosk.devices.chip.groups import APPLICATION, ChipFile
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.virtual_chip import VirtualChip
from tests.devices.chip.cards import LINE, card_of_sizes

SELECT = Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION)
READ_COM = Command(0x00, 0xB0, 0x9E, 0x00, expected=24)


@pytest.fixture
def chip() -> VirtualChip:
    return VirtualChip(card_of_sizes({ChipFile.COM: 24, ChipFile.DG1: 95, ChipFile.DG3: 60}))


def say(chip: VirtualChip, command: Command) -> Response:
    return parse_response(chip.process(command.encoded()))


def opened(chip: VirtualChip) -> SecureChannel:
    async def exchange(command: Command) -> Response:
        return say(chip, command)

    assert say(chip, SELECT).ok
    return asyncio.run(bac.open_with_line(exchange, bac.access_keys(LINE), bytes))


def say_protected(chip: VirtualChip, channel: SecureChannel, command: Command) -> Response:
    return channel.open_response(chip.process(channel.protect(command).encoded()))


def test_nothing_is_read_before_secure_messaging(chip: VirtualChip) -> None:
    assert say(chip, READ_COM).status == Status.FILE_NOT_FOUND
    assert say(chip, SELECT).ok
    assert say(chip, READ_COM).status == Status.SECURITY_NOT_SATISFIED
    assert say(chip, Command(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1e")).status == Status.SECURITY_NOT_SATISFIED


def test_a_protected_read(chip: VirtualChip) -> None:
    channel = opened(chip)
    first = say_protected(chip, channel, READ_COM)
    assert (len(first.body), first.status) == (24, Status.OK)
    rest = say_protected(chip, channel, Command(0x00, 0xB0, 0x00, 0x14, expected=231))
    assert (rest.body, rest.status) == (first.body[20:], Status.END_OF_FILE)
    assert say_protected(chip, channel, Command(0x00, 0xB0, 0x00, 0x18, expected=1)).status == 0x6B00


def test_files_that_are_not_there_or_not_ours(chip: VirtualChip) -> None:
    channel = opened(chip)
    assert say_protected(chip, channel, Command(0x00, 0xB0, 0x8B, 0x00, expected=9)).status == 0x6A82
    assert say_protected(chip, channel, Command(0x00, 0xB0, 0x83, 0x00, expected=9)).status == 0x6982


def test_selecting_a_file_and_reading_it(chip: VirtualChip) -> None:
    channel = opened(chip)
    assert say_protected(chip, channel, Command(0x00, 0xA4, 0x02, 0x0C, b"\x01\x01")).ok
    assert len(say_protected(chip, channel, Command(0x00, 0xB0, 0x00, 0x00, expected=95)).body) == 95


def test_a_plain_command_ends_the_session(chip: VirtualChip) -> None:
    channel = opened(chip)
    assert say(chip, READ_COM).status == Status.SECURITY_NOT_SATISFIED
    answer = chip.process(channel.protect(READ_COM).encoded())
    assert answer == b"\x69\x82"


def test_a_reset_ends_the_session_and_the_selection(chip: VirtualChip) -> None:
    channel = opened(chip)
    chip.reset()
    assert chip.process(channel.protect(READ_COM).encoded()) == b"\x69\x82"
    assert say(chip, Command(0x00, 0x84, 0x00, 0x00, expected=8)).status == Status.FILE_NOT_FOUND


def test_a_wrong_mac_ends_the_session(chip: VirtualChip) -> None:
    channel = opened(chip)
    spoilt = bytearray(channel.protect(READ_COM).encoded())
    spoilt[-2] ^= 1
    assert chip.process(bytes(spoilt)) == b"\x69\x88"
    assert chip.process(channel.protect(READ_COM).encoded()) == b"\x69\x82"


def test_missing_protection_is_named(chip: VirtualChip) -> None:
    opened(chip)
    assert chip.process(bytes.fromhex("0CB09E0003970118")) == b"\x69\x87"


def test_a_challenge_serves_once(chip: VirtualChip) -> None:
    token = Command(0x00, 0x82, 0x00, 0x00, bytes(bac.TOKEN_BYTES), expected=40)
    assert say(chip, SELECT).ok
    assert say(chip, token).status == Status.CONDITIONS_NOT_SATISFIED
    assert say(chip, Command(0x00, 0x84, 0x00, 0x00, expected=8)).ok
    assert say(chip, token).status == Status.AUTHENTICATION_FAILED
    assert say(chip, token).status == Status.CONDITIONS_NOT_SATISFIED


@pytest.mark.parametrize(
    ("apdu", "status"), [("", "6700"), ("00A404", "6700"), ("8084000008", "6E00"), ("0044000000", "6A82")]
)
def test_what_is_no_command_of_this_chip(chip: VirtualChip, apdu: str, status: str) -> None:
    assert chip.process(bytes.fromhex(apdu)).hex().upper() == status
