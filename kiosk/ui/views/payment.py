"""How to pay, and the payment that is open."""

from dataclasses import dataclass

from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.machine import Readiness
from kiosk.ui.views.wording import Wording
from kiosk.visit.model import Step, Visit


@dataclass(frozen=True, slots=True)
class PaymentView:
    """The payment; empty outside a visit.

    Attributes:
        methods: every way that the machine knows, with those that work right now.
        channel: code of the way that was chosen.
        note: why the last attempt brought nothing.
        matrix: modules of the payment code, True for dark.
        shown_s: how long the code is shown in all, seconds.
        asking: the network is being asked because the applicant says "I have paid".
    """

    methods: tuple[Readiness, ...] = ()
    channel: str = ""
    amount: str = ""
    note: str = ""
    matrix: tuple[tuple[bool, ...], ...] = ()
    shown_s: float = 0.0
    asking: bool = False


def payment_view(snapshot: Snapshot, wording: Wording) -> PaymentView:
    visit = snapshot.visit
    if visit is None:
        return PaymentView()
    order = visit.order
    shown_s = (order.expires_at - order.opened_at).total_seconds() if order else 0.0
    showing = visit.step is Step.PAYING and visit.payment_code is not None
    return PaymentView(
        methods=_methods(snapshot, visit),
        channel=order.channel.value if order else "",
        amount=wording.amount(visit.total),
        note=wording.failure(visit.payment_note),
        matrix=_matrix(visit.payment_code) if showing and visit.payment_code else (),
        shown_s=shown_s,
        asking=snapshot.asking_payment,
    )


def _matrix(code: str) -> tuple[tuple[bool, ...], ...]:
    from kiosk.payments.qr import qr_matrix  # noqa: PLC0415 - its library is slow to load, the first frame needs none

    return qr_matrix(code)


def _methods(snapshot: Snapshot, visit: Visit) -> tuple[Readiness, ...]:
    """Return what was proven for this visit and still works, in the machine's order."""
    alive = {health.channel: health.available for health in snapshot.channels}
    known = list(alive) + [channel for channel in visit.channels if channel not in alive]
    return tuple(
        Readiness(channel.value, channel in visit.channels and alive.get(channel, True)) for channel in known
    )
