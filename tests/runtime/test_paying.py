"""Paying by card, purse and the phone's code until the money is booked, against the other side's books."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.devices.contracts import Failed
from kiosk.devices.simulated.faults import FaultMode
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money_back import ReturnState
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.payments.contract import Closed, Declined, Undecided
from kiosk.visit import events as e
from kiosk.visit.effects import PrintSlip
from kiosk.visit.limits import QR_RENEWALS, WRONG_CODES
from kiosk.visit.model import CaseKind, Step
from kiosk.visit.money_back import money_back
from tests.runtime.till import Till, play

Prompt = PaymentPrompt
Play = Callable[[Callable[[Till], Awaitable[None]]], Till]


@pytest.fixture
def at_till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return lambda act: play(tmp_path, monkeypatch, act)


def note(till: Till) -> FailureCode | None:
    return till.visit.payment_note.code if till.visit.payment_note else None


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
        assert (note(till), till.cards_paid) == (FailureCode.PAYMENT_DECLINED, 0)
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
        assert (note(till), till.cards_paid) == (FailureCode.TERMINAL_UNAVAILABLE, 0)

    at_till(act)


def test_a_terminal_that_cannot_be_reached_costs_nothing_and_is_said(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.terminal.cable.pulled = True
        till.choose(Channel.CARD)
        await till.when(lambda: note(till) is FailureCode.TERMINAL_UNAVAILABLE)
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
        assert (note(till), till.purses_paid) == (code, 0)

    at_till(act)


def test_a_reader_that_is_silent_costs_nothing_and_is_said(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.purse.arm("mute", FaultMode.UNTIL_CLEARED)
        till.choose(Channel.YCT)
        await till.when(lambda: note(till) is FailureCode.PURSE_READER_UNAVAILABLE)
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


# --- the phone's code -------------------------------------------------------------------------------

CODE = "134567890123456789"


def test_the_phones_code_is_charged_once_and_kept_nowhere(at_till: Play, tmp_path: Path) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        assert till.wallet.asked == []
        till.scanner.show(Channel.WECHAT, CODE)
        visit = await till.until(Step.ISSUING)
        assert till.wallet.codes == [CODE]
        assert sum(till.wallet.taken.values()) == visit.total
        assert CODE not in repr(till.program.runner.memory)
        assert CODE not in repr(till.program.runner.folded)

    till = at_till(act)
    assert till.prompts == [Prompt.SHOW_CODE, Prompt.CONFIRM_ON_PHONE]
    kept = [file for file in tmp_path.rglob("*") if file.is_file() and CODE.encode() in file.read_bytes()]
    assert kept == []


def test_a_code_of_another_network_is_said_so_and_the_right_one_still_pays(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.show(Channel.ALIPAY, "287654321098765432")
        await till.when(lambda: note(till) is FailureCode.PAYER_CODE_OTHER_NETWORK)
        assert till.visit.step is Step.PAYING
        assert till.wallet.asked == []
        till.scanner.show(Channel.WECHAT, CODE)
        await till.until(Step.ISSUING)
        assert till.wallet.codes == [CODE]

    at_till(act)


def test_codes_of_other_networks_are_not_read_for_ever(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        for _ in range(WRONG_CODES):
            till.scanner.show(Channel.ALIPAY, "287654321098765432")
        visit = await till.when(lambda: till.visit.step is Step.CHOOSING_METHOD and note(till) is not None)
        assert (note(till), till.wallet.asked) == (FailureCode.PAYER_CODE_OTHER_NETWORK, [])
        assert len(visit.orders) == 1

    at_till(act)


def test_a_text_that_is_no_payment_code_is_never_sent(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.show(Channel.WECHAT, "' OR 1=1")
        await till.until(Step.CHOOSING_METHOD)
        assert (note(till), till.wallet.asked) == (FailureCode.PAYER_CODE_OTHER_NETWORK, [])

    at_till(act)


@pytest.mark.parametrize("stop", [e.WentBack(), e.Cancelled(), e.CardRemoved()])
def test_before_a_code_is_shown_no_network_has_heard_of_the_order(at_till: Play, stop: e.Event) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.program.runner.send(stop)
        visit = await till.until(Step.CHOOSING_METHOD, Step.PRESENTING, Step.ENDED)
        assert visit.before_payment
        assert till.wallet.asked == []

    at_till(act)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Declined("no money"), FailureCode.PAYMENT_DECLINED),
        (Closed(), FailureCode.PAYMENT_EXPIRED),
        (Undecided("no connection", unsent=True), FailureCode.GATEWAY_UNREACHABLE),
        (Undecided("nobody knows"), FailureCode.PAYMENT_UNKNOWN),
    ],
)
def test_a_code_that_does_not_pay_leaves_nothing_owed(
    at_till: Play, answer: Declined | Closed | Undecided, code: FailureCode
) -> None:
    async def act(till: Till) -> None:
        till.wallet.code_answers = [answer]
        till.choose(Channel.ALIPAY, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.show(Channel.ALIPAY, "287654321098765432")
        await till.until(Step.CHOOSING_METHOD)
        assert (note(till), till.wallet.taken) == (code, {})
        undecided = isinstance(answer, Undecided) and not answer.unsent
        assert len(till.wallet.did("reverse")) == undecided

    at_till(act)


def test_stopped_as_a_code_was_charged_it_is_never_charged_again(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.show(Channel.WECHAT, CODE)
        await till.when(lambda: till.visit.charging or till.visit.step is Step.ISSUING)
        await till.kill()
        till.start()
        visit = await till.until(Step.ISSUING, Step.PRESENTING, Step.SLIP)
        assert len(till.wallet.did("charge")) <= 1
        assert sum(till.wallet.taken.values()) == sum(paid.amount for paid in visit.payments)

    at_till(act)


def test_stopped_with_a_charge_nobody_knows_of_it_is_undone(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.wallet.hangs = True
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.show(Channel.WECHAT, CODE)
        await till.when(lambda: bool(till.wallet.did("charge")))
        await till.kill()
        till.start()
        visit = await till.until(Step.PRESENTING)
        assert visit.ending == Fault(FailureCode.INTERRUPTED)
        assert len(till.wallet.did("charge")) == len(till.wallet.did("reverse")) == 1
        assert (till.wallet.taken, visit.payments) == ({}, ())

    at_till(act)


def test_a_scanner_that_fails_is_said_and_nothing_is_charged(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.shown.put_nowait(Failed(Fault(FailureCode.SCANNER_UNAVAILABLE)))
        await till.until(Step.CHOOSING_METHOD)
        assert (note(till), till.wallet.asked) == (FailureCode.SCANNER_UNAVAILABLE, [])

    at_till(act)


def test_a_code_that_is_never_shown_ends_with_the_orders_time(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        await till.until(Step.CHOOSING_METHOD)
        assert (note(till), till.wallet.asked) == (FailureCode.PAYMENT_EXPIRED, [])

    at_till(act)


# --- codes that are renewed -------------------------------------------------------------------------


def test_a_code_whose_time_is_over_is_replaced_after_the_old_order_is_closed(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.ALIPAY)
        await till.when(lambda: len(till.visit.orders) == 2)
        first, second = (order.number for order in till.visit.orders)
        await till.asked(Prompt.SCAN_CODE)
        calls = [call for call in till.wallet.asked if call[0] != "query"]
        assert calls == [("open", first), ("close", first), ("open", second)]
        till.wallet.pay(till.visit.orders[-1])
        till.program.runner.ask_payment()
        visit = await till.until(Step.ISSUING)
        assert sum(till.wallet.taken.values()) == visit.total

    assert at_till(act).prompts == [Prompt.SCAN_CODE, Prompt.RENEWING, Prompt.SCAN_CODE]


@pytest.mark.parametrize(("touches", "codes"), [(False, 2), (True, 1 + QR_RENEWALS)])
def test_codes_are_renewed_a_few_times_and_for_nobody_only_once(
    at_till: Play, touches: bool, codes: int
) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.ALIPAY)
        seen: set[int] = set()
        await till.until(Step.PAYING)
        while till.visit.step is not Step.CHOOSING_METHOD:
            if touches and till.visit.step is Step.PAYING and len(till.visit.orders) not in seen:
                seen.add(len(till.visit.orders))
                till.program.runner.activity()
            await till.clock.sleep(1)
        assert len(till.visit.orders) == codes
        assert note(till) is FailureCode.PAYMENT_EXPIRED
        assert till.visit.before_payment

    at_till(act)


def test_who_pays_in_the_instant_before_the_old_order_is_closed_has_paid(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.ALIPAY)
        await till.until(Step.PAYING)
        order = till.visit.orders[0]
        await till.clock.sleep((order.expires_at - till.clock.now()).total_seconds() - 0.05)
        till.wallet.pay(order)
        visit = await till.until(Step.ISSUING)
        assert len(visit.orders) == 1
        assert sum(till.wallet.taken.values()) == visit.total

    at_till(act)
