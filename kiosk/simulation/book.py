"""What the world knows of one visit, and what staff have said and settled about it by hand."""

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.simulation.hardware.scene import Card
from kiosk.visit import events as e
from kiosk.visit.case_events import (
    CaseClosed,
    CaseFilmDecided,
    CaseFilmInspected,
    CaseFilmSeen,
    CloseReason,
)
from kiosk.visit.fold import Folded
from kiosk.visit.model import CaseKind, Visit

MONEY_CASES = frozenset({CaseKind.PAYMENT_UNDECIDED, CaseKind.PRINT_UNVERIFIED, CaseKind.REFUND_OPEN})


@dataclass(slots=True, eq=False)
class Book:
    """What the world knows of one visit.

    Attributes:
        card: the card that was in the machine when the visit began.
        folded: the visit as of its last record.
        ordered: the picture that is to stand on the film, once a print was asked for.
        delivered: the film shows it, or did before it was written again.
        looked_at: somebody saw that, or said so, since the film was written last.
        guarded_s: for how long the machine should not have served when it began.
        records, deeds: how many it has, and how many of them are staff's work on its case.
        last_at: the wall clock at its last record.
        word: what staff said of the film since it was written last, where that was not so.
        settled: orders whose money staff settled by hand; what became of it no book here tells.
        paid_out: those of them that staff settled outside of this machine.
        printer_said: the last print of the visit itself is one that its printer calls made.
        cancelled: the applicant has given up.
        told_by_hand: staff told the authority themselves.
        slip_number: the case's number as of the moment at which its last slip was ordered.
        number_due, number_missed, number_given: a case about money came up while the applicant was there;
            a screen was seen then that did not give its number; a screen or a slip did.
    """

    card: Card | None
    folded: Folded
    ordered: bytes | None = None
    delivered: bool = False
    looked_at: bool = False
    guarded_s: float = 0.0
    records: int = 0
    deeds: int = 0
    last_at: datetime | None = None
    forgotten: bool = False
    word: bool | None = None
    settled: set[str] = field(default_factory=set)
    paid_out: set[str] = field(default_factory=set)
    printer_said: bool = False
    cancelled: bool = False
    told_by_hand: bool = False
    slip_number: str | None = None
    number_due: bool = False
    number_missed: bool = False
    number_given: bool = False

    @property
    def visit(self) -> Visit:
        return self.folded.visit

    @property
    def shows(self) -> bool:
        """Return whether the card's film shows now what was ordered."""
        return self.card is not None and self.ordered is not None and self.card.film == self.ordered

    @property
    def stands(self) -> bool:
        """Return whether the print counts as made: by staff's word where they gave one, else by the film."""
        return self.delivered if self.word is None else self.word

    def written(self, film: bytes) -> None:
        """The film is written anew: what anybody saw or said of it before is of another one."""
        self.delivered = self.ordered is not None and film == self.ordered
        self.looked_at, self.word = False, None

    def follow(self, before: Visit, event: e.Event) -> None:
        """Take in what a record says of the film, or settles by hand; `before` is the visit until then."""
        match event:
            case e.Cancelled():
                self.cancelled = True
            case e.CardPrinted() | e.PrintUndecided() | e.CardNotPrinted():
                self.printer_said = isinstance(event, e.CardPrinted)
            case e.CardInspected(matches) | CaseFilmInspected(matches):
                self.looked_at, self.word = matches, None
            case CaseFilmSeen(matches):
                self.looked_at = self.looked_at or matches
                self.word = matches if matches is not self.shows else None
            case CaseFilmDecided(printed):
                self.looked_at = self.looked_at or printed
                self.word = printed if printed is not self.delivered else None
            case CaseClosed(CloseReason.SETTLED_OUTSIDE):
                self.paid_out |= {order.number for order in before.orders}
                self.settled |= self.paid_out
            case CaseClosed(CloseReason.NOTHING_OWED):
                self.settled |= {order.number for order in before.orders if not final(before, order.number)}
            case CaseClosed(CloseReason.AUTHORITY_TOLD):
                self.told_by_hand = True


def booked(visit: Visit, order_number: str) -> bool:
    return any(paid.order_number == order_number for paid in visit.payments)


def final(visit: Visit, order_number: str) -> bool:
    """Return whether a visit knows what became of an order."""
    return booked(visit, order_number) or order_number in visit.closed_orders
