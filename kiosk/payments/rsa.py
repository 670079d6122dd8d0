"""RSA with PKCS#1 v1.5 and SHA-256 (RFC 8017, section 8.2), the signature of all three networks."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

_LONGEST_SIGNATURE = 2048  # characters of base64: RSA of 8192 bits has 1368


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Return the signature in base64."""
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode("ascii")


def verifies(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Return whether the base64 signature is the key's over exactly these bytes; anything else is False."""
    if len(signature) > _LONGEST_SIGNATURE:
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
