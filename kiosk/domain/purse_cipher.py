"""The cryptography of the PBOC electronic purse (JR/T 0025; GB/T 31778), purchase only.

Bytes in, bytes out. Amounts are big-endian fen, dates and times packed decimals, a type is ``06``.
"""

from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

PURCHASE = 0x06
_BLOCK = 8


@dataclass(frozen=True, slots=True)
class PurchaseTerms:
    """What MAC1 and the TAC are made over.

    Attributes:
        amount: fen, below 2**32.
        terminal: 6 bytes.
        date: 4 bytes, packed decimal yyyyMMdd, Beijing.
        time: 3 bytes, packed decimal HHmmss, Beijing.
    """

    amount: int
    terminal: bytes
    date: bytes
    time: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.amount < 1 << 32 or (len(self.terminal), len(self.date), len(self.time)) != (
            6,
            4,
            3,
        ):
            raise ValueError("terms of a purchase have fixed sizes")


def encrypt(key: bytes, blocks: bytes) -> bytes:
    """Encrypt whole blocks, ECB: single DES under 8 bytes of key, two-key 3DES under 16."""
    if len(key) not in {8, 16} or len(blocks) % _BLOCK:
        raise ValueError("a key of 8 or 16 bytes, whole blocks of 8")
    # TripleDES takes 24 bytes: K‖K‖K is single DES, L‖R‖L is two-key 3DES.
    whole = key * 3 if len(key) == 8 else key + key[:8]
    cipher = Cipher(TripleDES(whole), modes.ECB()).encryptor()  # noqa: S305 - the standard's own mode
    return cipher.update(blocks) + cipher.finalize()


def mac(key: bytes, message: bytes) -> bytes:
    """Return the 4-byte MAC: CBC with a zero start under single DES, padding 80 00…"""
    padded = message + b"\x80"
    padded += bytes(-len(padded) % _BLOCK)
    chain = bytes(_BLOCK)
    for start in range(0, len(padded), _BLOCK):
        chain = encrypt(key, _xor(chain, padded[start : start + _BLOCK]))
    return chain[:4]


def diversify(master: bytes, serial: bytes) -> bytes:
    """Return the 16-byte key of one card: the serial and its complement, each under the master key."""
    if len(master) != 16 or len(serial) != _BLOCK:
        raise ValueError("a master key of 16 bytes, a serial of 8")
    return encrypt(master, serial) + encrypt(master, bytes(byte ^ 0xFF for byte in serial))


def session_key(card_key: bytes, random: bytes, count: int, terminal_serial: int) -> bytes:
    """Return SESPK, 8 bytes: random ‖ offline count ‖ low two bytes of the terminal's serial."""
    if len(random) != 4:
        raise ValueError("a random number of 4 bytes")
    return encrypt(card_key, random + count.to_bytes(2) + (terminal_serial & 0xFFFF).to_bytes(2))


def mac1(session: bytes, terms: PurchaseTerms) -> bytes:
    """Return the terminal's proof towards the card."""
    head = terms.amount.to_bytes(4) + bytes((PURCHASE,))
    return mac(session, head + terms.terminal + terms.date + terms.time)


def mac2(session: bytes, amount: int) -> bytes:
    """Return the card's proof towards the terminal that it has debited."""
    return mac(session, amount.to_bytes(4))


def tac(card_tac_key: bytes, terms: PurchaseTerms, terminal_serial: int) -> bytes:
    """Return the card's proof towards the operator, under DTK left XOR right."""
    if len(card_tac_key) != 16:
        raise ValueError("a key of 16 bytes")
    head = terms.amount.to_bytes(4) + bytes((PURCHASE,)) + terms.terminal
    return mac(
        _xor(card_tac_key[:8], card_tac_key[8:]), head + terminal_serial.to_bytes(4) + terms.date + terms.time
    )


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
