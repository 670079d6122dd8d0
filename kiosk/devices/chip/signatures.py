"""Verifying a signature with the public key of a certificate (ICAO Doc 9303-12 section 4.4).

RSA PKCS #1 v1.5, RSA-PSS and ECDSA, with SHA-1 (old documents) and SHA-2. Keys with explicit curve
parameters are first led back to a named curve. Everything here comes from a card: whatever does not parse
ends in UnusableSignature, never in a crash.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from kiosk.devices.chip import elliptic
from kiosk.devices.chip.curve_table import Curve

DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}

_RSA_BITS = range(1024, 8193)
_RSA_MOST_EXPONENT_BITS = 64
_MOST_SALT_BYTES = 128
LIBRARY_CURVES: dict[str, ec.EllipticCurve] = {
    "P-224": ec.SECP224R1(),
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}

PARSING_ERRORS = (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, RecursionError)
"""What asn1crypto raises for hostile bytes, depending on where they turn out to be wrong."""


class UnusableSignature(ValueError):
    """Key, algorithm or encoding that cannot be used; the text is for the technician."""


def digest(name: str, message: bytes) -> bytes:
    """Return the hash of a message; raise UnusableSignature for an algorithm that is not accepted."""
    if name not in DIGESTS:
        raise UnusableSignature(f"hash algorithm {name:.40}")
    return hashlib.new(name, message, usedforsecurity=False).digest()


def verify(
    key: PublicKeyInfo,
    algorithm: SignedDigestAlgorithm,
    default_digest: str,
    message: bytes,
    signature: bytes,
) -> bool:
    """Return whether `signature` over `message` is right; raise UnusableSignature where nobody can say.

    Args:
        default_digest: hash to use where the algorithm names none (plain ``rsaEncryption``).
    """
    try:
        scheme = str(algorithm.signature_algo)
        name = _digest_name(algorithm, default_digest)
        if scheme == "ecdsa":
            return verify_ec(key, name, message, signature)
        if scheme in ("rsassa_pkcs1v15", "rsassa_pss"):
            layout = _pss(algorithm) if scheme == "rsassa_pss" else padding.PKCS1v15()
            return _verify_rsa(key, layout, DIGESTS[name](), message, signature)
    except (UnusableSignature, elliptic.UnknownCurve) as problem:
        raise UnusableSignature(str(problem)) from problem
    except PARSING_ERRORS as problem:
        raise UnusableSignature(f"signature: {type(problem).__name__}") from problem
    except UnsupportedAlgorithm as problem:
        raise UnusableSignature("signature algorithm not supported") from problem
    raise UnusableSignature(f"signature scheme {scheme:.40}")


def _digest_name(algorithm: SignedDigestAlgorithm, default: str) -> str:
    try:
        name = str(algorithm.hash_algo)
    except ValueError:
        name = default
    if name not in DIGESTS:
        raise UnusableSignature(f"hash algorithm {name:.40}")
    return name


def _pss(algorithm: SignedDigestAlgorithm) -> padding.PSS:
    parameters = algorithm["parameters"]
    mask = parameters["mask_gen_algorithm"]
    salt = int(parameters["salt_length"].native)
    if mask["algorithm"].native != "mgf1" or not 0 <= salt <= _MOST_SALT_BYTES:
        raise UnusableSignature("RSA-PSS parameters")
    return padding.PSS(padding.MGF1(DIGESTS[mask["parameters"]["algorithm"].native]()), salt)


def _verify_rsa(
    key: PublicKeyInfo,
    layout: padding.PSS | padding.PKCS1v15,
    hashed: hashes.HashAlgorithm,
    message: bytes,
    signature: bytes,
) -> bool:
    if key.algorithm not in ("rsa", "rsassa_pss"):
        raise UnusableSignature("key of another kind than the signature")
    numbers = key["public_key"].parsed
    modulus, exponent = int(numbers["modulus"].native), int(numbers["public_exponent"].native)
    check_rsa_size(modulus, exponent)
    try:
        rsa.RSAPublicNumbers(exponent, modulus).public_key().verify(signature, message, layout, hashed)
    except InvalidSignature:
        return False
    return True


def check_rsa_size(modulus: int, exponent: int) -> None:
    """Raise UnusableSignature for keys that no document has: weak, or too costly to compute with."""
    if modulus.bit_length() not in _RSA_BITS or modulus % 2 == 0:
        raise UnusableSignature("RSA key of an unusual size")
    if exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > _RSA_MOST_EXPONENT_BITS:
        raise UnusableSignature("RSA key with an unusual exponent")


def verify_ec(key: PublicKeyInfo, name: str, message: bytes, signature: bytes) -> bool:
    """Return whether an ECDSA signature (DER) is right; raises what parsing a hostile key raises."""
    curve = curve_of_key(key)
    encoded = bytes(key["public_key"].native)
    known = LIBRARY_CURVES.get(curve.name)
    if known is None:
        return elliptic.verify(curve, elliptic.decode_point(curve, encoded), name, message, signature)
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(known, encoded)
        public.verify(signature, message, ec.ECDSA(DIGESTS[name]()))
    except InvalidSignature:
        return False
    return True


def curve_of_key(key: PublicKeyInfo) -> Curve:
    """Return the named curve of an EC key, also where its parameters are spelt out."""
    if key.algorithm != "ec":
        raise UnusableSignature("key of another kind than the signature")
    parameters: Any = key["algorithm"]["parameters"]
    match parameters.name:
        case "named":
            return elliptic.curve_of_name(parameters.chosen.dotted)
        case "specified":
            return _curve_of_domain(parameters.chosen)
    raise UnusableSignature("curve parameters inherited")


def _curve_of_domain(domain: Any) -> Curve:
    if domain["field_id"]["field_type"].native != "prime_field":
        raise UnusableSignature("curve over a field that is not prime")
    return elliptic.curve_of_parameters(
        p=int(domain["field_id"]["parameters"].native),
        a=int.from_bytes(domain["curve"]["a"].native, "big"),
        b=int.from_bytes(domain["curve"]["b"].native, "big"),
        base=bytes(domain["base"].native),
        n=int(domain["order"].native),
    )
