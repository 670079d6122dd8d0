"""Programs that are broken on purpose: one way to break each invariant, which the judge must then see.

A checker that cannot fail proves nothing. Each control swaps one part of the running program, in the test
only. The program's own invariants are switched off, so that the judge has to find out by itself.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from kiosk.devices.contracts import Done
from kiosk.diagnostics import cases
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money_back import ReturnState
from kiosk.domain.payment import Channel, Payment
from kiosk.journal import retention
from kiosk.journal.store import Journal
from kiosk.payments.contract import Notice
from kiosk.runtime import guards, performing, visit_runner
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.memory import Memory
from kiosk.runtime.notified import NotifiedKiosk
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers import making, payment
from kiosk.simulation import judge, world
from kiosk.simulation.judge import Invariant
from kiosk.simulation.ledger import Forgot, Ledger, WitnessedJournal
from kiosk.simulation.outside.purse import PurseDisk
from kiosk.simulation.power import Life
from kiosk.visit import background, decide, decision, money_back
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.fold import Advance
from kiosk.visit.model import Step, Visit
from kiosk.visit.steps import closing_payment

Switch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Control:
    """One broken program.

    Attributes:
        what: the mistake, in words; stands in docs/reliability.md.
        within: how many seeds it may take at most until the judge sees it.
    """

    invariant: Invariant
    what: str
    switch: Switch
    within: int


def seeds_until_caught(control: Control) -> int | None:
    """Return how many seeds, from 0 up, it takes until the judge names the broken invariant.

    None where it does not see it within as many as the control may take.
    """
    with pytest.MonkeyPatch.context() as patch:
        if control.invariant is not Invariant.OWN_RULES:
            blindfold(patch)
        control.switch(patch)
        for seed in range(control.within):
            if any(found.invariant is control.invariant for found in world.run_world(seed).broken):
                return seed + 1
    return None


def blindfold(patch: pytest.MonkeyPatch) -> None:
    """Switch the program's own invariants off."""
    for place in (visit_runner, judge):
        patch.setattr(place, "violations", lambda _: ())


def _perform(kind: type[f.Effect], performer: performing.Performer) -> Switch:
    def switch(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(performing._PERFORMERS, kind, performer)  # type: ignore[arg-type] # a dict in fact
        if kind in performing._ASKERS:
            patch.setitem(performing._ASKERS, kind, performer)  # type: ignore[arg-type] # a dict in fact

    return switch


async def _believe_the_applicant(outside: Outside, memory: Memory, effect: f.WatchPayment) -> e.Event:
    order = effect.order
    await outside.clock.sleep(5.0)
    paid = Payment(order.number, order.channel, order.amount, f"T{order.number}", outside.clock.now())
    return e.PaymentSettled(paid)


def _keep_the_money(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visit, "unreturned", property(lambda _: ()))


async def _believe_the_printer(outside: Outside, memory: Memory, effect: f.PrintCard) -> e.Event:
    outcome = await making.print_card(outside, memory, effect)
    return e.CardNotPrinted(outcome.fault) if isinstance(outcome, e.PrintUndecided) else outcome


async def _say_closed(outside: Outside, _: Memory, effect: f.ClosePayment) -> e.Event:
    await outside.clock.sleep(0.1)
    return e.PaymentClosed(effect.order.number)


def _number_every_refund_anew() -> Switch:
    numbers = iter(range(10**9))

    async def refund(outside: Outside, _: Memory, effect: f.RefundPayment) -> e.Event:
        fresh = replace(effect.refund, number=f"{effect.refund.number}X{next(numbers)}")
        return await payment.refund_payment(outside, replace(effect, refund=fresh))

    return _perform(f.RefundPayment, refund)


def _print_again_after_a_restart(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(performing._ASKERS, f.PrintCard, making.print_card)  # type: ignore[arg-type] # a dict


async def _do_not_wait(outside: Outside, *_: object) -> e.Event:
    await outside.clock.sleep(0.1)
    return e.CardTaken()


def _forget_what_was_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Journal, "unfinished", lambda _: ())


async def _always_right(outside: Outside, _: Memory, effect: f.InspectCard) -> e.Event:
    seen = await outside.devices.printer.capture(deadline_s=20.0)
    return e.CardInspected(True) if isinstance(seen, Done) else e.InspectionFailed(_NOTHING_SEEN)


_NOTHING_SEEN = Fault(FailureCode.PRINT_UNKNOWN)


def _say_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visit, "case_number", property(lambda _: None))
    patch.setattr(decision, "after_refunds", lambda visit, _: decision.return_card(visit))


