"""The applicant pays: scans our code, shows one, or holds a card; the network's answer is the truth."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, Order
from kiosk.visit.decision import Decision, close_payment, stay
from kiosk.visit.effects import ChargePayerCode, ReadPayerCode
from kiosk.visit.events import (
    Cancelled,
    Event,
    PayerCodeNotRead,
    PayerCodeRead,
    PaymentClosed,
    PaymentDeclined,
    PaymentExpired,
    PaymentSettled,
    PaymentUndecided,
    Restarted,
    WentBack,
)
from kiosk.visit.limits import QR_RENEWALS, WRONG_CODES
from kiosk.visit.model import Visit
from kiosk.visit.steps.payment_results import closed, give_up, settled

_EXPIRED = Fault(FailureCode.PAYMENT_EXPIRED)
_OTHER_NETWORK = Fault(FailureCode.PAYER_CODE_OTHER_NETWORK)


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case PaymentSettled(payment):
            return settled(visit, payment, at)
        case PaymentDeclined(number, fault) | PayerCodeNotRead(number, fault):
            return closed(visit, number, fault, at)
        case PaymentClosed(number):
            return closed(visit, number, _EXPIRED, at)
        case PaymentExpired(number, touched) if visit.order and number == visit.order.number:
            return close_payment(visit.put(payment_note=_EXPIRED, renewing=_may_renew(visit, touched)))
        case PaymentUndecided(number, fault) if visit.order and number == visit.order.number:
            return close_payment(visit.put(payment_note=fault))
        case PayerCodeRead(number, network) if visit.order and number == visit.order.number:
            return _code_read(visit, visit.order, network, at)
        case WentBack() if visit.order and (visit.order.channel.closes_early or visit.order.payer_code):
            return give_up(visit, Fault(FailureCode.CANCELLED), at)
        case Cancelled():
            return _stop(visit, Fault(FailureCode.CANCELLED), at)
        case Restarted():
            return _stop(visit, Fault(FailureCode.INTERRUPTED), at)
    return None


def _stop(visit: Visit, why: Fault, at: datetime) -> Decision | None:
    return give_up(visit.put(ending=why), why, at)


def _code_read(visit: Visit, order: Order, network: Channel, at: datetime) -> Decision | None:
    """Charge a code of the chosen network; say so of another one's, and go on waiting for a while."""
    if not order.payer_code or visit.charging:
        return None
    if network is order.channel:
        return stay(visit.put(charging=True, payment_note=None), ChargePayerCode(order))
    wrong = visit.put(payment_note=_OTHER_NETWORK, wrong_codes=visit.wrong_codes + 1)
    if wrong.wrong_codes >= WRONG_CODES:
        return closed(wrong, order.number, _OTHER_NETWORK, at)
    return stay(wrong, ReadPayerCode(order))


def _may_renew(visit: Visit, touched: bool) -> bool:
    """Return whether a new code follows by itself: once, and again while somebody is there."""
    if visit.order is None or not visit.order.shows_code or visit.renewals >= QR_RENEWALS:
        return False
    return touched or visit.renewals == 0
