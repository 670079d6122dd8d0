"""What a specimen's chip can do beside carrying files: its generation, made of keys, offers and sizes.

The keys are made anew with every permit. A copied chip carries the genuine permit's files and other keys; a
downgraded one keeps its signed offer of PACE in DG14 and has lost EF.CardAccess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kiosk.devices.chip import tlv
from kiosk.devices.chip.card_folder import ATR
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.security_infos import (
    active_authentication_entry,
    build_security_infos,
    chip_authentication_entries,
    pace_entry,
)
from kiosk.domain.specimens import ChipProfile, ChipVariant, Specimen

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

LONG_ATR = bytes.fromhex("3B858001 80738001E0 96")
"""Answer to reset of a type A chip: extended length, and its sizes in EF.ATR/INFO (PC/SC part 3)."""

LONG_ANSWER = 8192
"""Longest answer of the chips that take commands of extended length, bytes without the status word."""

_RSA_BITS = 1536  # the longest whose signature fits a short answer under secure messaging
_BRAINPOOL_256, _P_384 = 13, 15  # standardised domain parameters
_AGREEMENT_KEY_ID = 1


@dataclass(frozen=True, slots=True, repr=False)
class ChipParts:
    """What the maker puts onto a card for its profile.

    Attributes:
        groups: DG14 and DG15, to be signed with the others.
        master_files: EF.CardAccess and EF.ATR/INFO.
        chip: the table ``[chip]`` of ``specimen.toml``.
    """

    groups: Mapping[ChipFile, bytes] = field(default_factory=dict)
    master_files: Mapping[MasterFile, bytes] = field(default_factory=dict)
    active_key: PrivateKey | None = None
    agreement_key: PrivateKey | None = None
    chip: Mapping[str, str | int] = field(default_factory=dict)
    can: str | None = None


def make_chip(specimen: Specimen) -> ChipParts:
    """Return the parts of a specimen's chip, keys and all."""
    match specimen.profile:
        case ChipProfile.BAC:
            parts = ChipParts()
        case ChipProfile.BAC_ACTIVE:
            parts = _bac_active()
        case ChipProfile.PACE_CHIP:
            parts = _pace_chip(specimen.permit.number[-6:])
        case ChipProfile.PACE_ACTIVE:
            parts = _pace_active(specimen.permit.number[-6:])
    return _spoilt(parts, specimen.chip)


def length_information(answer_bytes: int) -> bytes:
    """Return an EF.ATR/INFO that allows answers of so many bytes (ISO/IEC 7816-4 section 12.7.1)."""
    command, answer = (tlv.encode(0x02, size.to_bytes(4, "big")) for size in (261, answer_bytes + 2))
    return tlv.encode(0x47, LONG_ATR[6:9]) + tlv.encode(0x7F66, command + answer)


def _bac_active() -> ChipParts:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ChipParts(groups={ChipFile.DG15: _key_group(key)}, active_key=key)


def _pace_chip(can: str) -> ChipParts:
    key = ec.generate_private_key(ec.BrainpoolP256R1())
    offer = pace_entry(CipherKind.AES_128, _BRAINPOOL_256)
    proof = chip_authentication_entries(CipherKind.AES_128, _public(key), _AGREEMENT_KEY_ID)
    return ChipParts(
        groups={ChipFile.DG14: tlv.encode(ChipFile.DG14.tag, build_security_infos(offer, *proof))},
        master_files={MasterFile.CARD_ACCESS: build_security_infos(offer)},
        agreement_key=key,
        chip={"atr": ATR.hex()},
        can=can,
    )


def _pace_active(can: str) -> ChipParts:
    key = ec.generate_private_key(ec.SECP256R1())
    offer = pace_entry(CipherKind.AES_256, _P_384)
    infos = build_security_infos(offer, active_authentication_entry("sha256"))
    return ChipParts(
        groups={
            ChipFile.DG14: tlv.encode(ChipFile.DG14.tag, infos),
            ChipFile.DG15: _key_group(key),
        },
        master_files={
            MasterFile.CARD_ACCESS: build_security_infos(offer),
            MasterFile.ATR_INFO: length_information(LONG_ANSWER),
        },
        active_key=key,
        chip={"atr": LONG_ATR.hex(), "answer_bytes": LONG_ANSWER},
        can=can,
    )


def _spoilt(parts: ChipParts, variant: ChipVariant) -> ChipParts:
    """Return the parts as the tester's variant of the chip has them."""
    match variant:
        case ChipVariant.CLONED:
            return replace(
                parts,
                active_key=None if parts.active_key is None else ec.generate_private_key(ec.SECP256R1()),
                agreement_key=None
                if parts.agreement_key is None
                else ec.generate_private_key(ec.BrainpoolP256R1()),
            )
        case ChipVariant.DOWNGRADED:
            kept = (file for file in parts.master_files if file is not MasterFile.CARD_ACCESS)
            return replace(parts, master_files={file: parts.master_files[file] for file in kept})
    return parts


def _key_group(key: PrivateKey) -> bytes:
    return tlv.encode(ChipFile.DG15.tag, _public(key))


def _public(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
