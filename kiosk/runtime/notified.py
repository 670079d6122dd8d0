"""What the machine makes of a notification: it asks the network at once, or books money that came late."""

from typing import Protocol

import structlog

from kiosk.domain.payment import Channel, Order, Payment
from kiosk.journal.store import Journal
from kiosk.journal.trouble import JournalUnavailable
from kiosk.payments.contract import Notice, Settled
from kiosk.visit.fold import Folded

LONGEST_AGO = 500
"""How many visits back an order is looked for: the networks notify for about a day."""

_log = structlog.get_logger()


class _Machine(Protocol):
    """What is needed of the `Kiosk`."""

    def notified(self, number: str) -> bool: ...

    async def take_late_payment(self, folded: Folded, payment: Payment) -> None: ...


class NotifiedKiosk:
    """A machine as notifications see it; lives on the runtime's loop.

    Polling stays the truth: for an order that is waited for, a notification only makes the next question
    come at once. A payment of a visit that is over is booked from the verified notification itself, and the
    visit refunds it.
    """

    def __init__(self, kiosk: _Machine, journal: Journal) -> None:
        self._kiosk = kiosk
        self._journal = journal

    def order_of(self, number: str) -> Order | None:
        """Return an own order by its number, None where no visit within reach has it."""
        found = self._find(number)
        return None if found is None else found[1]

    async def take(self, channel: Channel, notice: Notice) -> bool:
        """Take a verified notification; False where its money could not be booked now."""
        if self._kiosk.notified(notice.order_number):
            return True
        found = self._find(notice.order_number)
        if found is None or not isinstance(notice.state, Settled):
            return True  # nothing to book: polling and reconciliation tell what it was about
        folded, payment = found[0], notice.state.payment
        known = any(one.order_number == payment.order_number for one in folded.visit.payments)
        if known or not folded.over:  # an open visit asks by itself
            return True
        _log.warning("a payment came after its visit", id=folded.visit.visit_id, channel=channel)
        try:
            await self._kiosk.take_late_payment(folded, payment)
        except JournalUnavailable:
            return False
        return True

    def _find(self, number: str) -> tuple[Folded, Order] | None:
        for visit_id in tuple(reversed(self._journal.visits()))[:LONGEST_AGO]:
            folded = self._journal.fold(visit_id)
            for order in folded.visit.orders:
                if order.number == number:
                    return folded, order
        return None
