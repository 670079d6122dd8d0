"""What the simulated terminal remembers: its transactions and where the one under way stands.

Card numbers and PINs stay in the program: the book keeps a card's brand and last four digits.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

KEPT = 400
"""Transactions the terminal remembers."""


class Stage(StrEnum):
    """Where a transaction stands."""

    CARD = "card"
    PIN = "pin"
    HOST = "host"
    DONE = "done"


class EntryMode(StrEnum):
    """How the card came (nexo EntryMode)."""

    CHIP = "ICC"
    TAPPED = "Tapped"


class Transaction(BaseModel):
    """One payment or reversal.

    Attributes:
        condition: nexo ErrorCondition of one that is done without success, "" for success.
        until: when the present stage ends by itself.
        amount: fen.
        group: TotalsGroupID, by which the terminal keeps its sums apart; "" where the sale named none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str = Field(pattern="^(Payment|Reversal)$")
    sale_id: str = Field(max_length=64)
    service_id: str = Field(min_length=1, max_length=10)
    number: str = Field(max_length=64)
    group: str = Field(default="", max_length=16)
    amount: int = Field(gt=0, lt=10**10)
    began: AwareDatetime
    until: AwareDatetime
    stage: Stage = Stage.CARD
    condition: str = Field(default="", max_length=32)
    card: str | None = Field(default=None, max_length=32)
    entry: EntryMode | None = None
    wrong_pins: int = Field(default=0, ge=0, le=3)
    poi_id: str = Field(default="", max_length=64)
    reverses: str = Field(default="", max_length=64)

    @property
    def approved(self) -> bool:
        return self.stage is Stage.DONE and not self.condition


class TerminalBook(BaseModel):
    """The content of ``terminal.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    readable: bool = True
    logged_in: bool = False
    last_number: int = Field(default=0, ge=0)
    transactions: tuple[Transaction, ...] = Field(default=(), max_length=KEPT)

    def under_way(self) -> Transaction | None:
        """Return the payment that is not done yet."""
        return next((entry for entry in self.transactions if entry.stage is not Stage.DONE), None)

    def find(self, sale_id: str, service_id: str, category: str | None = None) -> Transaction | None:
        """Return the newest transaction with this ServiceID."""
        return next(
            (
                entry
                for entry in reversed(self.transactions)
                if (entry.sale_id, entry.service_id) == (sale_id, service_id)
                and category in {None, entry.category}
            ),
            None,
        )

    def with_entry(self, entry: Transaction) -> "TerminalBook":
        """Return the book with `entry` added, or in the place of its earlier self."""
        key = (entry.sale_id, entry.service_id, entry.category)
        others = tuple(
            kept for kept in self.transactions if (kept.sale_id, kept.service_id, kept.category) != key
        )
        return self.model_copy(update={"transactions": (*others, entry)[-KEPT:]})

    def numbered(self, now: datetime) -> tuple["TerminalBook", str]:
        """Return the book and the next transaction number of the terminal."""
        number = self.last_number + 1
        return self.model_copy(update={"last_number": number}), f"{now:%y%m%d}{number:06d}"


@dataclass(frozen=True, slots=True)
class VirtualCard:
    """A card that a tester holds; numbers and PINs are of nobody.

    Attributes:
        answer: nexo ErrorCondition by which its issuer answers, "" where it approves.
        tap_limit: fen up to which a tap needs no PIN.
    """

    brand: str
    pan: str
    pin: str
    answer: str = ""
    tap_limit: int = 100_000

    @property
    def masked(self) -> str:
        return f"{self.pan[:6]} **** {self.pan[-4:]}"


CARDS: dict[str, VirtualCard] = {
    "debit": VirtualCard("UNIONPAY", "6216261000000000018", "111101"),
    "credit": VirtualCard("UNIONPAY", "6221558812340000", "123456", tap_limit=0),
    "empty": VirtualCard("UNIONPAY", "6228480402564890018", "222222", answer="Refusal"),
    "foreign": VirtualCard("OTHER", "4111111111111111", "0000", answer="InvalidCard"),
}
"""The cards by the name under which a tester inserts or taps them."""
