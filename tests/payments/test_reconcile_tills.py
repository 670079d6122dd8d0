"""A day at the card terminal and the purse reader, with every difference in it, reconciled on a machine."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from kiosk.commands import reconcile as command
from kiosk.config import Settings
from kiosk.devices.simulated.purse_world import TERMINAL, load_keys
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.terminal_book import EntryMode, Stage, TerminalBook, Transaction
from kiosk.documents.reconciliation_report import render_reconciliation
from kiosk.domain import purse_cipher
from kiosk.domain.beijing import BEIJING
from kiosk.domain.card_payment import (
    Approved,
    CardAnswer,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalReference,
    TerminalTotals,
    WhyNot,
)
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.domain.purse_cipher import PurchaseTerms
from kiosk.domain.reconciliation import Difference, Movement, Reconciliation, Remedy, Stated, Sum
from kiosk.journal.store import Journal
from kiosk.payments.card.adapter import service_id
from kiosk.payments.card.port import TerminalPort
from kiosk.payments.contract import Undecided
from kiosk.payments.reconciliation.bills import Asked, Bill
from kiosk.payments.reconciliation.purse import purse_bill
from kiosk.payments.reconciliation.terminal import terminal_statement
from kiosk.payments.yct.records import (
    PurseRecord,
    PurseRecords,
    RecordState,
    RecordsUnavailable,
    SqlitePurseRecords,
)
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import CaseKind, Step
from tests.payments.test_reconcile import SetClock
from tests.visit.world import BROKEN, NOON, Story

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PURSE = bytes.fromhex("5100000000000001")


class Till(Story):
    """A visit that pays with a device; what the device knows of it is written by the test."""

    def __init__(self, journal: Journal, clock: SetClock, channel: Channel) -> None:
        super().__init__(at=clock.at)
        self.journal, self.clock, self.channel = journal, clock, channel
        ordinal = journal.next_ordinal()
        self.id = f"GZ01-20261122-{ordinal:05d}"
        begun = journal.begin(self.id, ordinal, e.CardInserted(self.id, "GZ01", ordinal), self.at)
        self.folded = begun.folded
        self.until(Step.PROVING)
        self.tell(e.MachineProven((channel,)), self.folded.pending[0].number)
        self.tell(e.MethodChosen(channel))

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        self.at += timedelta(seconds=1)
        self.clock.at = self.at
        step = self.journal.record(self.folded, event, self.at, outcome_of)
        if step is not None:
            self.folded = step.folded
        return step is not None

    @property
    def order(self) -> Order:
        return self.visit.orders[0]

    def paid(self, reference: str) -> "Till":
        self.until(Step.PAYING)
        watching = next(n for n in self.folded.pending if isinstance(n.effect, f.WatchPayment))
        order = self.order
        paid = Payment(order.number, order.channel, order.amount, reference, self.at)
        self.tell(e.PaymentSettled(paid), watching.number)
        return self

    def ended(self, outcome: Callable[[f.Effect], e.Event | None] = lambda _: None) -> "Till":
        """Go to the end; `outcome` says what comes of an effect where it is not what is best."""
        for _ in range(200):
            if self.folded.over:
                return self
            numbered = self.folded.pending[0] if self.folded.pending else None
            told = None if numbered is None else outcome(numbered.effect)
            if numbered is None or told is None:
                self.go_on()
            else:
                self.tell(told, numbered.number)
        raise AssertionError(f"the visit hangs in {self.visit.step}")


def not_paid(effect: f.Effect) -> e.Event | None:
    """The applicant was seen to pay, but nobody heard the answer."""
    match effect:
        case f.WatchPayment(order) | f.ClosePayment(order):
            return e.PaymentUndecided(order.number, BROKEN)
    return None


def not_printed(effect: f.Effect) -> e.Event | None:
    match effect:
        case f.PrintCard():
            return e.CardNotPrinted(BROKEN)
        case f.RefundPayment(_, _, refund):
            return e.RefundNotDone(refund.number, BROKEN)
    return None


class Devices:
    """What terminal and reader have on their disks when the kiosk starts."""

    def __init__(self, state: Path) -> None:
        folder = StateFolder(state / "devices" / "terminal")
        fresh = TerminalBook()
        self._file = StateFile(folder, "terminal.json", fresh=fresh, unreadable=fresh)
        self.records = SqlitePurseRecords(state / "purse.sqlite")
        self._tac_key = load_keys(StateFolder(state / "devices" / "purse")).tac
        self._serial = 0

    def charge(self, order: Order, extra: int = 0) -> str:
        """Approve a card payment; return its reference."""
        at = order.opened_at
        poi_id = f"T{len(self._file.read().transactions)}"
        entry = Transaction(
            category="Payment", sale_id="GZ01", service_id=service_id(order.number), number=order.number,
            group=f"{at.astimezone(BEIJING):%Y%m%d}", amount=order.amount + extra, began=at, until=at,
            stage=Stage.DONE, card="debit", entry=EntryMode.TAPPED, poi_id=poi_id,
        )  # fmt: skip
        self._file.change(lambda book: book.with_entry(entry))
        return f"{poi_id}/{at.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}"

    def book(self) -> TerminalBook:
        return self._file.read()

    def debit(self, order: Order, tac: bytes | None = None, state: RecordState = RecordState.PAID) -> str:
        """Record a purse debit with its true TAC, or another; return its reference."""
        self._serial += 1
        at = order.opened_at.replace(microsecond=0)
        digits = bytes.fromhex(at.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"))
        terms = PurchaseTerms(order.amount, bytes.fromhex(TERMINAL), date=digits[:4], time=digits[4:])
        key = purse_cipher.diversify(self._tac_key, PURSE)
        true = purse_cipher.tac(key, terms, self._serial)
        record = PurseRecord(
            order.number, bytes.fromhex(TERMINAL), self._serial, at, PURSE, PURSE, order.amount,
            Fen(1000), 1, RecordState.DOUBTFUL,
        )  # fmt: skip
        self.records.put(record)
        if state is RecordState.PAID:
            record = record.paid(true if tac is None else tac)
            self.records.put(record)
        return record.reference


def card_day(journal: Journal, clock: SetClock, devices: Devices) -> dict[str, Till]:
    def till() -> Till:
        return Till(journal, clock, Channel.CARD)

    told = {name: till() for name in ("agrees", "late", "lost", "amount", "unrefunded", "unpaid")}
    told["agrees"].paid(devices.charge(told["agrees"].order)).ended()
    devices.charge(told["late"].order)
    told["late"].ended(not_paid)
    told["lost"].paid("T99/2026-11-22T04:00:00.000Z").ended()
    told["amount"].paid(devices.charge(told["amount"].order, extra=1)).ended()
    told["unrefunded"].paid(devices.charge(told["unrefunded"].order)).ended(not_printed)
    told["unpaid"].ended(not_paid)
    # A payment that the journal has lost altogether, as after a backup was put back.
    devices.charge(replace(told["agrees"].order, number="KGZ0120261122120000999999"))
    return told


def purse_day(journal: Journal, clock: SetClock, devices: Devices) -> dict[str, Till]:
    def till() -> Till:
        return Till(journal, clock, Channel.YCT)

    told = {name: till() for name in ("agrees", "late", "lost", "forged", "twice", "doubtful", "unrefunded")}
    told["agrees"].paid(devices.debit(told["agrees"].order)).ended()
    devices.debit(told["late"].order)
    told["late"].ended(not_paid)
    told["lost"].paid("445801000001-000000ff-00000000").ended()
    told["forged"].paid(devices.debit(told["forged"].order, tac=b"\x00\x01\x02\x03")).ended()
    told["twice"].paid(devices.debit(told["twice"].order)).ended()
    devices.debit(told["twice"].order)
    devices.debit(told["doubtful"].order, state=RecordState.DOUBTFUL)
    told["doubtful"].ended(not_paid)
    told["unrefunded"].paid(devices.debit(told["unrefunded"].order)).ended(not_printed)
    return told


Told = dict[Channel, dict[str, Till]]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    state = tmp_path_factory.mktemp("tills")
    journal, clock, devices = Journal.open(state), SetClock(NOON), Devices(state)
    told = {
        Channel.CARD: card_day(journal, clock, devices),
        Channel.YCT: purse_day(journal, clock, devices),
    }
    journal.close()
    devices.records.close()
    return state, told


@pytest.fixture(scope="module")
def reports(day: tuple[Path, Told]) -> tuple[Reconciliation, Reconciliation]:
    """The report of the next morning, and the one of the same command again."""

    def made() -> Reconciliation:
        result, broken = asyncio.run(command.run(Settings(state=day[0], pace=0.0), SetClock(MORNING), DAY))
        assert broken == ()
        return result

    return made(), made()


def found(result: Reconciliation, number: str) -> list[tuple[Difference, Remedy]]:
    of_it = [one for one in result.settlements if one.finding.either.number == number]
    return [(one.finding.difference, one.remedy) for one in of_it]


def test_every_difference_at_the_card_terminal_is_found_and_settled(
    day: tuple[Path, Told], reports: tuple[Reconciliation, Reconciliation]
) -> None:
    told = day[1][Channel.CARD]
    assert {name: found(reports[0], till.order.number) for name, till in told.items()} == {
        "agrees": [],
        "late": [(Difference.ONLY_BILL, Remedy.REFUNDED)],
        "lost": [(Difference.ONLY_OWN, Remedy.STAFF)],
        "amount": [(Difference.AMOUNT, Remedy.STAFF)],
        "unrefunded": [],
        "unpaid": [],
    }
    assert found(reports[0], told["unrefunded"].order.number + "R1") == [
        (Difference.ONLY_OWN, Remedy.REFUNDED)
    ]
    reversed_ones = [
        entry.number for entry in Devices(day[0]).book().transactions if entry.category == "Reversal"
    ]
    assert sorted(reversed_ones) == sorted(told[name].order.number + "R1" for name in ("late", "unrefunded"))


def test_the_terminals_own_sums_show_money_that_no_line_names(
    reports: tuple[Reconciliation, Reconciliation], day: tuple[Path, Told]
) -> None:
    fen = day[1][Channel.CARD]["agrees"].order.amount
    card = next(one for one in reports[0].totals if one.channel is Channel.CARD)
    assert card.billed_pay == Sum(4, Fen(4 * fen + 1))
    assert card.stated == Stated(Sum(5, Fen(5 * fen + 1)), Sum(0, Fen(0)))
    assert card.unexplained
    assert not reports[0].complete


def test_every_difference_of_the_purses_is_found_by_its_tac(
    day: tuple[Path, Told], reports: tuple[Reconciliation, Reconciliation]
) -> None:
    told = day[1][Channel.YCT]
    assert {name: found(reports[0], till.order.number) for name, till in told.items()} == {
        "agrees": [],
        "late": [(Difference.ONLY_BILL, Remedy.STAFF)],
        "lost": [(Difference.ONLY_OWN, Remedy.STAFF)],
        "forged": [(Difference.AMOUNT, Remedy.STAFF)],
        "twice": [(Difference.TWICE, Remedy.STAFF)],
        "doubtful": [(Difference.ONLY_BILL, Remedy.STAFF)],
        "unrefunded": [],
    }
    notes = {one.finding.either.number: one.note for one in reports[0].settlements}
    assert "TAC" in notes[told["forged"].order.number]
    assert "same card" in notes[told["doubtful"].order.number]
    assert "by hand" in notes[told["late"].order.number]
    assert "by hand" in notes[told["unrefunded"].order.number + "R1"]


def test_a_late_debit_is_booked_and_becomes_a_case_of_the_staffs(
    day: tuple[Path, Told], reports: tuple[Reconciliation, Reconciliation]
) -> None:
    journal = Journal.open(day[0])
    late = journal.fold(day[1][Channel.YCT]["late"].id).visit
    assert [paid.order_number for paid in late.payments] == [late.orders[0].number]
    assert late.refunded == frozenset()
    assert CaseKind.REFUND_OPEN in late.cases
    assert journal.verify() is None
    journal.close()


def test_running_it_again_settles_nothing_twice(reports: tuple[Reconciliation, Reconciliation]) -> None:
    first, second = reports
    assert {one.remedy for one in second.settlements} <= {Remedy.STAFF, Remedy.CONFIRMED}
    left = {one.finding.either.number for one in second.open}
    assert left <= {one.finding.either.number for one in first.open}


def test_the_report_shows_both_and_what_is_unexplained(
    reports: tuple[Reconciliation, Reconciliation], capsys: pytest.CaptureFixture[str]
) -> None:
    command._say(reports[0], (), None)
    said = "".join(capsys.readouterr().out.split())
    assert "羊城通" in said
    assert "终端合计" in said
    plain = command.plain(reports[0], ())
    told = {one["channel"]: one for one in plain["channels"]}
    assert told["card"]["stated"]["pay"]["count"] == 5
    assert told["card"]["unexplained"] is True
    assert told["yct"]["stated"] is None
    assert command.exit_code(reports[0], ()) == command.LEFT_OPEN
    assert render_reconciliation(reports[0]).startswith(b"%PDF")


REFERENCE = TerminalReference("T1", "2026-11-22T04:00:00.000Z")
ORDER = Order("KGZ0120261122120000000001", Channel.CARD, Fen(1500), NOON, NOON + timedelta(minutes=3), "")
REFUND = Refund(ORDER.number + "R1", Fen(1500), "", str(REFERENCE), NOON)
APPROVED = Approved(ORDER.number, Fen(1500), "M1", REFERENCE, NOON)


class Answering:
    """A terminal that answers every question about a payment alike."""

    def __init__(self, answer: CardAnswer, totals: TerminalTotals | Lost) -> None:
        self.answer, self.totals = answer, totals

    async def transaction(self, service_id: str, *, deadline_s: float) -> CardAnswer:
        return self.answer

    async def totals_of(self, day: date, *, deadline_s: float) -> TerminalTotals | Lost:
        return self.totals


def statement(answer: CardAnswer, asked: Asked, now: datetime = MORNING) -> Bill | Undecided:
    terminal = cast(TerminalPort, Answering(answer, Lost("does not know GetTotals")))
    return asyncio.run(terminal_statement(terminal, DAY, (asked,), now, service_id))


@pytest.mark.parametrize("answer", [Lost("off line"), InProgress(), NotFound()])
def test_what_the_terminal_cannot_tell_is_no_bill(answer: CardAnswer) -> None:
    """Three days later "not found" proves nothing any more."""
    now = MORNING if answer != NotFound() else MORNING + timedelta(days=3)
    assert isinstance(statement(answer, Asked(ORDER), now), Undecided)


@pytest.mark.parametrize("answer", [NotFound(), NotApproved(WhyNot.CANCELLED)])
def test_what_never_was_has_no_line(answer: CardAnswer) -> None:
    told = statement(answer, Asked(ORDER))
    assert told == Bill(Channel.CARD, DAY, ())


@pytest.mark.parametrize(
    ("answer", "number", "fen"),
    [
        (APPROVED, ORDER.number, 1500),
        (replace(APPROVED, number="KGZ0120261122120000000099"), "KGZ0120261122120000000099", 1500),
        (replace(APPROVED, amount=Fen(1)), ORDER.number, 1),
    ],
)
def test_a_line_says_what_the_terminal_says(answer: Approved, number: str, fen: int) -> None:
    told = statement(answer, Asked(ORDER))
    assert isinstance(told, Bill)
    assert [(line.movement, line.number, line.amount) for line in told.lines] == [
        (Movement.PAY, number, Fen(fen))
    ]
    assert told.stated is None  # the lines are worth having without the sums


def test_a_reversal_without_amount_was_of_what_was_asked() -> None:
    told = statement(replace(APPROVED, number=REFUND.number, amount=None), Asked(ORDER, REFUND))
    assert isinstance(told, Bill)
    assert [(line.movement, line.number, line.amount) for line in told.lines] == [
        (Movement.REFUND, REFUND.number, Fen(1500))
    ]


def test_records_that_cannot_be_read_are_no_bill() -> None:
    class Broken:
        def between(self, begin: datetime, end: datetime) -> tuple[PurseRecord, ...]:
            raise RecordsUnavailable("disk I/O error")

    assert purse_bill(cast(PurseRecords, Broken()), DAY, None) == Undecided("disk I/O error")
