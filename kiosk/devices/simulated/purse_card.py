"""The virtual purse card: an electronic purse at APDU level with the real cryptography inside.

PBOC purse (JR/T 0025) in the form of T-Union cards (JT/T 978): select, public file, balance, records,
initialise, debit, prove. A pure function over the card's state: the reader keeps what comes out.
"""

import secrets
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from kiosk.domain import purse_cipher
from kiosk.domain.purse_cipher import PurchaseTerms

PURSE_APPLICATION = bytes.fromhex("A000000632010105")
RECORDS_KEPT = 10
_HEX8, _HEX4 = "^[0-9a-f]{16}$", "^[0-9a-f]{8}$"

OK = b"\x90\x00"
NOT_ENOUGH = b"\x94\x01"
NO_PROOF = b"\x94\x06"
WRONG_MAC = b"\x93\x02"
NOT_INITIALISED = b"\x69\x01"
NOT_SELECTED = b"\x69\x85"
WRONG_LENGTH = b"\x67\x00"
WRONG_PARAMETERS = b"\x6a\x86"
NO_FILE = b"\x6a\x82"
NO_RECORD = b"\x6a\x83"
NO_COMMAND = b"\x6d\x00"


@dataclass(frozen=True, slots=True)
class PurseKeys:
    """The operator's master keys, 16 bytes each: for purchases (MPK) and for the TAC (MTK)."""

    purchase: bytes = field(repr=False)
    tac: bytes = field(repr=False)


class Initialised(BaseModel):
    """A purchase the card has initialised; it ends with the card's power."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int = Field(gt=0, lt=2**32)
    terminal: str = Field(pattern="^[0-9a-f]{12}$")
    random: str = Field(pattern=_HEX4)


class Proof(BaseModel):
    """What the card answers when asked whether it has debited."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(ge=0, lt=2**16)
    mac2: str = Field(pattern=_HEX4)
    tac: str = Field(pattern=_HEX4)


class PurseState(BaseModel):
    """One card. Money in fen; `floor_yuan` is what the operator wants left in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    physical: str = Field(pattern=_HEX8)
    logical: str = Field(pattern=_HEX8)
    balance: int = Field(ge=0, lt=2**32)
    floor_yuan: int = Field(default=0, ge=0, le=255)
    is_m1: bool = False
    expired: bool = False
    blacklisted: bool = False
    caught: bool = False
    offline_count: int = Field(default=0, ge=0, lt=2**16)
    load_count: int = Field(default=1, ge=0, lt=2**16)
    records: tuple[str, ...] = Field(default=(), max_length=RECORDS_KEPT)
    proof: Proof | None = None
    selected: bool = False
    initialised: Initialised | None = None

    def powered_off(self) -> "PurseState":
        """Return the card as it is after leaving the field."""
        return self.model_copy(update={"selected": False, "initialised": None})


def transmit(card: PurseState, keys: PurseKeys, apdu: bytes) -> tuple[PurseState, bytes]:
    """Give the card a command APDU; return the card afterwards and its answer with SW1 SW2."""
    if len(apdu) < 5:
        return card, WRONG_LENGTH
    head, data = apdu[:4], apdu[5 : 5 + apdu[4]]
    if head == b"\x00\xa4\x04\x00":
        return _select(card, data)
    if not card.selected:
        return card, NOT_SELECTED
    match head[0], head[1]:
        case 0x00, 0xB0:
            return card, _public_file(card, head)
        case 0x00, 0xB2:
            return card, _record(card, head)
        case 0x80, 0x5C:
            answer = card.balance.to_bytes(4) + OK if head[2:] == b"\x00\x02" else WRONG_PARAMETERS
            return card, answer
        case 0x80, 0x50:
            return _initialise(card, head, data)
        case 0x80, 0x54:
            return _debit(card, keys, head, data)
        case 0x80, 0x5A:
            return card, _prove(card, head, data)
    return card, NO_COMMAND


def _select(card: PurseState, data: bytes) -> tuple[PurseState, bytes]:
    if data != PURSE_APPLICATION:
        return card.powered_off(), NO_FILE
    return card.model_copy(update={"selected": True, "initialised": None}), OK


def _public_file(card: PurseState, head: bytes) -> bytes:
    """The 30-byte public file, SFI 15h; the application's serial number at offset 10."""
    if head[2:] != b"\x95\x00":
        return NO_FILE
    return bytes(10) + bytes.fromhex(card.logical) + bytes(12) + OK


