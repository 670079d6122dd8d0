"""What cards, reader and records say, as answers of a payment channel."""

from collections.abc import Mapping

from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel, Order, Payment
from kiosk.domain.purse import PurseCard, PurseKind, PurseRefused, PurseSilent, PurseWhy
from kiosk.payments.contract import (
    Closed,
    Declined,
    OpenAnswer,
    Opened,
    Pending,
    QueryAnswer,
    Settled,
    Undecided,
)
from kiosk.payments.yct.records import PurseRecord

# What ends the order: another card, or the same one again, is a new order.
_FINAL = {
    PurseWhy.NOT_ENOUGH,
    PurseWhy.EXPIRED,
    PurseWhy.BLACKLISTED,
    PurseWhy.MODULE,
    PurseWhy.MAC,
    PurseWhy.OTHER,
}


# What the applicant is told of those that lie with the card; the rest lies with the reader.
_CODES: Mapping[PurseWhy, FailureCode] = {
    PurseWhy.NOT_ENOUGH: FailureCode.PURSE_NOT_ENOUGH,
    PurseWhy.EXPIRED: FailureCode.PURSE_NOT_ACCEPTED,
    PurseWhy.BLACKLISTED: FailureCode.PURSE_NOT_ACCEPTED,
}


def obstacle(card: PurseCard, order: Order) -> Declined | None:
    """Return why this card cannot pay the order, None where it can."""
    if card.kind is PurseKind.M1:
        return not_accepted("a card without processor cannot prove its payment")
    if card.available < order.amount:
        return Declined("not enough in the purse", FailureCode.PURSE_NOT_ENOUGH)
    return None


def not_accepted(reason: str) -> Declined:
    return Declined(reason, FailureCode.PURSE_NOT_ACCEPTED)


def unprepared(answer: PurseRefused | PurseSilent) -> QueryAnswer | None:
    """Return what a failed preparation means for the order: no money has moved in any case."""
    if isinstance(answer, PurseRefused) and answer.why in _FINAL:
        return Declined(words(answer), _CODES.get(answer.why, FailureCode.PURSE_READER_UNAVAILABLE))
    if isinstance(answer, PurseRefused) and answer.why is PurseWhy.PREVIOUS_FAILED:
        return not_accepted("the reader holds a debit of this card that nobody recorded")
    return None


def settled(order: Order, record: PurseRecord) -> Settled | Undecided:
    if record.amount != order.amount:
        return Undecided("debited with another amount", incident=True)
    return Settled(Payment(order.number, Channel.YCT, record.amount, record.reference, record.at))


def opened(answer: QueryAnswer) -> OpenAnswer:
    match answer:
        case Pending():
            return Opened("")
        case Closed():
            return Declined("closed")
        case _:
            return answer


def words(answer: PurseRefused | PurseSilent) -> str:
    match answer:
        case PurseRefused(why, status):
            return f"{why} ({status:02X})"
        case PurseSilent(reason):
            return reason
