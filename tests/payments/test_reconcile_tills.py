"""Card terminal and purse reader in the same day: every difference found, settled where it can be."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

import pytest

from kiosk.commands import reconcile as command
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
from kiosk.domain.payment import Channel, Order, Refund
from kiosk.domain.reconciliation import Difference, Movement, Reconciliation, Remedy, Stated, Sum
from kiosk.journal.store import Journal
from kiosk.payments.card.adapter import service_id
from kiosk.payments.card.port import TerminalPort
from kiosk.payments.contract import Undecided
from kiosk.payments.reconciliation.bills import Asked, Bill
from kiosk.payments.reconciliation.purse import purse_bill
from kiosk.payments.reconciliation.terminal import terminal_statement
from kiosk.payments.yct.records import PurseRecord, PurseRecords, RecordsUnavailable
from kiosk.visit.model import CaseKind
from tests.payments.told_day import DAY, MORNING, Devices, ToldDay
from tests.visit.world import NOON

Reports = tuple[Reconciliation, Reconciliation]


def found(result: Reconciliation, number: str) -> list[tuple[Difference, Remedy]]:
    of_it = [one for one in result.settlements if one.finding.either.number == number]
    return [(one.finding.difference, one.remedy) for one in of_it]


def test_every_difference_at_the_card_terminal_is_found_and_settled(told: ToldDay, reports: Reports) -> None:
    tills = told.tills[Channel.CARD]
    assert {name: found(reports[0], till.order.number) for name, till in tills.items()} == {
        "agrees": [],
        "late": [(Difference.ONLY_BILL, Remedy.REFUNDED)],
        "lost": [(Difference.ONLY_OWN, Remedy.STAFF)],
        "amount": [(Difference.AMOUNT, Remedy.STAFF)],
        "unrefunded": [],
        "unpaid": [],
    }
    assert found(reports[0], tills["unrefunded"].order.number + "R1") == [
        (Difference.ONLY_OWN, Remedy.REFUNDED)
    ]
    reversed_ones = [
        entry.number for entry in Devices(told.state).book().transactions if entry.category == "Reversal"
    ]
    assert sorted(reversed_ones) == sorted(tills[name].order.number + "R1" for name in ("late", "unrefunded"))


def test_the_terminals_own_sums_show_money_that_no_line_names(told: ToldDay, reports: Reports) -> None:
    fen = told.tills[Channel.CARD]["agrees"].order.amount
    card = next(one for one in reports[0].totals if one.channel is Channel.CARD)
    assert card.billed_pay == Sum(4, Fen(4 * fen + 1))
    assert card.stated == Stated(Sum(5, Fen(5 * fen + 1)), Sum(0, Fen(0)))
    assert card.unexplained
    assert not reports[0].complete


def test_every_difference_of_the_purses_is_found_by_its_tac(told: ToldDay, reports: Reports) -> None:
    tills = told.tills[Channel.YCT]
    assert {name: found(reports[0], till.order.number) for name, till in tills.items()} == {
        "agrees": [],
        "late": [(Difference.ONLY_BILL, Remedy.STAFF)],
        "lost": [(Difference.ONLY_OWN, Remedy.STAFF)],
        "forged": [(Difference.AMOUNT, Remedy.STAFF)],
        "twice": [(Difference.TWICE, Remedy.STAFF)],
        "doubtful": [(Difference.ONLY_BILL, Remedy.STAFF)],
        "unrefunded": [],
    }
    notes = {one.finding.either.number: one.note.en for one in reports[0].settlements}
    assert "TAC" in notes[tills["forged"].order.number]
    assert "same card" in notes[tills["doubtful"].order.number]
    assert "by hand" in notes[tills["late"].order.number]
    assert "by hand" in notes[tills["unrefunded"].order.number + "R1"]


def test_the_operators_file_lists_the_days_debits_and_is_private(told: ToldDay, reports: Reports) -> None:
    written = told.state / "purse.csv"
    assert written.stat().st_mode & 0o777 == 0o600
    lines = written.read_text().splitlines()
    verdicts = [line.rpartition(",")[2] for line in lines[1:-1]]
    assert sorted(set(verdicts)) == ["doubtful", "genuine", "wrong_tac"]
    assert told.tills[Channel.YCT]["agrees"].order.number in written.read_text()


def test_a_late_debit_is_booked_and_becomes_a_case_of_the_staffs(told: ToldDay, reports: Reports) -> None:
    journal = Journal.open(told.state)
    late = journal.fold(told.tills[Channel.YCT]["late"].id).visit
    assert [paid.order_number for paid in late.payments] == [late.orders[0].number]
    assert late.refunded == frozenset()
    assert CaseKind.REFUND_OPEN in late.cases
    assert journal.verify() is None
    journal.close()


def test_the_report_shows_both_and_what_is_unexplained(
    reports: Reports, capsys: pytest.CaptureFixture[str]
) -> None:
    command._say(reports[0], (), None, "zh_CN")
    said = "".join(capsys.readouterr().out.split())
    assert "羊城通" in said
    assert "终端合计" in said
    plain = command.plain(reports[0], ())
    channels = {one["channel"]: one for one in plain["channels"]}
    assert channels["card"]["stated"]["pay"]["count"] == 5
    assert channels["card"]["unexplained"] is True
    assert channels["yct"]["stated"] is None
    assert command.exit_code(reports[0], ()) == command.LEFT_OPEN


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
