"""The virtual chip is as strict as a real one in PACE, in its proofs, and about the length of commands."""

import asyncio
import secrets
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.devices.chip import elliptic, pace, tlv
from kiosk.devices.chip.apdu import Command, Response, Status, parse_response
from kiosk.devices.chip.card_folder import Overlong, Traits, UnusableFolder, load_card
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.groups import APPLICATION
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import Mapping, PaceInfo, chip_authentication_entries, pace_entry
from kiosk.devices.chip.virtual_chip import VirtualChip
from tests.devices.chip.cards import LINE, SPECIMENS
from tests.devices.chip.opened_cards import CAN, card_offering, public_der

OFFER = pace_entry(CipherKind.AES_128, 12)
SET_TEMPLATE = bytes.fromhex("0022C1A40F800A04007F00070202040202830101")
GIVE_NONCE = bytes.fromhex("10860000027C0000")
CURVE = elliptic.curve_of_name("1.2.840.10045.3.1.7")
BASE = elliptic.encode_point(CURVE, elliptic.base_point(CURVE))


@pytest.fixture
def chip() -> VirtualChip:
    return VirtualChip(card_offering(OFFER))


def step(tag: int, value: bytes, *, last: bool = False) -> bytes:
    body = tlv.encode(0x7C, tlv.encode(tag, value))
    return Command(0x00 if last else 0x10, 0x86, 0x00, 0x00, body, expected=256).encoded()


def status(chip: VirtualChip, *commands: bytes) -> int:
    """Say commands; all but the last are accepted, and the last one's status is returned."""
    answers = [parse_response(chip.process(command)) for command in commands]
    assert all(answer.ok for answer in answers[:-1]), [f"{answer.status:04X}" for answer in answers]
    return answers[-1].status


def test_the_steps_of_pace_have_one_order(chip: VirtualChip) -> None:
    assert status(chip, GIVE_NONCE) == Status.CONDITIONS_NOT_SATISFIED
    assert status(chip, SET_TEMPLATE, step(0x81, BASE)) == Status.WRONG_DATA
    assert status(chip, SET_TEMPLATE, GIVE_NONCE, step(0x83, BASE)) == Status.WRONG_DATA
    assert status(chip, SET_TEMPLATE, GIVE_NONCE, GIVE_NONCE) == Status.WRONG_DATA
    assert status(chip, SET_TEMPLATE, GIVE_NONCE, step(0x81, BASE, last=True)) == 0x6985
    assert status(chip, SET_TEMPLATE, GIVE_NONCE, step(0x81, BASE), step(0x83, BASE)) == Status.OK


def test_a_command_between_the_steps_begins_everything_anew(chip: VirtualChip) -> None:
    between = Command(0x00, 0xB0, 0x9C, 0x00, expected=256).encoded()
    status(chip, SET_TEMPLATE, GIVE_NONCE)
    chip.process(between)
    assert status(chip, step(0x81, BASE)) == Status.CONDITIONS_NOT_SATISFIED
    status(chip, SET_TEMPLATE, GIVE_NONCE)
    chip.reset()
    assert status(chip, step(0x81, BASE)) == Status.CONDITIONS_NOT_SATISFIED


def test_a_wrong_token_uses_the_attempt_up(chip: VirtualChip) -> None:
    steps = (SET_TEMPLATE, GIVE_NONCE, step(0x81, BASE), step(0x83, BASE))
    wrong = step(0x85, bytes(8), last=True)
    assert status(chip, *steps, wrong) == Status.AUTHENTICATION_FAILED
    assert status(chip, wrong) == Status.CONDITIONS_NOT_SATISFIED


@pytest.mark.parametrize(
    "point", [b"", b"\0", b"\x04" + bytes(64), b"\x02" + BASE[1:33], BASE[:-1], BASE + b"\0"]
)
def test_points_that_are_none_are_refused(chip: VirtualChip, point: bytes) -> None:
    assert status(chip, SET_TEMPLATE, GIVE_NONCE, step(0x81, point)) == Status.WRONG_DATA
    assert status(chip, SET_TEMPLATE, GIVE_NONCE, step(0x81, BASE), step(0x83, point)) == Status.WRONG_DATA


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("800A04007F00070202040204830101", Status.WRONG_DATA),
        ("800A04007F00070202040202830103", Status.REFERENCE_UNKNOWN),
        ("800A04007F0007020204020283010184010D", Status.WRONG_DATA),
        ("8003", Status.WRONG_DATA),
        ("", Status.WRONG_DATA),
    ],
    ids=["another protocol", "another password", "other parameters", "cut off", "nothing"],
)
def test_what_is_not_offered_is_refused(chip: VirtualChip, body: str, expected: Status) -> None:
    command = Command(0x00, 0x22, 0xC1, 0xA4, bytes.fromhex(body)).encoded()
    assert status(chip, command) == expected


