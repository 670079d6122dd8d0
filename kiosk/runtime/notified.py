"""What the machine makes of a notification: it asks the network, at once; money that came late it books."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from kiosk.domain.payment import Channel, Order, Payment
from kiosk.journal.store import Journal
from kiosk.journal.trouble import JournalUnavailable
from kiosk.payments.contract import Closed, Declined, Notice, Pending, Settled, Undecided
from kiosk.runtime.outside import Outside, channel_of
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.effects import ClosePayment, WatchPayment
from kiosk.visit.fold import Folded

LONGEST_AGO = 500
"""How many visits back an order is looked for: the networks notify for about a day."""

_BOOKING_S = 3.0  # a network waits some 5 s for its answer

_log = structlog.get_logger()


class _Machine(Protocol):
    """What is needed of the `Kiosk`."""

    @property
    def recovered(self) -> bool: ...

    def notified(self, number: str) -> bool: ...

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]: ...

    async def take_late_payment(self, folded: Folded, payment: Payment) -> None: ...


class NotifiedKiosk:
    """A machine as notifications see it; lives on the runtime's loop.

    No notification is believed by itself: when it arrives, what it says may be true no more (the charge was
    undone meanwhile). For an order that is waited for, it makes the next question come at once. For one
    whose visit is over, the network is asked once more; what it confirms is booked, and the visit refunds it.
    A payment counts as taken only once it is booked: what was acknowledged is never told again.
    """

    def __init__(self, kiosk: _Machine, journal: Journal, outside: Outside) -> None:
        self._kiosk = kiosk
        self._journal = journal
        self._outside = outside

    def order_of(self, number: str) -> Order | None:
        """Return an own order by its number, None where no visit within reach has it."""
        found = self._find(number)
        return None if found is None else found[1]

    async def take(self, channel: Channel, notice: Notice) -> bool:
        """Take a verified notification; False where it has to come again, as its money may be lost else."""
        served = self._kiosk.notified(notice.order_number)
        if not isinstance(notice.state, Settled):
            return True  # nothing to book: polling and reconciliation tell what it was about
        if served:
            return await self._visit_books(notice.order_number)
        found = self._find(notice.order_number)
        if found is None:
            return True
        folded, order = found
        if _booked(folded, order):
            return True
        if not folded.over:
            return _asked_about(folded, order)
        return self._kiosk.recovered and await self._late(channel, order)

    async def _visit_books(self, number: str) -> bool:
        """Wait until the present visit has booked a payment; an order that it has closed it books no more."""
        booked = asyncio.Event()

        def look(snapshot: Snapshot) -> None:
            visit = snapshot.visit
            if visit is not None and any(paid.order_number == number for paid in visit.payments):
                booked.set()

        end = self._kiosk.subscribe(look)
        try:
            async with asyncio.timeout(_BOOKING_S):
                await booked.wait()
        except TimeoutError:
            return False
        finally:
            end()
        return True

    async def _late(self, channel: Channel, order: Order) -> bool:
        """Ask about an order whose visit is over, and book what was paid for it.

        A network that tells of a payment and, asked, knows of none contradicts itself: its query lags
        (UnionPay then calls the order over). It has to tell again, unless what was paid went back since.
        """
        match await channel_of(self._outside, channel).query(order):
            case Settled(payment):
                return await self._book(order, payment)
            case Closed(refunded=True):
                return True
            case Closed() | Declined():
                return self._given_back(order)
            case Pending() | Undecided():
                return False

    def _given_back(self, order: Order) -> bool:
        found = self._find(order.number)
        return found is None or order.number in found[0].visit.reversed_orders

    async def _book(self, order: Order, payment: Payment) -> bool:
        found = self._find(order.number)  # as it stands after the question
        if found is None or _booked(*found):
            return True
        if not found[0].over:
            return False
        _log.warning("a payment came after its visit", id=found[0].visit.visit_id, channel=order.channel)
        try:
            await self._kiosk.take_late_payment(found[0], payment)
        except JournalUnavailable:
            return False
        return True

    def _find(self, number: str) -> tuple[Folded, Order] | None:
        for visit_id in self._journal.readable(LONGEST_AGO):
            folded = self._journal.fold(visit_id)
            for order in folded.visit.orders:
                if order.number == number:
                    return folded, order
        return None


def _booked(folded: Folded, order: Order) -> bool:
    return any(known.order_number == order.number for known in folded.visit.payments)


def _asked_about(folded: Folded, order: Order) -> bool:
    """Return whether something of the visit is about to ask what became of the order."""
    asking = (one.effect for one in folded.pending if isinstance(one.effect, ClosePayment | WatchPayment))
    return any(effect.order == order for effect in asking)
