"""Active authentication (ICAO Doc 9303-11 section 6.1): the chip signs a challenge with the key of DG15.

RSA signatures follow ISO/IEC 9796-2 scheme 1 with partial recovery: the signature holds a random part M1
and the hash over M1 and the challenge. ECDSA signatures are r and s one after the other; DG14 names the hash.
"""

import hashlib
import hmac
from collections.abc import Mapping

from asn1crypto.algos import DSASignature
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import UnsupportedAlgorithm

from kiosk.devices.chip import tlv
from kiosk.devices.chip.groups import ChipFile, MalformedGroup
from kiosk.devices.chip.signatures import (
    DIGESTS,
    PARSING_ERRORS,
    UnusableSignature,
    check_rsa_size,
    curve_of_key,
    verify_ec,
)

CHALLENGE_BYTES = 8

_PARTIAL_RECOVERY = 0x6A
_IMPLICIT_TRAILER, _EXPLICIT_TRAILER = 0xBC, 0xCC
_TRAILER_DIGESTS: Mapping[int, str] = {
    0x33: "sha1",
    0x38: "sha224",
    0x34: "sha256",
    0x36: "sha384",
    0x35: "sha512",
}
_DIGEST_TRAILERS = {name: code for code, name in _TRAILER_DIGESTS.items()}


def parse_dg15(raw: bytes) -> PublicKeyInfo:
    """Return the public key of DG15; raise MalformedGroup."""
    try:
        key = PublicKeyInfo.load(tlv.parse_exactly(raw, ChipFile.DG15.tag).value, strict=True)
        if key.algorithm not in ("rsa", "ec"):
            raise MalformedGroup("DG15: key of an unknown kind")
        return key
    except MalformedGroup:
        raise
    except PARSING_ERRORS as problem:
        raise MalformedGroup(f"DG15: {type(problem).__name__}") from problem


def signature_bytes(key: PublicKeyInfo) -> int:
    """Return how long the chip's signature will be, bytes; raise UnusableSignature."""
    try:
        if key.algorithm == "rsa":
            return (_rsa(key)[0].bit_length() + 7) // 8
        return 2 * ((curve_of_key(key).n.bit_length() + 7) // 8)
    except PARSING_ERRORS as problem:
        raise _unusable(problem) from problem


def verify_answer(key: PublicKeyInfo, challenge: bytes, signature: bytes, plain_digest: str | None) -> bool:
    """Return whether the holder of the key signed the challenge; raise UnusableSignature if nobody can say.

    Args:
        plain_digest: hash of ECDSA signatures as DG14 names it.
    """
    try:
        if key.algorithm == "rsa":
            return _verify_rsa(key, challenge, signature)
        if plain_digest is None:
            raise UnusableSignature("DG14 does not name the hash of ECDSA active authentication")
        return _verify_plain_ecdsa(key, challenge, signature, plain_digest)
    except (UnsupportedAlgorithm, *PARSING_ERRORS) as problem:
        raise _unusable(problem) from problem


def _unusable(problem: Exception) -> UnusableSignature:
    if isinstance(problem, UnusableSignature):
        return problem
    return UnusableSignature(f"active authentication key: {type(problem).__name__}")


def _rsa(key: PublicKeyInfo) -> tuple[int, int]:
    numbers = key["public_key"].parsed
    modulus, exponent = int(numbers["modulus"].native), int(numbers["public_exponent"].native)
    check_rsa_size(modulus, exponent)
    return modulus, exponent


def _verify_rsa(key: PublicKeyInfo, challenge: bytes, signature: bytes) -> bool:
    modulus, exponent = _rsa(key)
    size = (modulus.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= modulus:
        return False
    opened = pow(value, exponent, modulus)
    if opened & 0x0F != 0x0C:
        opened = modulus - opened  # the signer may give the smaller of two roots
    return _recovered(opened.to_bytes(size, "big"), challenge)


def _recovered(block: bytes, challenge: bytes) -> bool:
    """Check the recovered block: 6A ‖ M1 ‖ hash of M1 and challenge ‖ trailer."""
    if block[-1] == _IMPLICIT_TRAILER:
        name, trailer = "sha1", 1
    elif block[-1] == _EXPLICIT_TRAILER and block[-2] in _TRAILER_DIGESTS:
        name, trailer = _TRAILER_DIGESTS[block[-2]], 2
    else:
        return False
    end = len(block) - trailer - hashlib.new(name, usedforsecurity=False).digest_size
    if block[0] != _PARTIAL_RECOVERY or end <= 1:
        return False
    computed = hashlib.new(name, block[1:end] + challenge, usedforsecurity=False).digest()
    return hmac.compare_digest(computed, block[end : len(block) - trailer])


def recoverable_block(modulus: int, challenge: bytes, filling: bytes, digest_name: str) -> int:
    """Return the number that the chip signs: its side of `_recovered`.

    Args:
        filling: bytes of which M1 is made, at least as many as the modulus has.
    """
    size = (modulus.bit_length() + 7) // 8
    code = _DIGEST_TRAILERS[digest_name]
    trailer = bytes([_IMPLICIT_TRAILER]) if digest_name == "sha1" else bytes((code, _EXPLICIT_TRAILER))
    length = size - 1 - hashlib.new(digest_name, usedforsecurity=False).digest_size - len(trailer)
    first = filling[:length]
    hashed = hashlib.new(digest_name, first + challenge, usedforsecurity=False).digest()
    return int.from_bytes(bytes([_PARTIAL_RECOVERY]) + first + hashed + trailer, "big")


def _verify_plain_ecdsa(key: PublicKeyInfo, challenge: bytes, signature: bytes, name: str) -> bool:
    if name not in DIGESTS:
        raise UnusableSignature("hash of ECDSA active authentication")
    half = (curve_of_key(key).n.bit_length() + 7) // 8
    if len(signature) != 2 * half:
        return False
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    return verify_ec(key, name, challenge, DSASignature({"r": r, "s": s}).dump())
