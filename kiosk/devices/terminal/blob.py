"""The protection of local terminal messages: NexoBlob and SecurityTrailer.

As published for Adyen's Terminal API ("Protect local communications") and in its open libraries: 80 bytes
of key material by PBKDF2-HMAC-SHA1 from a passphrase, salt ``AdyenNexoV1Salt``, 4000 rounds; AES-256-CBC
under the derived vector XOR a nonce per message; HMAC-SHA256 over the plain text, checked after opening.
The MessageHeader travels in clear beside the blob, and again inside it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kiosk.devices.terminal.json_text import Document, encode, object_of, text_of

_SALT = b"AdyenNexoV1Salt"
_ROUNDS = 4000
_NONCE = 16
_BLOCK_BITS = 128
_CRYPTO_VERSION = 1


class NotGenuine(Exception):
    """A message that the shared key did not make; the text says what is wrong, never what is in it."""


@dataclass(frozen=True)
class BlobKey:
    """The key shared with one terminal, as typed into its settings."""

    identifier: str
    version: int
    passphrase: str = field(repr=False)

    @cached_property
    def _material(self) -> bytes:
        return hashlib.pbkdf2_hmac("sha1", self.passphrase.encode(), _SALT, _ROUNDS, 80)

    def hmac(self, plain: bytes) -> bytes:
        """Return the HMAC-SHA256 of a plain message."""
        return hmac.new(self._material[:32], plain, hashlib.sha256).digest()

    def cipher(self, nonce: bytes) -> Cipher[modes.CBC]:
        """Return AES-256-CBC as it is for one nonce of 16 bytes."""
        start = bytes(a ^ b for a, b in zip(self._material[64:80], nonce, strict=True))
        return Cipher(algorithms.AES(self._material[32:64]), modes.CBC(start))


def seal(message: Document, key: BlobKey) -> Document:
    """Return the protected form of ``{root: {"MessageHeader": …, …}}``."""
    ((root, content),) = message.items()
    plain = encode(message)
    nonce = secrets.token_bytes(_NONCE)
    padder = padding.PKCS7(_BLOCK_BITS).padder()
    encryptor = key.cipher(nonce).encryptor()
    blob = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    trailer = {
        "AdyenCryptoVersion": _CRYPTO_VERSION,
        "KeyIdentifier": key.identifier,
        "KeyVersion": key.version,
        "Nonce": _b64(nonce),
        "Hmac": _b64(key.hmac(plain)),
    }
    return {
        root: {
            "MessageHeader": content["MessageHeader"],
            "NexoBlob": _b64(blob),
            "SecurityTrailer": trailer,
        }
    }


def unseal(message: Document, root: str, key: BlobKey) -> bytes:
    """Return the plain text of a protected message; raise NotGenuine."""
    envelope = object_of(message, root)
    trailer = object_of(envelope, "SecurityTrailer")
    named = (trailer.get("AdyenCryptoVersion"), trailer.get("KeyIdentifier"), trailer.get("KeyVersion"))
    if named != (_CRYPTO_VERSION, key.identifier, key.version):
        raise NotGenuine("not under the shared key")
    nonce, mac = _bytes(trailer, "Nonce"), _bytes(trailer, "Hmac")
    blob = _bytes(envelope, "NexoBlob")
    if len(nonce) != _NONCE or not blob or len(blob) % 16:
        raise NotGenuine("not a blob")
    plain = _decrypt(blob, nonce, key)
    if not hmac.compare_digest(mac, key.hmac(plain)):
        raise NotGenuine("the HMAC is wrong")
    return plain


def _decrypt(blob: bytes, nonce: bytes, key: BlobKey) -> bytes:
    decryptor = key.cipher(nonce).decryptor()
    padded = decryptor.update(blob) + decryptor.finalize()
    unpadder = padding.PKCS7(_BLOCK_BITS).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise NotGenuine("the HMAC is wrong") from None  # one text for both: no oracle


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(document: Document, name: str) -> bytes:
    try:
        return base64.b64decode(text_of(document, name), validate=True)
    except (binascii.Error, ValueError):
        raise NotGenuine("not a blob") from None
