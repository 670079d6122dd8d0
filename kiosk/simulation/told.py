"""What slips and screens tell the applicant, compared with the visit, the film and the bank."""

from collections.abc import Iterator, Sequence

from kiosk.domain.money_back import MoneyBack, ReturnState
from kiosk.domain.slip import Slip
from kiosk.simulation.book import Book
from kiosk.simulation.hardware.art import SimulatedArt
from kiosk.simulation.matters import refunded
from kiosk.simulation.outside.bank import Bank
from kiosk.visit.model import CaseKind, PrintState, Visit


def wrong_on_slip(slip: Slip, book: Book, art: SimulatedArt, bank: Bank) -> Iterator[str]:
    """Yield what a slip that comes out says, and is not so.

    Where nobody could look at the film, the printer's word is what the slip has, beside the case's number.
    """
    visit = book.visit
    if slip.case_number not in (book.slip_number, visit.case_number):
        yield f"it has the case number {slip.case_number}, the visit {visit.case_number}"
    face = art.faces.get(book.card.film) if book.card is not None and book.shows else None
    stand = set(face.endorsements) if face is not None else set()
    unseen = CaseKind.PRINT_UNVERIFIED in visit.cases and visit.print_state is PrintState.PRINTED
    if not set(slip.endorsements) <= stand and not unseen:
        yield f"{len(slip.endorsements)} endorsements are on it, {len(stand)} on the film"
    if visit.print_state is PrintState.VERIFIED and slip.endorsements != visit.endorsements:
        yield f"{len(slip.endorsements)} endorsements are on it, {len(visit.endorsements)} were printed"
    if slip.payment is not None and slip.payment.order_number not in bank.charges:
        yield f"{slip.payment.order_number} was never paid"
    yield from not_back(visit, slip.money_back, bank)


def not_back(visit: Visit, told: Sequence[MoneyBack], bank: Bank) -> Iterator[str]:
    """Yield what is told to be given back, and is not, in all of what was paid or not at all."""
    for one in told:
        made = any(refunded(bank, order.number, one.number) for order in visit.orders)
        undone = bank.accounts.get(one.number)
        if one.state is ReturnState.DONE and not made and (undone is None or undone.kept > 0):
            yield f"{one.number} is told to be back"
