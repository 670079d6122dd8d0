"""Active and chip authentication: every kind of key proves itself, copies do not, hostile keys are unused."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk.devices.chip import active_authentication, elliptic, tlv
from kiosk.devices.chip.active_authentication import parse_dg15, recoverable_block, verify_answer
from kiosk.devices.chip.apdu import SECURE, Command, Response
from kiosk.devices.chip.card_folder import Card, Traits
from kiosk.devices.chip.chip_authentication import agree_with_chip
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.curve_table import CURVES
from kiosk.devices.chip.groups import ChipFile, MalformedGroup
from kiosk.devices.chip.proofs import Proofs, parse_dg14
from kiosk.devices.chip.security_infos import (
    active_authentication_entry,
    build_security_infos,
    chip_authentication_entries,
    pace_entry,
)
from kiosk.devices.chip.session import Secrets, Session
from kiosk.devices.chip.signatures import UnusableSignature
from kiosk.devices.simulated.specimen_chip import LONG_ATR
from kiosk.domain.chip import Check, CheckResult, Verdict
from tests.devices.chip.cards import LINE, ChipInHand
from tests.devices.chip.opened_cards import CAN, card_offering, public_der

PACE = pace_entry(CipherKind.AES_128, 12)
LONG = Traits(can=CAN, atr=LONG_ATR, answer_bytes=4096)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def demanded(card: Card, link: ChipInHand | None = None) -> dict[Check, CheckResult]:
    """Open the card, read its signed keys, and demand every proof."""

    async def read() -> tuple[CheckResult, ...]:
        session = Session(link or ChipInHand(card), secrets.token_bytes)
        await session.open(Secrets(LINE))
        files = {file: await session.read_file(file) for file in (ChipFile.DG14, ChipFile.DG15)}
        present = {file: raw for file, raw in files.items() if raw is not None}
        group = present.get(ChipFile.DG14)
        return await Proofs(session, present, set()).demand(None if group is None else parse_dg14(group))

    return {result.check: result for result in asyncio.run(read())}


def active_card(key: PrivateKey, held: PrivateKey | None, *, digest: str = "sha256") -> Card:
    group = {ChipFile.DG15: tlv.encode(ChipFile.DG15.tag, public_der(key))}
    entries = (PACE, active_authentication_entry(digest))
    return card_offering(*entries, groups=group, traits=replace(LONG, active_key=held))


def active_verdict(card: Card, link: ChipInHand | None = None) -> Verdict:
    return demanded(card, link)[Check.ACTIVE_AUTHENTICATION].verdict


@pytest.mark.parametrize("bits", [1024, 1280, 1536, 2048])
def test_rsa_keys_of_every_usual_length(bits: int) -> None:
    assert active_verdict(active_card(rsa_key(bits), rsa_key(bits))) is Verdict.GENUINE


@pytest.mark.parametrize(
    ("curve", "digest"),
    [
        (ec.SECP224R1(), "sha224"),
        (ec.SECP256R1(), "sha1"),
        (ec.BrainpoolP256R1(), "sha256"),
        (ec.BrainpoolP384R1(), "sha384"),
        (ec.SECP521R1(), "sha512"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_ecdsa_keys_of_every_usual_curve(curve: ec.EllipticCurve, digest: str) -> None:
    key = ec.generate_private_key(curve)
    assert active_verdict(active_card(key, key, digest=digest)) is Verdict.GENUINE


def test_a_copy_cannot_sign() -> None:
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    assert active_verdict(active_card(key, other)) is Verdict.ALTERED
    assert active_verdict(active_card(key, None)) is Verdict.ALTERED
    assert active_verdict(active_card(rsa_key(1024), rsa_key(1280))) is Verdict.ALTERED


def test_a_signature_that_no_short_answer_holds_cannot_be_judged() -> None:
    card = active_card(rsa_key(2048), rsa_key(2048))
    short = replace(card, traits=Traits(can=CAN, active_key=rsa_key(2048)))
    assert active_verdict(short) is Verdict.UNREADABLE


def test_a_hash_that_nobody_named_cannot_be_judged() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    group = {ChipFile.DG15: tlv.encode(ChipFile.DG15.tag, public_der(key))}
    card = card_offering(PACE, groups=group, traits=replace(LONG, active_key=key))
    assert active_verdict(card) is Verdict.UNREADABLE


def test_a_chip_that_offers_nothing_is_asked_for_nothing() -> None:
    assert demanded(card_offering(PACE)) == {}
    assert demanded(card_offering()) == {}


@pytest.mark.parametrize("name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_every_trailer_of_iso_9796(name: str) -> None:
    key, challenge = rsa_key(1280), bytes(range(8))
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    block = recoverable_block(modulus, challenge, bytes(200), name)
    signature = pow(block, numbers.d, modulus)
    known = parse_dg15(tlv.encode(0x6F, public_der(key)))
    assert verify_answer(known, challenge, signature.to_bytes(160, "big"), None)
    assert verify_answer(known, challenge, (modulus - signature).to_bytes(160, "big"), None)
    assert not verify_answer(known, bytes(8), signature.to_bytes(160, "big"), None)
    assert not verify_answer(known, challenge, signature.to_bytes(161, "big"), None)
    assert not verify_answer(known, challenge, bytes(160), None)
    assert not verify_answer(known, challenge, b"\xff" * 160, None)


def test_ecdsa_signatures_in_another_form_or_out_of_range() -> None:
    key, challenge = ec.generate_private_key(ec.SECP256R1()), bytes(8)
    known = parse_dg15(tlv.encode(0x6F, public_der(key)))
    der = key.sign(challenge, ec.ECDSA(SHA256()))
    r, s = (number.to_bytes(32, "big") for number in decode_dss_signature(der))
    assert verify_answer(known, challenge, r + s, "sha256")
    for wrong in (der, s + r, bytes(64), b"\xff" * 64, r + bytes(32), b"", r + s + b"\0"):
        assert not verify_answer(known, challenge, wrong, "sha256")


def rsa_der(modulus: int, exponent: int) -> bytes:
    numbers = tlv.encode(0x02, b"\0" + modulus.to_bytes((modulus.bit_length() + 7) // 8, "big"))
    numbers += tlv.encode(0x02, b"\0" + exponent.to_bytes((exponent.bit_length() + 7) // 8, "big"))
    algorithm = bytes.fromhex("300D06092A864886F70D0101010500")
    return tlv.encode(0x30, algorithm + tlv.encode(0x03, b"\0" + tlv.encode(0x30, numbers)))


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [(2**16384 - 1, 3), (2**511 + 1, 3), (2**1024 + 2, 3), (2**1024 + 1, 2**2000 + 1), (2**1024 + 1, 1)],
    ids=["huge", "tiny", "even", "huge exponent", "exponent 1"],
)
def test_keys_that_no_document_has_are_not_computed_with(modulus: int, exponent: int) -> None:
    known = parse_dg15(tlv.encode(0x6F, rsa_der(modulus, exponent)))
    with pytest.raises(UnusableSignature, match="RSA key"):
        active_authentication.signature_bytes(known)
    with pytest.raises(UnusableSignature, match="RSA key"):
        verify_answer(known, bytes(8), bytes(128), None)


@pytest.mark.parametrize("raw", ["", "6F", "6F00", "6F023000", "6F0430023000", "6E00", "6F05300306012A"])
def test_a_dg15_that_is_none(raw: str) -> None:
    with pytest.raises(MalformedGroup):
        parse_dg15(bytes.fromhex(raw))


# Chip authentication


def agreement_card(
    cipher: CipherKind, key: ec.EllipticCurvePrivateKey, held: ec.EllipticCurvePrivateKey | None
) -> Card:
    entries = (PACE, *chip_authentication_entries(cipher, public_der(key), 7))
    return card_offering(*entries, in_card_access=(PACE,), traits=replace(LONG, agreement_key=held))


def chip_result(card: Card, link: ChipInHand | None = None) -> CheckResult:
    return demanded(card, link)[Check.CHIP_AUTHENTICATION]


@pytest.mark.parametrize("cipher", CipherKind)
@pytest.mark.parametrize("curve", [ec.BrainpoolP256R1(), ec.SECP384R1()], ids=lambda curve: curve.name)
def test_a_chip_proves_its_key_and_the_session_goes_on(cipher: CipherKind, curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    result = chip_result(agreement_card(cipher, key, key))
    assert result.verdict is Verdict.GENUINE
    assert cipher.title in result.detail


def test_an_early_chip_names_its_key_alone_and_means_3des() -> None:
    key = ec.generate_private_key(ec.BrainpoolP256R1())
    _, entry = chip_authentication_entries(CipherKind.TRIPLE_DES, public_der(key), 7)
    card = card_offering(PACE, entry, in_card_access=(PACE,), traits=replace(LONG, agreement_key=key))
    assert chip_result(card).detail == "brainpoolP256r1 3DES"


def test_a_key_whose_protocol_has_another_number_is_none() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    protocol, _ = chip_authentication_entries(CipherKind.AES_128, public_der(key), 8)
    _, entry = chip_authentication_entries(CipherKind.AES_128, public_der(key), 7)
    card = card_offering(PACE, protocol, entry, in_card_access=(PACE,))
    assert Check.CHIP_AUTHENTICATION not in demanded(card)


def test_the_new_session_by_the_standards_own_words() -> None:
    """Keys from the shared x-coordinate, counter from zero (sections 9.7.1 and 9.8.6.3), computed apart."""
    chip, reader = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    infos = parse_dg14(
        tlv.encode(
            0x6E,
            build_security_infos(*chip_authentication_entries(CipherKind.AES_128, public_der(chip), 1)),
        )
    )
    sent: list[Command] = []

    async def exchange(command: Command) -> Response:
        sent.append(command)
        return Response(b"\x7c\x00" if command.ins == 0x86 else b"", 0x9000)

    private = reader.private_numbers().private_value - 1
    channel = asyncio.run(
        agree_with_chip(exchange, infos.chip_keys[0], lambda count: private.to_bytes(count, "big"))
    )
    public = reader.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    assert sent[1].body == bytes.fromhex("7C438041") + public
    secret = reader.exchange(ec.ECDH(), chip.public_key())
    mac_key = hashlib.sha1(secret + bytes.fromhex("00000002"), usedforsecurity=False).digest()[:16]
    code = CMAC(AES(mac_key))
    code.update(bytes(15) + b"\x01" + bytes.fromhex("0CB08E0080000000000000000000000097010180") + bytes(12))
    protected = channel.protect(Command(0x00, 0xB0, 0x8E, 0x00, expected=1))
    assert protected.body == bytes.fromhex("9701018E08") + code.finalize()[:8]


def test_a_signature_by_the_standards_own_words() -> None:
    """6A, the recoverable part, SHA-256 over it and the challenge, 34CC (ISO/IEC 9796-2, Doc 9303-11 6.1)."""
    key, challenge = rsa_key(1024), bytes.fromhex("0102030405060708")
    numbers = key.private_numbers()
    first = bytes(range(128 - 1 - 32 - 2))
    block = b"\x6a" + first + hashlib.sha256(first + challenge).digest() + b"\x34\xcc"
    signature = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(128, "big")
    assert verify_answer(parse_dg15(tlv.encode(0x6F, public_der(key))), challenge, signature, None)
    spoilt = b"\x4a" + block[1:]
    signature = pow(int.from_bytes(spoilt, "big"), numbers.d, numbers.public_numbers.n).to_bytes(128, "big")
    assert not verify_answer(parse_dg15(tlv.encode(0x6F, public_der(key))), challenge, signature, None)


def test_a_copy_does_not_find_into_the_new_session() -> None:
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    assert "it left the session" in chip_result(agreement_card(CipherKind.AES_128, key, other)).detail
    for cipher in CipherKind:
        assert chip_result(agreement_card(cipher, key, other)).verdict is Verdict.ALTERED
        assert chip_result(agreement_card(cipher, key, None)).verdict is Verdict.ALTERED


def test_a_copy_that_stays_in_the_old_session_is_found_out() -> None:
    """It answers the first command of the new session as if nothing had been agreed on."""
    key = ec.generate_private_key(ec.SECP256R1())
    card = agreement_card(CipherKind.AES_128, key, key)
    answers: list[bytes] = []

    def replay_at(end: int) -> Callable[[int, bytes], bytes]:
        def twist(number: int, true: bytes) -> bytes:
            answers.append(answers[-1] if number == end else true)
            return answers[-1]

        return twist

    link = ChipInHand(card, replay_at(0))
    assert chip_result(card, link).verdict is Verdict.GENUINE
    end = len(link.commands)
    assert chip_result(card, ChipInHand(card, replay_at(end))).verdict is Verdict.ALTERED


def key_entry(point: bytes) -> tuple[bytes, ...]:
    algorithm = bytes.fromhex("301306072A8648CE3D020106082A8648CE3D030107")
    der = tlv.encode(0x30, algorithm + tlv.encode(0x03, b"\0" + point))
    return chip_authentication_entries(CipherKind.AES_128, der, 1)


P256 = next(curve for curve in CURVES if curve.name == "P-256")


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\0",
        b"\x04" + bytes(64),
        b"\x04" + P256.gx.to_bytes(32, "big") + P256.gx.to_bytes(32, "big"),
        b"\x04" + P256.p.to_bytes(32, "big") + P256.gy.to_bytes(32, "big"),
        b"\x05" + bytes(64),
    ],
    ids=["none", "infinity", "zeros", "off curve", "beyond the field", "unknown form"],
)
def test_a_chip_key_that_is_no_point_is_not_used(point: bytes) -> None:
    card = card_offering(PACE, *key_entry(point), in_card_access=(PACE,))
    assert chip_result(card).verdict is Verdict.UNREADABLE


def test_a_chip_key_with_a_base_point_of_its_own_is_not_used() -> None:
    """Explicit parameters that are those of P-256 but for the base point (as in CVE-2020-0601)."""
    doubled = elliptic.multiply(P256, 2, elliptic.base_point(P256))
    assert doubled is not None
    number = [tlv.encode(0x02, b"\0" + value.to_bytes(32, "big")) for value in (P256.p, P256.n)]
    field = tlv.encode(0x30, bytes.fromhex("06072A8648CE3D0101") + number[0])
    coefficients = b"".join(tlv.encode(0x04, value.to_bytes(32, "big")) for value in (P256.a, P256.b))
    base = elliptic.encode_point(P256, doubled)
    domain = bytes.fromhex("020101") + field + tlv.encode(0x30, coefficients)
    domain += tlv.encode(0x04, base) + number[1]
    algorithm = tlv.encode(0x30, bytes.fromhex("06072A8648CE3D0201") + tlv.encode(0x30, domain))
    der = tlv.encode(0x30, algorithm + tlv.encode(0x03, b"\0" + base))
    entries = chip_authentication_entries(CipherKind.AES_128, der, 1)
    card = card_offering(PACE, *entries, in_card_access=(PACE,))
    assert "no known curve" in chip_result(card).detail


def refusing(link: ChipInHand, header: bytes, answer: bytes) -> Callable[[int, bytes], bytes]:
    return lambda _, true: answer if link.commands[-1].startswith(header) else true


@pytest.mark.parametrize("status", ["6A80", "6982", "6D00", ""])
def test_a_chip_that_refuses_to_prove_itself_and_ends_the_session(status: str) -> None:
    """Its refusal comes unprotected."""
    key = ec.generate_private_key(ec.SECP256R1())
    card = agreement_card(CipherKind.AES_128, key, key)
    chip = replace(card, files={**card.files, **active_card(key, key).files, **card.files})
    for ins, check in ((0x22, Check.CHIP_AUTHENTICATION), (0x88, Check.ACTIVE_AUTHENTICATION)):
        link = ChipInHand(chip)
        link.twist = refusing(link, bytes((SECURE, ins)), bytes.fromhex(status))
        assert demanded(chip, link)[check].verdict is Verdict.ALTERED
