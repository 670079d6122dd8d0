"""What reconciliation puts right by itself: through the visits' own journal, by the path of a restart.

Late payments are booked as the network's answer tells them, and the visit refunds them. Nothing else moves
money: what a query does not explain is left to staff.
"""

from kiosk.domain import reconciliation_notes as notes
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment
from kiosk.domain.reconciliation import Billed, Booked, Difference, Finding, Movement, Remedy, Settlement
from kiosk.domain.text import Text
from kiosk.journal.store import Journal
from kiosk.payments.contract import Closed, PaymentChannel, RefundState, Settled, Undecided
from kiosk.runtime.money_books import MoneyBooks, refunds_of
from kiosk.runtime.outside import Outside, channel_of
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit.events import Event, PaymentSettled, Restarted
from kiosk.visit.model import Step, Visit, refund_number


async def finish_ended(outside: Outside, journal: Journal) -> None:
    """Finish what a stop left unfinished of visits that have ended: a payment booked and not yet refunded.

    Visits that are still open need the machine: they are for `kiosk recover`.
    """
    for visit_id in journal.unfinished():
        folded = journal.fold(visit_id)
        if folded.visit.step is not Step.ENDED or folded.over:
            continue
        runner = VisitRunner(outside, journal, folded, _nobody_watches)
        try:
            await runner.run(resumed=True)
            await runner.finish()
        finally:
            await runner.stop()