def test_chaining_is_for_general_authenticate_alone(chip: VirtualChip) -> None:
    assert status(chip, bytes.fromhex("10B09C0000")) == Status.CLASS_UNKNOWN


def test_a_chip_of_short_commands_takes_no_long_one(chip: VirtualChip) -> None:
    long = Command(0x00, 0xB0, 0x9C, 0x00, expected=300).encoded()
    assert status(chip, long) == Status.WRONG_LENGTH
    longer = VirtualChip(card_offering(OFFER, traits=Traits(answer_bytes=1000)))
    assert status(longer, long) in (Status.OK, Status.END_OF_FILE)


def opened(chip: VirtualChip) -> SecureChannel:
    """Open a chip by PACE and select its application."""

    async def exchange(command: Command) -> Response:
        return parse_response(chip.process(command.encoded()))

    info = PaceInfo(
        bytes.fromhex("04007F00070202040202"), Mapping.ECDH_GENERIC, CipherKind.AES_128, parameters=12
    )
    channel = asyncio.run(
        pace.open_with_password(exchange, info, pace.line_password(LINE), secrets.token_bytes)
    )
    assert inside(chip, channel, Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION)) == Status.OK
    return channel


def inside(chip: VirtualChip, channel: SecureChannel, command: Command) -> int:
    return channel.open_response(chip.process(channel.protect(command).encoded())).status


def test_proofs_are_given_to_those_who_have_opened_the_chip_and_ask_in_order() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    entries = chip_authentication_entries(CipherKind.AES_128, public_der(key), 3)
    traits = Traits(can=CAN, active_key=key, agreement_key=key)
    chip = VirtualChip(card_offering(OFFER, *entries, in_card_access=(OFFER,), traits=traits))
    challenge = Command(0x00, 0x88, 0x00, 0x00, bytes(8), expected=256)
    assert status(chip, challenge.encoded()) == Status.FILE_NOT_FOUND
    channel = opened(chip)
    assert inside(chip, channel, challenge) == Status.OK
    assert inside(chip, channel, Command(0x00, 0x88, 0x00, 0x00, bytes(7), expected=256)) == 0x6700
    data = tlv.encode(0x7C, tlv.encode(0x80, BASE))
    agree = Command(0x00, 0x86, 0x00, 0x00, data, expected=256)
    assert inside(chip, channel, agree) == Status.CONDITIONS_NOT_SATISFIED
    protocol = bytes.fromhex("800A04007F00070202030202")
    for reference, expected in (("840104", Status.WRONG_DATA), ("840103", Status.OK)):
        template = Command(0x00, 0x22, 0x41, 0xA4, protocol + bytes.fromhex(reference))
        assert inside(chip, channel, template) == expected
    assert inside(chip, channel, agree) == Status.OK
    raw = chip.process(channel.protect(challenge).encoded())
    assert raw == b"\x69\x88"  # the old session is over


def test_a_chip_without_keys_proves_nothing(chip: VirtualChip) -> None:
    channel = opened(chip)
    assert inside(chip, channel, Command(0x00, 0x88, 0x00, 0x00, bytes(8), expected=256)) == 0x6D00
    assert inside(chip, channel, Command(0x00, 0x22, 0x41, 0xA6, b"\x91\x00")) == Status.WRONG_DATA


@pytest.mark.parametrize(
    "line",
    [
        'can = "12A4"',
        'can = ""',
        "chip = 3",
        '[chip]\natr = "3B8"',
        "[chip]\nanswer_bytes = 100",
        '[chip]\nanswer_bytes = "many"',
        '[chip]\noverlong = "sometimes"',
        "[chip]\ncolour = 1",
    ],
)
def test_a_description_of_no_chip(made: Path, tmp_path: Path, line: str) -> None:
    shutil.copy(made / "permits" / "li-fu" / "0101.bin", tmp_path)
    (tmp_path / "specimen.toml").write_text(line)
    with pytest.raises(UnusableFolder):
        load_card(tmp_path)


@pytest.mark.parametrize("name", ["active.key", "agreement.key"])
def test_a_key_that_is_none(made: Path, tmp_path: Path, name: str) -> None:
    shutil.copy(made / "permits" / "li-fu" / "0101.bin", tmp_path)
    (tmp_path / name).write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(UnusableFolder, match=name):
        load_card(tmp_path)


def test_a_specimens_chip_is_loaded_as_it_was_made(made: Path) -> None:
    card = load_card(made / "permits" / "li-fu")
    assert card.traits.can == SPECIMENS["li-fu"].permit.number[-6:]
    assert (card.traits.extended, card.traits.overlong) == (True, Overlong.CUT)
    assert card.traits.active_key is not None
    assert (made / "permits" / "li-fu" / "active.key").stat().st_mode & 0o777 == 0o600