class _ForgetfulLedger(Ledger):
    """A disk that says a commit is done before it is: a power cut takes the last one back."""

    def open(
        self, life: Life, witness: Callable[[Advance, e.Event], None], forgot: Forgot
    ) -> WitnessedJournal:
        def remember(step: Advance, event: e.Event) -> None:
            self.last, self.before_last = self._disk.connection.serialize(), self.last
            witness(step, event)

        self.last = self.before_last = self._disk.connection.serialize()
        return super().open(life, remember, forgot)

    def crash(self) -> None:
        life = self._disk.life
        super().crash()
        if life is not None and life.mains:
            self._disk.connection.deserialize(self.before_last)


def _lose_commits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(world, "Ledger", _ForgetfulLedger)


def _skip_the_authority(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(
        decide._HANDLERS,  # type: ignore[arg-type] # a dict in fact
        Step.CONFIRMING,
        lambda visit, _event, _at: decision.go(visit, Step.ISSUING),
    )


async def _report_to_nobody(outside: Outside, *_: object) -> e.Event:
    await outside.clock.sleep(0.1)
    return e.PrintReported()


def _believe_any_card(patch: pytest.MonkeyPatch) -> None:
    async def nobody_looks(*_: object) -> None: ...

    patch.setattr(making, "own_card", nobody_looks)


def _believe_the_news(patch: pytest.MonkeyPatch) -> None:
    """Take a notification for the payment itself, also where it only tells of a scan."""

    async def take(self: NotifiedKiosk, channel: Channel, notice: Notice) -> bool:
        found, at = self._find(notice.order_number), self._outside.clock.now()
        if found is not None and isinstance(self._kiosk, Kiosk):
            order = found[1]
            self._kiosk.send(e.PaymentSettled(Payment(order.number, channel, order.amount, "news", at)))
        return True

    patch.setattr(NotifiedKiosk, "take", take)


def _take_and_forget(patch: pytest.MonkeyPatch) -> None:
    """Tell the network that its news of a payment was heard, whether anybody has booked it or not."""

    async def hear(self: NotifiedKiosk, channel: Channel, notice: Notice) -> bool:
        self._kiosk.notified(notice.order_number)
        return True

    patch.setattr(NotifiedKiosk, "take", hear)


def _debit_without_record(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PurseDisk, "put", lambda *_: None)


def _serve_behind_the_door(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "stop", lambda _: None)


def _tell_half_the_case(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cases, "_deeds", lambda *_: ())


def _forget_at_once(patch: pytest.MonkeyPatch) -> None:
    def everything(connection: sqlite3.Connection, _: datetime) -> tuple[str, ...]:
        return due(connection, datetime.max.replace(tzinfo=UTC))

    due = retention.due
    patch.setattr(retention, "due", everything)


def _ask_about_no_refund(patch: pytest.MonkeyPatch) -> None:
    asked = background.ask_again

    def ask_again(visit: Visit) -> decision.Decision:
        all_of_it = asked(visit)
        others = (effect for effect in all_of_it.effects if not isinstance(effect, f.RefundPayment))
        return replace(all_of_it, effects=tuple(others))

    patch.setattr(background, "ask_again", ask_again)


def _deliver_all_the_same(patch: pytest.MonkeyPatch) -> None:
    def handle(visit: Visit, event: e.Event, at: datetime) -> decision.Decision | None:
        paid = isinstance(event, e.PaymentSettled)
        return closing_payment.handle(visit.put(ending=None) if paid else visit, event, at)

    patch.setitem(
        decide._HANDLERS,  # type: ignore[arg-type] # a dict in fact
        Step.CLOSING_PAYMENT,
        handle,
    )


def _say_it_is_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(money_back, "_state", lambda *_: ReturnState.DONE)


async def _wait_for_ever(*_: object) -> e.Event:
    await asyncio.Event().wait()
    raise AssertionError("never")


CONTROLS = (
    Control(
        Invariant.PAID_FIRST,
        "the applicant's word that it is paid is believed",
        _perform(f.WatchPayment, _believe_the_applicant),
        5,
    ),
    Control(Invariant.NOT_LOST, "what was not delivered is not refunded", _keep_the_money, 10),
    Control(
        Invariant.NOT_GIVEN_AWAY,
        "a printer that says it failed is believed, the film not looked at",
        _perform(f.PrintCard, _believe_the_printer),
        150,
    ),
    Control(
        Invariant.ONE_CHARGE,
        "an order is taken for closed without asking the network",
        _perform(f.ClosePayment, _say_closed),
        150,
    ),
    Control(Invariant.ONE_REFUND, "every refund gets a new number", _number_every_refund_anew(), 100),
    Control(
        Invariant.ONE_PRINT,
        "after a restart the print is repeated, the film not looked at",
        _print_again_after_a_restart,
        150,
    ),
    Control(
        Invariant.CARD_KNOWN,
        "a presented card is taken for taken",
        _perform(f.AwaitTaken, _do_not_wait),
        5,
    ),
    Control(Invariant.ONE_VISIT, "a restart forgets what was open", _forget_what_was_open, 10),
    Control(
        Invariant.TRUE_STORY,
        "every film passes the inspection",
        _perform(f.InspectCard, _always_right),
        100,
    ),
    Control(Invariant.NUMBER_HELD, "neither slip nor screen gives the case's number", _say_nothing, 100),
    Control(Invariant.WHOLE_JOURNAL, "the last commit is lost in a power cut", _lose_commits, 10),
    Control(Invariant.OWN_RULES, "a step goes a way that the table does not list", _skip_the_authority, 5),
    Control(
        Invariant.AUTHORITY_TOLD,
        "the print is reported to nobody",
        _perform(f.ReportPrint, _report_to_nobody),
        5,
    ),
    Control(Invariant.NOTICED, "a notification is answered well, booked or not", _take_and_forget, 60),
    Control(Invariant.ASKED, "what a network notifies is booked without asking", _believe_the_news, 20),
    Control(Invariant.OWN_CARD, "a restart trusts whatever card is inside", _believe_any_card, 150),
    Control(Invariant.RECORDED, "a purse is debited before its record is kept", _debit_without_record, 20),
    Control(Invariant.GUARDED, "door and battery stop nobody", _serve_behind_the_door, 100),
    Control(Invariant.CASES_TRUE, "a case does not tell what staff did about it", _tell_half_the_case, 20),
    Control(Invariant.FORGOTTEN, "what is over is forgotten at once", _forget_at_once, 50),
    Control(
        Invariant.ENDS,
        "an approval's return waits for ever",
        _perform(f.Withdraw, _wait_for_ever),
        20,
    ),
    Control(Invariant.EARNED, "an open refund is never asked about again", _ask_about_no_refund, 40),
    Control(
        Invariant.GIVEN_UP,
        "a payment that comes after the applicant has cancelled is delivered for",
        _deliver_all_the_same,
        100,
    ),
    Control(Invariant.TOLD, "money is told to be back before it is", _say_it_is_back, 40),
)