class SettlingDesk:
    """Settles findings one by one, through the visits' own journal."""

    def __init__(
        self, outside: Outside, journal: Journal, books: MoneyBooks, findings: tuple[Finding, ...]
    ) -> None:
        self._outside = outside
        self._journal = journal
        self._books = books
        self._only_bill = [f.billed[0] for f in findings if f.difference is Difference.ONLY_BILL]

    async def settle(self, finding: Finding) -> Settlement:
        """Do what the difference allows; whatever is not explained is for staff."""
        match finding.difference, finding.either.movement:
            case Difference.ONLY_BILL, Movement.PAY:
                return await self._late_payment(finding)
            case Difference.ONLY_BILL, _:
                return self._strange_refund(finding)
            case Difference.ONLY_OWN, Movement.PAY:
                return await self._missing_payment(finding)
            case Difference.ONLY_OWN, _:
                return await self._missing_refund(finding)
            case Difference.AMOUNT, _:
                told = finding.billed[0].note
                return self._staff(finding, notes.AMOUNTS if told == notes.NOTHING else told)
        surplus = ", ".join(line.transaction_id for line in finding.billed[1:])
        return self._staff(finding, notes.TWICE.fill(transactions=surplus))

    async def resume_refunds(self, lines: list[Billed]) -> None:
        """Finish in the journal what the bill shows as refunded and nobody had confirmed."""
        billed = {line.number for line in lines if line.movement is Movement.REFUND}
        waiting = [b for b in self._books.booked if not b.final and b.number in billed]
        for visit_id in dict.fromkeys(movement.visit_id for movement in waiting):
            await self._tell(visit_id, Restarted())

    async def _late_payment(self, finding: Finding) -> Settlement:
        line = finding.billed[0]
        if line.number not in self._books.orders:
            return self._staff(finding, notes.NO_ORDER if line.note == notes.NOTHING else line.note)
        visit_id, order = self._books.orders[line.number]
        if line.note != notes.NOTHING:
            return self._staff(finding, line.note, visit_id)
        if order.channel is not line.channel:
            return self._staff(finding, notes.OTHER_CHANNEL, visit_id)
        if self._given_back(line) == line.amount:
            return Settlement(finding, Remedy.RETURNED, visit_id)
        payment = await self._proven(order, line)
        if payment is None:
            return self._staff(finding, notes.NOT_CONFIRMED, visit_id)
        visit = await self._tell(visit_id, PaymentSettled(payment))
        if visit is None:
            return self._staff(finding, notes.VISIT_OPEN, visit_id)
        return self._after_refund(finding, visit, refund_number(payment))

    def _after_refund(self, finding: Finding, visit: Visit, number: str) -> Settlement:
        """Say how a refund stands that was asked for just now."""
        if number in visit.refunded:
            return Settlement(finding, Remedy.REFUNDED, visit.visit_id, Text(number, number))
        back = finding.either.channel.takes_back
        return self._staff(finding, notes.REFUND_OPEN if back else notes.PAY_OUT, visit.visit_id)

    def _given_back(self, line: Billed) -> Fen:
        """Return what the same bill shows as refunded of a payment that the journal does not know."""
        of_it = (
            back.amount
            for back in self._only_bill
            if back.movement is Movement.REFUND and _of_payment(back, line)
        )
        return Fen(sum(of_it))

    async def _proven(self, order: Order, line: Billed) -> Payment | None:
        """Return the payment as the network confirms it; where it cannot tell any more, the bill decides."""
        if line.amount != order.amount:
            return None
        match await self._channel(order.channel).query(order):
            case Settled(payment):
                return payment
            case Undecided(incident=False):
                return Payment(order.number, order.channel, line.amount, line.transaction_id, line.moment)
        return None

    def _strange_refund(self, finding: Finding) -> Settlement:
        back = finding.billed[0]
        for line in self._only_bill:
            if line.movement is Movement.PAY and _of_payment(back, line):
                visit_id = self._books.orders.get(line.number, ("", None))[0]
                return Settlement(finding, Remedy.RETURNED, visit_id)
        return self._staff(finding, notes.NO_REFUND)

    async def _missing_payment(self, finding: Finding) -> Settlement:
        visit_id, order = self._books.orders[finding.either.number]
        match await self._channel(order.channel).query(order):
            case Settled() | Closed(refunded=True):
                return Settlement(finding, Remedy.CONFIRMED, visit_id)
        return self._staff(finding, notes.NOT_CONFIRMED, visit_id)

    async def _missing_refund(self, finding: Finding) -> Settlement:
        booked = finding.booked
        if booked is None:
            raise AssertionError("only own means that the journal has it")
        if not booked.final:
            visit = await self._tell(booked.visit_id, Restarted())
            if visit is None:
                return self._staff(finding, notes.VISIT_OPEN)
            return self._after_refund(finding, visit, booked.number)
        order, refund = self._order_of(booked), self._books.refunds[booked.number]
        answer = await self._channel(booked.channel).query_refund(order, refund)
        if answer.state is RefundState.DONE:
            return Settlement(finding, Remedy.CONFIRMED, booked.visit_id)
        return self._staff(finding, notes.NOT_CONFIRMED)

    def _order_of(self, booked: Booked) -> Order:
        visit = self._books.folds[booked.visit_id].visit
        return next(order for order, refund in refunds_of(visit) if refund.number == booked.number)

    def _channel(self, channel: Channel) -> PaymentChannel:
        return channel_of(self._outside, channel)

    async def _tell(self, visit_id: str, event: Event) -> Visit | None:
        """Let an ended visit take an event and finish what it asks for; None where it is not over."""
        folded = self._journal.fold(visit_id)
        if not folded.over:
            return None
        runner = VisitRunner(self._outside, self._journal, folded, _nobody_watches)
        try:
            runner.record(event)
            await runner.finish()
        finally:
            await runner.stop()
        return runner.visit

    def _staff(self, finding: Finding, note: Text, visit_id: str = "") -> Settlement:
        booked = finding.booked
        return Settlement(finding, Remedy.STAFF, visit_id or (booked.visit_id if booked else ""), note)


def _of_payment(back: Billed, line: Billed) -> bool:
    """Return whether a refund's line belongs to a payment's."""
    if back.channel is not line.channel:
        return False
    return back.transaction_id == line.transaction_id or back.order_number == line.number


def _nobody_watches() -> None:
    """No screen shows a visit of the past."""
