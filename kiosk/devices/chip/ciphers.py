"""The two cipher suites of secure messaging (ICAO Doc 9303-11 section 9.8) behind one protocol.

BAC uses 3DES; PACE and chip authentication name 3DES or AES with keys of 128, 192 or 256 bits. All pad by
ISO/IEC 9797-1 method 2 and compute an eight-byte MAC over the send sequence counter followed by the padded
message.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

ENCRYPTION, AUTHENTICATION, PASSWORD = 1, 2, 3
"""Counters of the key derivation (ICAO Doc 9303-11 section 9.7.1)."""

MAC_BYTES = 8


class BadPadding(ValueError):
    """Decrypted bytes do not end in method 2 padding."""


class CipherSuite(Protocol):
    """Encryption and MAC of one session; `counter` is the send sequence counter of the message."""

    @property
    def block(self) -> int:
        """Block size, bytes; also the length of the counter."""

    def encrypt(self, counter: int, padded: bytes) -> bytes: ...

    def decrypt(self, counter: int, cryptogram: bytes) -> bytes: ...

    def mac(self, counter: int, padded: bytes) -> bytes: ...


def pad(message: bytes, block: int) -> bytes:
    """Return the message with 80 and zeros up to a whole number of blocks (always at least one byte)."""
    return message + b"\x80" + bytes(-(len(message) + 1) % block)


def unpad(padded: bytes) -> bytes:
    """Return the message without its padding; raise BadPadding where it has none."""
    message = padded.rstrip(b"\0")
    if not message.endswith(b"\x80"):
        raise BadPadding("padding of decrypted data")
    return message[:-1]


def derive_des_key(seed: bytes, counter: int) -> bytes:
    """Return the 16-byte 3DES key for a purpose, parity adjusted (ICAO Doc 9303-11 section 9.7.1.1)."""
    key = hashlib.sha1(seed + counter.to_bytes(4, "big"), usedforsecurity=False).digest()[:16]
    return bytes(byte & 0xFE | (byte.bit_count() + (byte & 1) + 1) & 1 for byte in key)


def des3_cbc_encrypt(key: bytes, plain: bytes) -> bytes:
    """Return two-key 3DES in CBC mode with a zero IV; whole blocks only."""
    return _run(Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8))).encryptor(), plain)


def des3_cbc_decrypt(key: bytes, cryptogram: bytes) -> bytes:
    """Undo `des3_cbc_encrypt`."""
    return _run(Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8))).decryptor(), cryptogram)


def retail_mac(key: bytes, padded: bytes) -> bytes:
    """Return the ISO/IEC 9797-1 algorithm 3 MAC (DES, 3DES on the last block) of whole blocks."""
    first, second = key[:8] * 3, key[8:16] * 3
    chain = _run(Cipher(TripleDES(first), modes.CBC(bytes(8))).encryptor(), padded)[-8:]
    back = _run(Cipher(TripleDES(second), modes.ECB()).decryptor(), chain)  # noqa: S305 one block
    return _run(Cipher(TripleDES(first), modes.ECB()).encryptor(), back)  # noqa: S305 one block


@dataclass(frozen=True, slots=True, repr=False)
class TripleDesSuite:
    """3DES for encryption, retail MAC: what BAC agrees on."""

    encryption_key: bytes
    mac_key: bytes

    @property
    def block(self) -> int:
        return 8

    def encrypt(self, counter: int, padded: bytes) -> bytes:
        del counter  # the 3DES suite starts every message from a zero IV
        return des3_cbc_encrypt(self.encryption_key, padded)

    def decrypt(self, counter: int, cryptogram: bytes) -> bytes:
        del counter
        return des3_cbc_decrypt(self.encryption_key, cryptogram)

    def mac(self, counter: int, padded: bytes) -> bytes:
        return retail_mac(self.mac_key, counter.to_bytes(8, "big") + padded)


@dataclass(frozen=True, slots=True, repr=False)
class AesSuite:
    """AES-128, -192 or -256 with CMAC: what PACE agrees on (ICAO Doc 9303-11 section 9.8.6.1)."""

    encryption_key: bytes
    mac_key: bytes

    @property
    def block(self) -> int:
        return 16

    def encrypt(self, counter: int, padded: bytes) -> bytes:
        return _run(Cipher(AES(self.encryption_key), modes.CBC(self._vector(counter))).encryptor(), padded)

    def decrypt(self, counter: int, cryptogram: bytes) -> bytes:
        vector = self._vector(counter)
        return _run(Cipher(AES(self.encryption_key), modes.CBC(vector)).decryptor(), cryptogram)

    def mac(self, counter: int, padded: bytes) -> bytes:
        code = CMAC(AES(self.mac_key))
        code.update(counter.to_bytes(16, "big") + padded)
        return code.finalize()[:MAC_BYTES]

    def _vector(self, counter: int) -> bytes:
        block = counter.to_bytes(16, "big")
        return _run(Cipher(AES(self.encryption_key), modes.ECB()).encryptor(), block)  # noqa: S305 one block


class CipherKind(Enum):
    """What PACE and chip authentication can agree on; the value is the last arc of their names."""

    TRIPLE_DES = 1
    AES_128 = 2
    AES_192 = 3
    AES_256 = 4

    @property
    def title(self) -> str:
        return self.name.replace("_", "-").replace("TRIPLE-DES", "3DES")

    def derive_key(self, secret: bytes, counter: int) -> bytes:
        """Return the key for a purpose (ICAO Doc 9303-11 section 9.7.1): SHA-1 or SHA-256."""
        if self is CipherKind.TRIPLE_DES:
            return derive_des_key(secret, counter)
        text = secret + counter.to_bytes(4, "big")
        if self is CipherKind.AES_128:
            return hashlib.sha1(text, usedforsecurity=False).digest()[:16]
        return hashlib.sha256(text).digest()[: 24 if self is CipherKind.AES_192 else 32]

    def suite(self, secret: bytes) -> CipherSuite:
        """Return the session's suite that a shared secret gives."""
        keys = self.derive_key(secret, ENCRYPTION), self.derive_key(secret, AUTHENTICATION)
        return TripleDesSuite(*keys) if self is CipherKind.TRIPLE_DES else AesSuite(*keys)

    def encrypt_nonce(self, key: bytes, nonce: bytes) -> bytes:
        """Return whole blocks in CBC mode with a zero vector (ICAO Doc 9303-11 section 4.4.3.3)."""
        if self is CipherKind.TRIPLE_DES:
            return des3_cbc_encrypt(key, nonce)
        return _run(Cipher(AES(key), modes.CBC(bytes(16))).encryptor(), nonce)

    def decrypt_nonce(self, key: bytes, cryptogram: bytes) -> bytes:
        """Undo `encrypt_nonce`; the caller has checked that the blocks are whole."""
        if self is CipherKind.TRIPLE_DES:
            return des3_cbc_decrypt(key, cryptogram)
        return _run(Cipher(AES(key), modes.CBC(bytes(16))).decryptor(), cryptogram)

    def token(self, key: bytes, message: bytes) -> bytes:
        """Return the authentication token over a public key's object (ICAO Doc 9303-11 section 4.4.3.4)."""
        if self is CipherKind.TRIPLE_DES:
            return retail_mac(key, pad(message, 8))
        code = CMAC(AES(key))
        code.update(message)
        return code.finalize()[:MAC_BYTES]


def _run(context: CipherContext, message: bytes) -> bytes:
    return context.update(message) + context.finalize()
