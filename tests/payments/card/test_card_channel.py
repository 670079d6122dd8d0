"""The card channel against the simulated terminal: every operation with every fault, and every restart."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.money_faults import TERMINAL_FAULTS
from kiosk.devices.simulated.terminal_book import Stage
from kiosk.domain.card_payment import parse_reference
from kiosk.domain.payment import Refund
from kiosk.payments.card.adapter import CardChannel, CardMerchant, service_id
from kiosk.payments.contract import (
    Availability,
    Closed,
    Declined,
    NoticeRefused,
    Opened,
    PaymentChannel,
    Pending,
    RefundState,
    Settled,
    Undecided,
)
from tests.devices.terminal.bench import TerminalBench, terminal_bench
from tests.payments.card.journey import (
    ORDER,
    channel_of,
    charged,
    closed,
    given_back,
    lived,
    name_of,
    nobody,
    other_order,
    paid,
    refund_of,
    refunded,
    taps,
)
from tests.support.virtual_time import run

Act = Callable[[TerminalBench, CardChannel], Coroutine[Any, Any, Any]]
DOCUMENT = Path(__file__).parents[3] / "docs" / "card-and-purse.md"


def on_bench(state: Path, act: Act, **how: Any) -> Any:
    async def main() -> Any:
        async with terminal_bench(state, **how) as bench:
            channel = channel_of(bench)
            try:
                return await act(bench, channel)
            finally:
                await channel.aclose()

    return run(main())


async def pays_with(bench: TerminalBench, channel: CardChannel, fault: str, mode: FaultMode) -> str:
    bench.arm(fault, mode)
    answer = await lived(bench, channel)
    assert charged(bench) == (1 if isinstance(answer, Settled) or charged(bench) else 0)
    if isinstance(answer, Closed | Declined):
        assert charged(bench) == 0, "what was charged is never called closed or declined"
    return name_of(answer)


async def gives_back_with(bench: TerminalBench, channel: CardChannel, fault: str, mode: FaultMode) -> str:
    payment = await paid(bench, channel)
    bench.arm(fault, mode)
    answer = await refunded(bench, channel, refund_of(payment, bench))
    assert given_back(bench) <= 1
    if answer.state is RefundState.REFUSED:
        assert given_back(bench) == 0
    return name_of(answer)


def row(state: Path, fault: str) -> str:
    """Return one line of the table in the document: what each operation comes to under a fault."""
    cells = [
        on_bench(state / operation.__name__ / mode, lambda b, c, o=operation, m=mode: o(b, c, fault, m))
        for operation in (pays_with, gives_back_with)
        for mode in (FaultMode.ONCE, FaultMode.UNTIL_CLEARED)
    ]
    return f"| `{fault}` | " + " | ".join(cells) + " |"


@pytest.mark.parametrize("fault", TERMINAL_FAULTS)
def test_the_document_tells_what_comes_of_every_fault(tmp_path: Path, fault: str) -> None:
    assert row(tmp_path, fault) in DOCUMENT.read_text("utf-8").splitlines()


def test_the_channel_is_a_payment_channel(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        as_channel: PaymentChannel = channel
        assert as_channel.simulated
        assert await as_channel.available() == Availability(True)
        with pytest.raises(NoticeRefused):
            channel.read_notice({}, b"", lambda _: None, bench.clock.now())
        bench.arm("host_down", FaultMode.UNTIL_CLEARED)
        assert not (await as_channel.available()).available
        bench.cable.pulled = True
        assert not (await as_channel.available()).available
        answer = await as_channel.open(ORDER)
        assert isinstance(answer, Undecided)
        assert answer.unsent

    on_bench(tmp_path, act)


def test_paying_is_settled_with_what_a_reversal_needs(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        assert await channel.open(ORDER) == Opened("")
        assert await channel.query(ORDER) == Pending()
        await bench.waiting()
        taps(bench)
        await bench.clock.sleep(3)
        answer = await channel.query(ORDER)
        assert isinstance(answer, Settled)
        assert answer.payment.amount == ORDER.amount
        assert parse_reference(answer.payment.transaction_id) is not None
        assert await channel.query(ORDER) == answer
        assert await channel.close(ORDER) == answer
        assert await channel.open(ORDER) == answer, "opened again, it is still paid once"
        assert charged(bench) == 1

    on_bench(tmp_path, act)


def test_nobody_pays_and_the_order_ends(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        answer = await lived(bench, channel, payer=nobody)
        assert isinstance(answer, Declined)
        assert bench.terminal.core.book().under_way() is None

    on_bench(tmp_path, act)


def test_cancelled_early_the_terminal_is_free_again(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        await channel.open(ORDER)
        await bench.waiting()
        assert await channel.close(ORDER) == Closed()
        assert isinstance(await lived(bench, channel, other_order(2, bench)), Settled)
        assert charged(bench) == 1

    on_bench(tmp_path, act)


def test_the_answer_that_never_comes_is_asked_for(tmp_path: Path) -> None:
    """A half-open connection: the payment's answer would take minutes, its status is there at once."""

    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        await channel.open(ORDER)
        await bench.waiting()
        bench.cable.hold = True
        taps(bench)
        await bench.clock.sleep(20)
        assert isinstance(await channel.query(ORDER), Settled)

    on_bench(tmp_path, act)