def _record(card: PurseState, head: bytes) -> bytes:
    """One 23-byte record of SFI 18h, the newest is number 1."""
    if head[3] != 0xC4 or not 1 <= head[2] <= RECORDS_KEPT:
        return NO_FILE if head[3] != 0xC4 else NO_RECORD
    return bytes.fromhex(card.records[head[2] - 1]) + OK if head[2] <= len(card.records) else NO_RECORD


def _initialise(card: PurseState, head: bytes, data: bytes) -> tuple[PurseState, bytes]:
    if head[2:] != b"\x01\x02" or len(data) != 11:
        return card, WRONG_PARAMETERS if len(data) == 11 else WRONG_LENGTH
    amount, terminal = int.from_bytes(data[1:5]), data[5:11]
    if not 0 < amount <= card.balance:
        return card.model_copy(update={"initialised": None}), NOT_ENOUGH
    random = secrets.token_bytes(4)
    begun = Initialised(amount=amount, terminal=terminal.hex(), random=random.hex())
    overdraft, version, algorithm = bytes(3), b"\x01", b"\x00"
    answer = (
        card.balance.to_bytes(4) + card.offline_count.to_bytes(2) + overdraft + version + algorithm + random
    )
    return card.model_copy(update={"initialised": begun}), answer + OK


def _debit(card: PurseState, keys: PurseKeys, head: bytes, data: bytes) -> tuple[PurseState, bytes]:
    begun = card.initialised
    if begun is None:
        return card, NOT_INITIALISED
    if head[2:] != b"\x01\x00" or len(data) != 15:
        return card, WRONG_PARAMETERS if len(data) == 15 else WRONG_LENGTH
    serial, count = int.from_bytes(data[0:4]), card.offline_count
    terms = PurchaseTerms(begun.amount, bytes.fromhex(begun.terminal), date=data[4:8], time=data[8:11])
    logical = bytes.fromhex(card.logical)
    card_key = purse_cipher.diversify(keys.purchase, logical)
    session = purse_cipher.session_key(card_key, bytes.fromhex(begun.random), count, serial)
    if purse_cipher.mac1(session, terms) != data[11:15]:
        return card.model_copy(update={"initialised": None}), WRONG_MAC
    tac = purse_cipher.tac(purse_cipher.diversify(keys.tac, logical), terms, serial)
    mac2 = purse_cipher.mac2(session, begun.amount)
    line = (
        count.to_bytes(2)
        + bytes(3)
        + begun.amount.to_bytes(4)
        + b"\x06"
        + terms.terminal
        + terms.date
        + terms.time
    )
    paid = {
        "balance": card.balance - begun.amount,
        "offline_count": (count + 1) % 2**16,
        "records": (line.hex(), *card.records)[:RECORDS_KEPT],
        "proof": Proof(count=count, mac2=mac2.hex(), tac=tac.hex()),
        "initialised": None,
    }
    return card.model_copy(update=paid), tac + mac2 + OK


def _prove(card: PurseState, head: bytes, data: bytes) -> bytes:
    """Tell whether the purchase with this offline count was debited: MAC2 and TAC, or 9406."""
    if head[2:] != b"\x00\x06" or len(data) != 2:
        return WRONG_PARAMETERS if len(data) == 2 else WRONG_LENGTH
    proof = card.proof
    if proof is None or proof.count != int.from_bytes(data):
        return NO_PROOF
    return bytes.fromhex(proof.mac2) + bytes.fromhex(proof.tac) + OK
