"""Requests and answers as a network sees them, and the ways an answer can be bent on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.domain.payment import Channel
from kiosk.payments.sandbox.ledger import StoredOrder


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived: `target` is path and query exactly as sent, header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; Date is added by the shell."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Operation(StrEnum):
    """What a request is for, by which faults are aimed."""

    CREATE = "create"
    QUERY = "query"
    CLOSE = "close"
    REFUND = "refund"
    REFUND_QUERY = "refund_query"
    BILL = "bill"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bend:
    """How this one answer departs from the truth; all False in ordinary life.

    `pay_first`: the payer pays in the instant before the request is looked at.
    """

    wrong_signature: bool = False
    wrong_amount: bool = False
    pay_first: bool = False

    def amount(self, fen: int) -> int:
        """Return the amount to tell."""
        return fen + 1 if self.wrong_amount else fen


STRAIGHT = Bend()


class Network(Protocol):
    """One simulated network. Calls change the ledger and nothing else."""

    channel: Channel

    def operation(self, request: Request) -> Operation:
        """Return what a request is for, without believing anything in it."""

    def answer(self, request: Request, now: datetime, bend: Bend = STRAIGHT) -> Answer: ...

    def notice(self, order: StoredOrder, event: str, now: datetime) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a notification, signed for `now`; `event` is "payment" or "refund"."""
