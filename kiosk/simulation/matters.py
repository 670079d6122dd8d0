"""Open matters: which of them the world gives a reason for, and which money they explain.

A case is no excuse by itself: a program that opened one instead of doing its work would lose nothing, and do
nothing either. At the end of a world everything works again and the restart has asked; what is still open
then is open because the machine cannot do it.
"""

from collections.abc import Callable, Iterator, Mapping, Set

from kiosk.domain.payment import Channel, Order
from kiosk.simulation.book import Book, booked, final
from kiosk.simulation.outside.authority import Registry
from kiosk.simulation.outside.bank import Bank, OrderState
from kiosk.visit.model import CardFate, CaseKind, PrintState, Visit, refund_number

_UNKNOWN = frozenset({PrintState.STARTED, PrintState.UNKNOWN, PrintState.PRINTED})


def excused(book: Book, number: str, reported: Set[str]) -> bool:
    """Return whether an open matter, or a deed of staff, says of an order that its money is not settled.

    Args:
        reported: orders of which a reconciliation has told staff.
    """
    visit, cases = book.visit, book.visit.cases
    if number in book.settled or number in reported:
        return True
    if CaseKind.PAYMENT_UNDECIDED in cases and not final(visit, number):
        return True
    if CaseKind.PRINT_UNVERIFIED in cases and number == visit.paid_order:
        return True
    return CaseKind.REFUND_OPEN in cases and any(
        paid.order_number == number and _ordered(visit, refund_number(paid)) for paid in visit.unreturned
    )


def unearned(book: Book, bank: Bank, registry: Registry) -> Iterator[str]:
    """Yield the open matters of a visit for which the world gives no reason, once everything works.

    What the authority was told on the printer's word it lets nobody take back but staff.
    """
    reasons: Mapping[CaseKind, Callable[[Book, Bank], bool]] = {
        CaseKind.PAYMENT_UNDECIDED: _undecided,
        CaseKind.REFUND_OPEN: _refund_open,
        CaseKind.PRINT_UNVERIFIED: _print_unverified,
        CaseKind.REPORT_OPEN: lambda book, _: book.printer_said or not book.visit.film_known,
        CaseKind.WITHDRAWAL_OPEN: lambda book, _: registry.leaves_open(book.visit.visit_id),
        CaseKind.CARD_RETAINED: lambda *_: True,
        CaseKind.CARD_LOST_SIGHT: lambda *_: True,
    }
    return (f"{kind} is open" for kind in book.visit.cases if not reasons[kind](book, bank))


def missing(book: Book) -> Iterator[str]:
    """Yield the matters that have to be there, open or closed by hand, when a visit is over."""
    visit = book.visit
    matters = {*visit.cases, *visit.closed_cases}
    if visit.card is CardFate.RETAINED and not matters & {CaseKind.CARD_RETAINED, CaseKind.CARD_LOST_SIGHT}:
        yield "a card was kept"
    if visit.printed and not book.looked_at and CaseKind.PRINT_UNVERIFIED not in matters:
        yield "a print counts that nobody has seen"


def refunded(bank: Bank, order_number: str, number: str) -> bool:
    """Return whether the bank has given an order's money back under a refund's number, for good."""
    account = bank.accounts.get(order_number)
    return account is not None and number in account.refunds and number not in account.processing


def _ordered(visit: Visit, number: str) -> bool:
    return any(refund.number == number for refund in visit.refunds)


def _undecided(book: Book, bank: Bank) -> bool:
    """Nobody can tell how some order ends: a purse never came back, or the order can still be paid."""
    return any(_untold(bank, order) for order in book.visit.orders if not final(book.visit, order.number))


def _untold(bank: Bank, order: Order) -> bool:
    account = bank.accounts.get(order.number)
    if not order.channel.takes_back:
        return True
    return account is not None and account.state is OrderState.OPEN


def _refund_open(book: Book, bank: Bank) -> bool:
    """Some refund was refused, goes on for ever, or its way to pay takes none."""
    visit = book.visit
    ordered = [paid for paid in visit.unreturned if _ordered(visit, refund_number(paid))]
    return any(
        not paid.channel.takes_back or _not_given_back(bank, paid.order_number, refund_number(paid))
        for paid in ordered
    )


def _not_given_back(bank: Bank, order_number: str, number: str) -> bool:
    account = bank.accounts.get(order_number)
    if account is None or number in account.processing or number in account.ended:
        return True
    for_good = account.order.channel is Channel.CARD  # the terminal gives its first answer for ever
    return for_good and number in account.asked and number not in account.refunds


def _print_unverified(book: Book, _: Bank) -> bool:
    """The film was not seen, or staff have seen what it lacks and not yet ordered what follows."""
    visit = book.visit
    if visit.print_state in _UNKNOWN or visit.total == 0:
        return visit.print_state is not PrintState.VERIFIED
    paid = visit.payment
    return paid is not None and paid in visit.unreturned and booked(visit, paid.order_number)
