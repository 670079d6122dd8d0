"""What passes between a purse reader and a payment channel, as values (docs/card-and-purse.md).

Card numbers of a purse lead to a person: they are kept out of every text representation.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain.money import Fen


class PurseKind(StrEnum):
    """What the card is; only a CPU card makes a TAC that can be verified."""

    M1 = "m1"
    CPU = "cpu"


@dataclass(frozen=True, slots=True)
class PurseCard:
    """The card in the reader's field.

    Attributes:
        physical: number of the chip, 8 bytes.
        logical: number of the purse, 8 bytes; its keys derive from it.
        floor: what must stay in the purse.
    """

    kind: PurseKind
    physical: bytes = field(repr=False)
    logical: bytes = field(repr=False)
    balance: Fen
    floor: Fen

    @property
    def available(self) -> Fen:
        """Return what the purse can pay now."""
        return Fen(max(self.balance - self.floor, 0))


@dataclass(frozen=True, slots=True)
class PurseDebit:
    """A debit to prepare; `at` is aware UTC and goes into the card's own record."""

    amount: Fen
    at: datetime


@dataclass(frozen=True, slots=True)
class PreparedDebit:
    """A debit that the reader has prepared; no money has moved.

    Attributes:
        terminal: number of the reader's security module, 6 bytes.
        serial: its transaction number.
        count: the purse's offline transaction number.
        at: aware UTC, to the second.
    """

    terminal: bytes
    serial: int
    at: datetime
    logical: bytes = field(repr=False)
    physical: bytes = field(repr=False)
    amount: Fen
    balance_after: Fen = field(repr=False)
    count: int


@dataclass(frozen=True, slots=True)
class Debited:
    """The purse has paid; `tac` (4 bytes) proves it to the operator."""

    tac: bytes


class PurseWhy(StrEnum):
    """What the reader says instead of doing it."""

    NO_CARD = "no_card"
    OTHER_CARD = "other_card"
    NOT_ENOUGH = "not_enough"
    EXPIRED = "expired"
    BLACKLISTED = "blacklisted"
    WRITE_ERROR = "write_error"
    INTERRUPTED = "interrupted"
    PREVIOUS_FAILED = "previous_failed"
    MODULE = "module"
    MAC = "mac"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PurseRefused:
    """The reader answered with a status other than ok; `status` is that byte."""

    why: PurseWhy
    status: int


@dataclass(frozen=True, slots=True)
class PurseSilent:
    """No answer that can be believed. `unsent` is true where the line was never open."""

    reason: str
    unsent: bool = False
