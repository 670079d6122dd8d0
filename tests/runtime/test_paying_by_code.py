"""Paying by the phone's code and by ours until the money is booked, against the network's books."""

from pathlib import Path

import pytest

from kiosk.devices.contracts import Failed
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.payments.contract import Closed, Declined, Undecided
from kiosk.visit import events as e
from kiosk.visit.limits import QR_RENEWALS, WRONG_CODES
from kiosk.visit.model import Step
from tests.runtime.till import Play, Till

Prompt = PaymentPrompt


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
        await till.when(lambda: till.note is FailureCode.PAYER_CODE_OTHER_NETWORK)
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
        visit = await till.when(lambda: till.visit.step is Step.CHOOSING_METHOD and till.note is not None)
        assert (till.note, till.wallet.asked) == (FailureCode.PAYER_CODE_OTHER_NETWORK, [])
        assert len(visit.orders) == 1

    at_till(act)


def test_a_text_that_is_no_payment_code_is_never_sent(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        till.scanner.show(Channel.WECHAT, "' OR 1=1")
        await till.until(Step.CHOOSING_METHOD)
        assert (till.note, till.wallet.asked) == (FailureCode.PAYER_CODE_OTHER_NETWORK, [])

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
        assert (till.note, till.wallet.taken) == (code, {})
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
        assert (till.note, till.wallet.asked) == (FailureCode.SCANNER_UNAVAILABLE, [])

    at_till(act)


def test_a_code_that_is_never_shown_ends_with_the_orders_time(at_till: Play) -> None:
    async def act(till: Till) -> None:
        till.choose(Channel.WECHAT, payer_code=True)
        await till.asked(Prompt.SHOW_CODE)
        await till.until(Step.CHOOSING_METHOD)
        assert (till.note, till.wallet.asked) == (FailureCode.PAYMENT_EXPIRED, [])

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
        assert till.note is FailureCode.PAYMENT_EXPIRED
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
