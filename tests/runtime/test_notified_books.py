"""What a notification may change in the books: nothing that the network, asked anew, does not confirm."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Order, Payment
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.payments.contract import Closed, Declined, Notice, Pending, QueryAnswer, Settled, Undecided
from kiosk.runtime.notified import NotifiedKiosk
from kiosk.runtime.outside import Outside
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.simulation.virtual_time import run
from kiosk.visit import events as e
from kiosk.visit.fold import Folded
from kiosk.visit.model import Step, Visit
from tests.journal.test_journal_store import Journaled
from tests.visit.world import NOON

LATER = NOON + timedelta(days=40)


class Machine:
    """A machine between two applicants, and a network with the answers that it will give."""

    def __init__(self, folder: Path, answers: Iterable[QueryAnswer] = ()) -> None:
        self.journal = Journal.open(folder)
        self.answers = list(answers)
        self.asked: list[str] = []
        self.booked: list[Payment] = []
        self.recovered = True
        self.served: Visit | None = None

    def notified(self, number: str) -> bool:
        return self.served is not None and any(order.number == number for order in self.served.orders)

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        listener(Snapshot(Service.IN_SERVICE, NOON, visit=self.served))
        return lambda: None

    async def take_late_payment(self, folded: Folded, payment: Payment) -> None:
        assert folded.over
        self.booked.append(payment)

    async def query(self, order: Order) -> QueryAnswer:
        self.asked.append(order.number)
        return self.answers.pop(0)

    def notified_kiosk(self) -> NotifiedKiosk:
        channels = SimpleNamespace(get=lambda _: self)
        return NotifiedKiosk(self, self.journal, cast(Outside, SimpleNamespace(channels=channels)))

    def take(self, order: Order) -> bool:
        notice = Notice(order.number, Settled(paid(order)), 200, {}, b"")
        return run(self.notified_kiosk().take(order.channel, notice))


def paid(order: Order) -> Payment:
    return Payment(order.number, order.channel, order.amount, "T1", NOON)


def given_up(machine: Machine, ordinal: int = 1) -> Order:
    """Return the order of a visit that was cancelled at the code, closed and over."""
    visit = Journaled(machine.journal, ordinal)
    visit.until(Step.PAYING)
    order = visit.folded.visit.order
    assert order is not None
    visit.tell(e.Cancelled(), None)
    visit.tell(e.PaymentClosed(order.number), visit.folded.pending[0].number)
    visit.finish()
    assert visit.folded.over
    return order


def test_late_money_is_booked_once_the_network_confirms_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    order = given_up(machine)
    machine.answers.append(Settled(paid(order)))
    assert machine.take(order)
    assert machine.asked == [order.number]
    assert [payment.order_number for payment in machine.booked] == [order.number]


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        (Closed(refunded=True), True),
        (Pending(), False),
        (Undecided("no answer"), False),
        (Closed(), False),  # it tells of a payment and knows of none: its query lags
        (Declined("no such payment"), False),
    ],
)
def test_a_notification_that_is_true_no_more_books_nothing(
    tmp_path: Path, answer: QueryAnswer, taken: bool
) -> None:
    machine = Machine(tmp_path, [answer])
    assert machine.take(given_up(machine)) is taken
    assert machine.booked == []


def test_a_visit_does_not_go_on_in_two_places(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    order = given_up(machine)
    machine.recovered = False
    assert not machine.take(order)
    machine.recovered = True
    open_visit = Journaled(machine.journal, 2)
    open_visit.until(Step.PAYING)
    asked_already = open_visit.folded.visit.order
    assert asked_already is not None
    assert machine.take(asked_already), "whoever waits for it asks by itself"
    assert machine.asked == []


def test_a_payment_counts_as_taken_only_once_the_present_visit_has_booked_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    visit = Journaled(machine.journal, 1)
    visit.until(Step.PAYING)
    machine.served = visit.folded.visit
    order = machine.served.order
    assert order is not None
    assert not machine.take(order), "it is told again, and asked about when the visit is over"
    machine.served = machine.served.put(payments=(paid(order),))
    assert machine.take(order)
    assert machine.asked == []


def test_what_was_forgotten_is_passed_over(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    forgotten, kept = given_up(machine), given_up(machine, 2)
    machine.journal.forget(machine.journal.visits()[:1], LATER)
    assert machine.journal.readable(9) == machine.journal.visits()[1:]
    notified = machine.notified_kiosk()
    assert notified.order_of(kept.number) == kept
    assert notified.order_of(forgotten.number) is None
    assert notified.order_of("K0") is None
    assert machine.take(forgotten)
    assert machine.booked == []


def test_a_payment_comes_again_where_nothing_of_its_open_visit_asks_about_the_order(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    visit = Journaled(machine.journal, 1)
    visit.until(Step.PAYING)
    order = visit.folded.visit.order
    assert order is not None
    visit.tell(e.WentBack(), None)
    visit.tell(e.PaymentClosed(order.number), visit.folded.pending[-1].number)
    assert visit.folded.visit.step is Step.CHOOSING_METHOD
    assert not machine.take(order)
    assert (machine.asked, machine.booked) == ([], [])


def test_what_was_booked_while_the_network_was_asked_is_not_booked_again(tmp_path: Path) -> None:
    class Meanwhile(Machine):
        async def query(self, order: Order) -> QueryAnswer:
            folded = self.journal.fold(self.journal.visits()[0])
            self.journal.record(folded, e.PaymentSettled(paid(order)), LATER)
            return Settled(paid(order))

    machine = Meanwhile(tmp_path)
    assert machine.take(given_up(machine))
    assert machine.booked == []


def test_a_payment_that_the_journal_refuses_comes_again(tmp_path: Path) -> None:
    class Full(Machine):
        async def take_late_payment(self, folded: Folded, payment: Payment) -> None:
            raise JournalUnavailable("the disk is full", FailureCode.JOURNAL_UNAVAILABLE)

    machine = Full(tmp_path)
    order = given_up(machine)
    machine.answers.append(Settled(paid(order)))
    assert not machine.take(order)
