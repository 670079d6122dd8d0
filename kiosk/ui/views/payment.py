"""How to pay, and the payment that is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel, Order, PaymentPrompt
from kiosk.runtime.snapshot import ChannelHealth, Snapshot
from kiosk.ui.views.wording import Wording
from kiosk.visit.limits import QR_RENEWALS
from kiosk.visit.model import Step, Visit

_WAITS_FOR_PAYER = frozenset(
    {PaymentPrompt.SCAN_CODE, PaymentPrompt.SHOW_CODE, PaymentPrompt.SHOW_CARD, PaymentPrompt.HOLD_PURSE}
)
_NOTHING_TO_PRESS = frozenset(
    {
        PaymentPrompt.CONFIRM_ON_PHONE,
        PaymentPrompt.ENTER_PIN,
        PaymentPrompt.TERMINAL_WORKS,
        PaymentPrompt.PURSE_WORKS,
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay: `name` is the channel's code, `why_not` a code of `FailureCode` where it is not ready.

    `payer_code`: the phone can show its code to the scanner instead.
    """

    name: str
    ready: bool
    payer_code: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """The payment; empty outside a visit.

    Attributes:
        methods: every way that the machine knows, with those that work right now.
        channel: code of the way that was chosen.
        note: why the last attempt brought nothing.
        prompt: code of `PaymentPrompt`: the one thing to do now.
        matrix: modules of the payment code, True for dark.
        shown_s: how long there is to pay in all, seconds.
        renewals: how often the code was replaced by itself.
        renewal: what follows this code: another ``by_itself``, one ``if_touched``, or ``none``.
        asking: the network is being asked because the applicant says "I have paid".
        not_yet: the network was asked, and has not seen the payment.
        other_side: ``show_code`` or ``scan_code`` where the same way to pay also works the other way round.
    """

    methods: tuple[Way, ...] = ()
    channel: str = ""
    amount: str = ""
    note: str = ""
    prompt: str = ""
    matrix: tuple[tuple[bool, ...], ...] = ()
    shown_s: float = 0.0
    renewals: int = 0
    renewal: str = "none"
    asking: bool = False
    not_yet: bool = False
    other_side: str = ""


def payment_view(snapshot: Snapshot, wording: Wording) -> PaymentView:
    visit = snapshot.visit
    if visit is None:
        return PaymentView()
    order = visit.order
    shown_s = order.valid_s if order else 0.0
    showing = visit.step is Step.PAYING and visit.payment_code
    return PaymentView(
        methods=_methods(snapshot, visit),
        channel=order.channel.value if order else "",
        amount=wording.amount(visit.total),
        note=wording.failure(visit.payment_note),
        prompt=snapshot.prompt.value if snapshot.prompt else "",
        matrix=_matrix(visit.payment_code) if showing and visit.payment_code else (),
        shown_s=shown_s,
        renewals=visit.renewals,
        renewal="by_itself"
        if visit.renewals == 0
        else "if_touched"
        if visit.renewals < QR_RENEWALS
        else "none",
        asking=snapshot.asking_payment,
        other_side=_other_side(visit, order) if waits_for_payer(snapshot) else "",
    )


def waits_for_payer(snapshot: Snapshot) -> bool:
    """Return whether the payment is open and nothing has moved: another way may still be chosen."""
    return snapshot.prompt in _WAITS_FOR_PAYER


def nothing_to_press(snapshot: Snapshot) -> bool:
    """Return whether money is on its way this very moment: a button could only do harm."""
    return snapshot.prompt in _NOTHING_TO_PRESS


def _matrix(code: str) -> tuple[tuple[bool, ...], ...]:
    from kiosk.payments.qr import qr_matrix  # noqa: PLC0415 - its library is slow to load, the first frame needs none

    return qr_matrix(code)


def _other_side(visit: Visit, order: Order | None) -> str:
    """Return the other way round of the same way to pay; an order that cannot be closed has none."""
    if order is None or visit.step is not Step.PAYING:
        return ""
    if order.payer_code:
        return "scan_code" if order.channel in visit.channels else ""
    takes_codes = order.channel in visit.payer_code_channels and order.channel.closes_early
    return "show_code" if takes_codes else ""


def _methods(snapshot: Snapshot, visit: Visit) -> tuple[Way, ...]:
    """Return every way the machine has, in the same order on every machine."""
    alive = {health.channel: health for health in snapshot.channels}
    return tuple(
        _way(channel, visit, alive) for channel in Channel if channel in alive or channel in visit.channels
    )


def _way(channel: Channel, visit: Visit, alive: Mapping[Channel, ChannelHealth]) -> Way:
    health = alive.get(channel)
    ready = channel in visit.channels and (health is None or health.available)
    if ready:
        codes = channel in visit.payer_code_channels and (health is None or health.payer_code)
        return Way(channel.value, ready, payer_code=codes)
    why = health.fault.code if health and health.fault else FailureCode.GATEWAY_UNREACHABLE
    return Way(channel.value, ready, why_not=why.value)
