"""What the applicant should do now to pay: from the visit, and from what terminal or reader ask for."""

from collections.abc import Mapping

from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.visit.model import Step, Visit

_FIRST: Mapping[Channel, PaymentPrompt] = {
    Channel.CARD: PaymentPrompt.TERMINAL_WORKS,
    Channel.YCT: PaymentPrompt.HOLD_PURSE,
}
# While an order is made final, only these still ask something of the payer.
_WHILE_CLOSING = frozenset(
    {
        PaymentPrompt.SAME_PURSE,
        PaymentPrompt.OTHER_PURSE,
        PaymentPrompt.PURSE_WORKS,
        PaymentPrompt.ASK_STAFF,
        PaymentPrompt.TERMINAL_WORKS,
    }
)


def payment_prompt(visit: Visit, asked: PaymentPrompt | None) -> PaymentPrompt | None:
    """Return the prompt of a payment step, None elsewhere; `asked` is what a device asks for."""
    match visit.step:
        case Step.OPENING_PAYMENT:
            return PaymentPrompt.RENEWING if visit.renewals else None
        case Step.PAYING:
            return _paying(visit, asked)
        case Step.CLOSING_PAYMENT if visit.renewing:
            return PaymentPrompt.RENEWING
        case Step.CLOSING_PAYMENT:
            return asked if asked in _WHILE_CLOSING else PaymentPrompt.CLOSING
    return None


def _paying(visit: Visit, asked: PaymentPrompt | None) -> PaymentPrompt:
    order = visit.order
    if order is None:
        raise AssertionError("there is an order in every payment step")
    if order.payer_code:
        return PaymentPrompt.CONFIRM_ON_PHONE if visit.charging else PaymentPrompt.SHOW_CODE
    return asked or _FIRST.get(order.channel, PaymentPrompt.SCAN_CODE)
