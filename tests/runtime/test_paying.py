"""Paying by card and purse until the money is booked, against the other side's books."""

import pytest

from kiosk.devices.simulated.faults import FaultMode
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money_back import ReturnState
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.visit import events as e
from kiosk.visit.effects import PrintSlip
from kiosk.visit.model import CaseKind, Step
from kiosk.visit.money_back import money_back
from tests.runtime.till import Play, Till

Prompt = PaymentPrompt


# --- bank card --------------------------------------------------------------------------------------


def test_a_card_is_inserted_and_its_pin_typed_on_the_terminal(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        assert till.visit.payment_code == ""
        till.terminal.terminal.core.insert("debit")
        await till.asked(Prompt.ENTER_PIN)
        till.terminal.terminal.core.enter_pin("111101")
        await till.asked(Prompt.TERMINAL_WORKS)
        visit = await till.until(Step.ISSUING)
        assert visit.payment is not None
        assert visit.payment.channel is Channel.CARD
        assert till.cards_paid == visit.payment.amount == visit.total

    till = at_till(act)
    assert till.prompts == [Prompt.TERMINAL_WORKS, Prompt.SHOW_CARD, Prompt.ENTER_PIN, Prompt.TERMINAL_WORKS]


def test_a_declined_card_costs_nothing_and_another_pays(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.terminal.core.tap("empty")
        await till.until(Step.CHOOSING_METHOD)
        assert (till.note, till.cards_paid) == (FailureCode.PAYMENT_DECLINED, 0)
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.terminal.core.tap("debit")
        visit = await till.until(Step.ISSUING)
        assert till.cards_paid == visit.total

    at_till(act)


@pytest.mark.parametrize("fault", ["lose_answer", "slow"])
def test_a_lost_or_late_answer_of_the_terminal_is_asked_for(at_till: Play, fault: str) -> None:
    async def act(till: Till) -> None:
        till.terminal.arm(fault)
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.terminal.core.tap("debit")
        visit = await till.until(Step.ISSUING)
        assert till.cards_paid == visit.total

    at_till(act)


def test_an_acquirer_that_is_away_is_the_terminals_trouble_not_the_cards(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.arm("host_down", FaultMode.UNTIL_CLEARED)
        till.terminal.terminal.core.tap("debit")
        await till.until(Step.CHOOSING_METHOD)
        assert (till.note, till.cards_paid) == (FailureCode.TERMINAL_UNAVAILABLE, 0)

    at_till(act)


def test_a_terminal_that_cannot_be_reached_costs_nothing_and_is_said(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.terminal.cable.pulled = True
        till.choose(Channel.CARD)
        await till.when(lambda: till.note is FailureCode.TERMINAL_UNAVAILABLE)
        assert (till.visit.step, till.cards_paid) == (Step.CHOOSING_METHOD, 0)

    at_till(act)


def test_a_terminal_lost_while_the_payer_is_there_is_asked_once_it_is_back(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.cable.pulled = till.terminal.cable.hold = True
        till.terminal.terminal.core.tap("debit")
        await till.clock.sleep(30)
        assert till.visit.step is Step.PAYING
        till.terminal.cable.pulled = till.terminal.cable.hold = False
        visit = await till.until(Step.ISSUING)
        assert till.cards_paid == visit.total

    at_till(act)


def test_who_goes_back_from_the_terminal_pays_nothing(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.program.runner.send(e.WentBack())
        await till.until(Step.CHOOSING_METHOD)
        assert till.terminal.terminal.core.book().under_way() is None
        assert till.cards_paid == 0

    at_till(act)


def test_stopped_while_the_bank_is_asked_the_payment_is_found_and_delivered(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.terminal.core.tap("debit")
        await till.kill()
        till.start()
        visit = await till.until(Step.ISSUING)
        assert till.cards_paid == visit.total
        assert not visit.cases

    at_till(act)


def test_stopped_before_the_card_was_shown_the_terminal_is_told_to_give_up(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        await till.kill()
        till.start()
        visit = await till.until(Step.PRESENTING)
        assert visit.ending == Fault(FailureCode.INTERRUPTED)
        assert till.terminal.terminal.core.book().under_way() is None
        assert till.cards_paid == 0

    at_till(act)


def test_money_of_a_card_goes_back_to_the_card(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.CARD)
        await till.asked(Prompt.SHOW_CARD)
        till.terminal.terminal.core.tap("debit")
        await till.until(Step.ISSUING)
        till.program.runner.send(e.IssueFailed(Fault(FailureCode.ISSUE_FAILED)))
        visit = await till.until(Step.SLIP)
        (back,) = money_back(visit)
        assert (back.channel, back.amount, back.state) == (Channel.CARD, visit.total, ReturnState.DONE)
        assert till.cards_paid == 0

    at_till(act)


# --- purse ------------------------------------------------------------------------------------------


def test_a_purse_pays_and_the_screen_never_asks_for_it_twice(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.asked(Prompt.HOLD_PURSE)
        till.purse.core.present("full")
        visit = await till.until(Step.ISSUING)
        assert till.purses_paid == visit.total

    assert at_till(act).prompts == [Prompt.HOLD_PURSE, Prompt.PURSE_WORKS]


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("poor", FailureCode.PURSE_NOT_ENOUGH),
        ("expired", FailureCode.PURSE_NOT_ACCEPTED),
        ("blacklisted", FailureCode.PURSE_NOT_ACCEPTED),
        ("old", FailureCode.PURSE_NOT_ACCEPTED),
    ],
)
def test_a_purse_that_cannot_pay_is_said_why(at_till: Play, card: str, code: FailureCode) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.until(Step.PAYING)
        till.purse.core.present(card)
        await till.until(Step.CHOOSING_METHOD)
        assert (till.note, till.purses_paid) == (code, 0)

    at_till(act)


def test_a_reader_that_is_silent_costs_nothing_and_is_said(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.purse.arm("mute", FaultMode.UNTIL_CLEARED)
        till.choose(Channel.YCT)
        await till.when(lambda: till.note is FailureCode.PURSE_READER_UNAVAILABLE)
        assert (till.visit.step, till.purses_paid) == (Step.CHOOSING_METHOD, 0)

    at_till(act)


@pytest.mark.parametrize("fault", ["torn_after_debit", "torn_before_debit", "lose_answer"])
def test_a_debit_in_doubt_waits_for_the_same_card_and_takes_no_other(at_till: Play, fault: str) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.until(Step.PAYING)
        till.purse.arm(fault)
        till.purse.core.present("full")
        await till.asked(Prompt.SAME_PURSE)
        till.purse.core.present("other")
        await till.asked(Prompt.OTHER_PURSE)
        assert till.purse.balance("other") == 30_000
        till.purse.core.present("full")
        visit = await till.until(Step.ISSUING)
        assert till.purses_paid == visit.total
        assert till.purse.balance("other") == 30_000

    at_till(act)


def test_stopped_while_a_debit_is_in_doubt_the_same_card_settles_it_after_the_start(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.until(Step.PAYING)
        till.purse.arm("torn_after_debit")
        till.purse.core.present("full")
        await till.asked(Prompt.SAME_PURSE)
        await till.kill()
        till.prompts.clear()
        till.start()
        await till.asked(Prompt.SAME_PURSE)
        till.purse.core.present("full")
        visit = await till.until(Step.ISSUING)
        assert till.purses_paid == visit.total
        assert not visit.cases

    at_till(act)


def test_a_card_in_doubt_that_never_comes_back_is_a_case(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.until(Step.PAYING)
        till.purse.arm("torn_after_debit")
        till.purse.core.present("full")
        await till.asked(Prompt.SAME_PURSE)
        visit = await till.until(Step.SLIP)
        assert visit.cases == (CaseKind.PAYMENT_UNDECIDED,)
        assert till.purses_paid == visit.total

    assert at_till(act).prompts[-1] is Prompt.SAME_PURSE  # to the end the screen asks for the card


def test_a_card_in_doubt_may_come_back_while_its_order_is_made_final(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.until(Step.PAYING)
        till.purse.arm("torn_after_debit")
        till.purse.core.present("full")
        await till.asked(Prompt.SAME_PURSE)
        await till.until(Step.CLOSING_PAYMENT)
        till.purse.core.present("full")
        visit = await till.until(Step.ISSUING)
        assert till.purses_paid == visit.total
        assert not visit.cases

    at_till(act)


def test_a_purse_takes_no_money_back_so_there_is_a_voucher_and_a_case(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.YCT)
        await till.until(Step.PAYING)
        till.purse.core.present("full")
        await till.until(Step.ISSUING)
        till.program.runner.send(e.IssueFailed(Fault(FailureCode.ISSUE_FAILED)))
        visit = await till.until(Step.SLIP)
        (back,) = money_back(visit)
        assert (back.channel, back.amount, back.state) == (Channel.YCT, visit.total, ReturnState.VOUCHER)
        assert visit.cases == (CaseKind.REFUND_OPEN,)
        slips = [
            one.effect for one in till.program.runner.folded.pending if isinstance(one.effect, PrintSlip)
        ]
        assert [(slip.slip.money_back, slip.slip.case_number) for slip in slips] == [
            ((back,), visit.visit_id)
        ]
        assert till.purses_paid == visit.total

    at_till(act)