def test_a_payment_that_arrives_late_is_not_called_unknown_to_the_terminal(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        bench.cable.straggle = 6.0
        await channel.open(ORDER)
        await bench.clock.sleep(2)
        assert await channel.query(ORDER) == Pending(), "not found is no answer while it may be under way"
        assert isinstance(await channel.close(ORDER), Undecided)
        await bench.waiting()
        taps(bench)
        await bench.clock.sleep(3)
        assert isinstance(await channel.query(ORDER), Settled)

    on_bench(tmp_path, act, key=None)


def test_a_terminal_out_of_reach_is_no_refusal(tmp_path: Path) -> None:
    """Paid, the answer lost, and then the cable: that the question cannot be sent says nothing."""

    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        await channel.open(ORDER)
        await bench.waiting()
        bench.arm("lose_answer")
        taps(bench)
        await bench.clock.sleep(3)
        bench.cable.pulled = True
        for found in (await channel.query(ORDER), await channel.close(ORDER)):
            assert isinstance(found, Undecided)
            assert not found.unsent
        bench.cable.pulled = False
        assert isinstance(await channel.query(ORDER), Settled)

    on_bench(tmp_path, act)


def test_a_payment_that_could_not_be_sent_is_declined(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        assert await channel.open(ORDER) == Opened("")
        bench.cable.pulled = True
        await bench.clock.sleep(1)
        assert isinstance(await channel.query(ORDER), Declined)
        assert charged(bench) == 0

    on_bench(tmp_path, act)


@pytest.mark.parametrize("stage", ["never sent", *Stage])
@pytest.mark.parametrize("terminal_too", [False, True], ids=["kiosk", "both"])
def test_a_restart_in_every_state_ends_in_one_payment_or_none(
    tmp_path: Path, stage: str, terminal_too: bool
) -> None:
    """The kiosk dies; the next one closes what it finds, as the runtime does."""

    async def dies(bench: TerminalBench, channel: CardChannel) -> None:
        if stage == "never sent":
            return
        await channel.open(ORDER)
        await bench.waiting()
        match stage:
            case Stage.PIN:
                bench.terminal.core.insert("debit")
            case Stage.HOST | Stage.DONE:
                bench.terminal.core.tap("debit")
        if stage is Stage.DONE:
            await bench.clock.sleep(3)
        if not terminal_too:
            await channel.aclose()
            reborn = channel_of(bench)
            check(await closed(bench, reborn), charged(bench), aborts=True)

    def check(answer: object, times: int, *, aborts: bool) -> None:
        survives = stage is Stage.DONE or (stage is Stage.HOST and aborts)
        assert isinstance(answer, Settled if survives else Closed)
        assert times == (1 if survives else 0)

    async def comes_back(bench: TerminalBench, channel: CardChannel) -> None:
        check(await closed(bench, channel), charged(bench), aborts=False)

    on_bench(tmp_path, dies)
    if terminal_too:
        on_bench(tmp_path, comes_back)


def test_a_payment_known_to_the_terminal_is_never_sent_again(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        await channel.open(ORDER)
        await bench.waiting()
        await channel.aclose()
        reborn = channel_of(bench)
        assert await reborn.open(ORDER) == Opened("")
        taps(bench)
        await bench.clock.sleep(3)
        assert isinstance(await reborn.query(ORDER), Settled)
        assert charged(bench) == 1
        await reborn.aclose()

    on_bench(tmp_path, act)


def test_a_refund_is_given_once_under_its_number(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        payment = await paid(bench, channel)
        refund = refund_of(payment, bench)
        assert (await channel.query_refund(ORDER, refund)).state is RefundState.UNDECIDED
        for _ in range(3):
            assert (await channel.refund(ORDER, refund)).state is RefundState.DONE
        assert (await channel.query_refund(ORDER, refund)).state is RefundState.DONE
        assert given_back(bench) == 1

    on_bench(tmp_path, act)


def test_a_refund_of_nothing_is_refused(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, channel: CardChannel) -> None:
        payment = await paid(bench, channel)
        for reference in ("", "no reference", "unknown/2026-06-01T08:00:00.000Z"):
            refund = Refund(f"R{len(reference):07d}", payment.amount, "", reference, bench.clock.now())
            assert (await channel.refund(ORDER, refund)).state is RefundState.REFUSED
        assert given_back(bench) == 0

    on_bench(tmp_path, act)


def test_another_merchants_approval_is_no_payment(tmp_path: Path) -> None:
    async def act(bench: TerminalBench, _: CardChannel) -> None:
        stranger = CardChannel(bench.driver, CardMerchant("898440160129999", simulated=True), bench.clock)
        await stranger.open(ORDER)
        await bench.waiting()
        taps(bench)
        await bench.clock.sleep(3)
        answer = await stranger.query(ORDER)
        assert isinstance(answer, Undecided)
        assert answer.incident
        await stranger.aclose()

    on_bench(tmp_path, act)


def test_service_ids_follow_from_the_number_alone() -> None:
    numbers = [f"KGZ01202606011600{number:08d}" for number in range(2000)]
    ids = {service_id(number) for number in numbers}
    assert len(ids) == len(numbers)
    assert all(len(name) == 10 and name.isalnum() and name.isascii() for name in ids)
    assert service_id(numbers[7]) == service_id(numbers[7])
