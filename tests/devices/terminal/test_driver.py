"""The nexo driver against the simulated terminal: what the payer does, what goes wrong, what is recovered."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk.devices.contracts import DeviceState, Done, MediaAction
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.terminal import POI_ID
from kiosk.devices.simulated.terminal_book import CARDS
from kiosk.devices.simulated.terminal_core import NotNow
from kiosk.devices.simulated.terminal_protocol import MERCHANT
from kiosk.devices.terminal.blob import BlobKey
from kiosk.devices.terminal.json_text import encode
from kiosk.devices.terminal.messages import Header, read_answer, request
from kiosk.domain.card_payment import (
    Approved,
    CardAnswer,
    CardReversal,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalHealth,
    TerminalStage,
    TerminalTotals,
    WhyNot,
    parse_reference,
)
from kiosk.domain.money import Fen
from tests.devices.terminal.bench import KEY, SALE, TerminalBench, terminal_bench
from tests.support.virtual_time import START, run

Payer = Callable[[TerminalBench], Coroutine[Any, Any, None]]


async def taps(bench: TerminalBench) -> None:
    bench.terminal.core.tap("debit")


async def inserts(bench: TerminalBench) -> None:
    bench.terminal.core.insert("credit")
    bench.terminal.core.enter_pin(CARDS["credit"].pin)


async def mistypes_once(bench: TerminalBench) -> None:
    bench.terminal.core.insert("debit")
    bench.terminal.core.enter_pin("999999")
    bench.terminal.core.enter_pin(CARDS["debit"].pin)


async def forgets_the_pin(bench: TerminalBench) -> None:
    bench.terminal.core.insert("debit")
    for _ in range(3):
        bench.terminal.core.enter_pin("000000")


async def walks_away(bench: TerminalBench) -> None:
    bench.terminal.core.insert("debit")
    bench.terminal.core.walk_away()


async def does_nothing(bench: TerminalBench) -> None:
    return


def uses(card: str) -> Payer:
    async def tap(bench: TerminalBench) -> None:
        bench.terminal.core.tap(card)

    return tap


async def paid(bench: TerminalBench, payer: Payer, service_id: str = "PAY0000001") -> CardAnswer:
    """Pay once, the payer doing their part when asked."""
    paying = asyncio.ensure_future(bench.driver.pay(service_id, SALE, deadline_s=120))
    await bench.waiting()
    await payer(bench)
    return await paying


def on_bench(tmp_path: Path, act: Callable[[TerminalBench], Coroutine[Any, Any, Any]], **how: Any) -> Any:
    async def main() -> Any:
        async with terminal_bench(tmp_path, **how) as bench:
            return await act(bench)

    return run(main())


@pytest.mark.parametrize("key", [KEY, None], ids=["sealed", "plain"])
@pytest.mark.parametrize("payer", [taps, inserts, mistypes_once])
def test_a_payer_with_a_good_card_pays(tmp_path: Path, payer: Payer, key: BlobKey | None) -> None:
    answer = on_bench(tmp_path, lambda bench: paid(bench, payer), key=key)
    assert isinstance(answer, Approved)
    assert (answer.number, answer.amount, answer.merchant) == (SALE.number, SALE.amount, MERCHANT)
    assert answer.card in {"UNIONPAY **** 0018", "UNIONPAY **** 0000"}
    assert parse_reference(str(answer.reference)) == answer.reference


@pytest.mark.parametrize(
    ("payer", "why"),
    [
        (forgets_the_pin, WhyNot.WRONG_PIN),
        (walks_away, WhyNot.CANCELLED),
        (does_nothing, WhyNot.CANCELLED),
        (uses("empty"), WhyNot.REFUSED),
        (uses("foreign"), WhyNot.CARD_NOT_ACCEPTED),
    ],
)
def test_who_does_not_pay_is_told_so(tmp_path: Path, payer: Payer, why: WhyNot) -> None:
    answer = on_bench(tmp_path, lambda bench: paid(bench, payer))
    assert isinstance(answer, NotApproved)
    assert answer.why is why


def test_a_lost_answer_is_recovered_by_its_service_id(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        await bench.driver.login(deadline_s=5)
        bench.arm("lose_answer")
        assert isinstance(await paid(bench, taps), Lost)
        recovered = await bench.driver.transaction("PAY0000001", deadline_s=5)
        assert isinstance(recovered, Approved)
        assert recovered.amount == SALE.amount
        assert await bench.driver.transaction("NEVERSENT1", deadline_s=5) == NotFound()

    on_bench(tmp_path, act)


def test_the_status_follows_a_payment(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        paying = asyncio.ensure_future(bench.driver.pay("PAY0000001", SALE, deadline_s=120))
        await bench.waiting()
        assert await bench.driver.transaction("PAY0000001", deadline_s=5) == InProgress(TerminalStage.CARD)
        assert (await bench.driver.status()).state is DeviceState.BUSY
        assert await bench.driver.abort("PAY0000001", deadline_s=5) is None
        assert await paying == NotApproved(WhyNot.ABORTED, "Aborted")
        assert await bench.driver.transaction("PAY0000001", deadline_s=5) == await paying

    on_bench(tmp_path, act)


def test_a_payment_with_the_acquirer_cannot_be_aborted(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        paying = asyncio.ensure_future(bench.driver.pay("PAY0000001", SALE, deadline_s=120))
        await bench.waiting()
        bench.terminal.core.tap("debit")
        await bench.driver.abort("PAY0000001", deadline_s=5)
        assert isinstance(await paying, Approved)
        with pytest.raises(NotNow):
            bench.terminal.core.walk_away()

    on_bench(tmp_path, act)


def test_a_service_id_pays_once(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        assert isinstance(await paid(bench, taps), Approved)
        again = await bench.driver.pay("PAY0000001", SALE, deadline_s=5)
        assert isinstance(again, Lost), "a refused repetition says nothing about the first sending"
        totals = await bench.driver.totals(deadline_s=5)
        assert isinstance(totals, TerminalTotals)
        assert (totals.paid, totals.paid_count) == (SALE.amount, 1)

    on_bench(tmp_path, act)


def test_a_payment_is_reversed_once(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        answer = await paid(bench, taps)
        assert isinstance(answer, Approved)
        reversal = CardReversal("RKGZ01", SALE.amount, answer.reference, START)
        done = await bench.driver.reverse("REV0000001", reversal, deadline_s=5)
        assert isinstance(done, Approved)
        assert (done.number, done.amount) == ("RKGZ01", SALE.amount)
        assert await bench.driver.transaction("REV0000001", deadline_s=5) == done
        second = await bench.driver.reverse("REV0000002", reversal, deadline_s=5)
        assert second == NotApproved(WhyNot.REFUSED, "Refusal")
        totals = await bench.driver.totals(deadline_s=5)
        assert isinstance(totals, TerminalTotals)
        assert (totals.reversed, totals.reversed_count) == (SALE.amount, 1)

    on_bench(tmp_path, act)


def test_more_than_was_paid_is_not_reversed(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        answer = await paid(bench, taps)
        assert isinstance(answer, Approved)
        reversal = CardReversal("RKGZ01", Fen(SALE.amount + 1), answer.reference, START)
        assert isinstance(await bench.driver.reverse("REV0000001", reversal, deadline_s=5), NotApproved)

    on_bench(tmp_path, act)


@pytest.mark.parametrize("moment", ["card", "pin", "host", "done"])
def test_a_restart_keeps_what_was_promised_and_nothing_else(tmp_path: Path, moment: str) -> None:
    async def before(bench: TerminalBench) -> None:
        paying = asyncio.ensure_future(bench.driver.pay("PAY0000001", SALE, deadline_s=120))
        await bench.waiting()
        if moment == "pin":
            bench.terminal.core.insert("debit")
        if moment in {"host", "done"}:
            bench.terminal.core.tap("debit")
        if moment == "done":
            assert isinstance(await paying, Approved)
        paying.cancel()
        await asyncio.wait({paying})

    async def after(bench: TerminalBench) -> CardAnswer:
        return await bench.driver.transaction("PAY0000001", deadline_s=5)

    on_bench(tmp_path, before)
    answer = on_bench(tmp_path, after)
    if moment == "done":
        assert isinstance(answer, Approved)
    else:
        assert answer == NotApproved(WhyNot.ABORTED, "Aborted")


def test_health_and_status_tell_what_is_wrong(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        heard: list[bool] = []
        stop = bench.driver.subscribe(lambda: heard.append(True))
        assert (await bench.driver.status()).ready
        for fault in ("host_down", "pin_pad_down"):
            bench.arm(fault, FaultMode.UNTIL_CLEARED)
            health = await bench.driver.diagnose(deadline_s=5)
            assert isinstance(health, TerminalHealth)
            assert not health.ready
            assert (await bench.driver.status()).state is DeviceState.HARDWARE_ERROR
            bench.clear()
        bench.cable.pulled = True
        assert (await bench.driver.status()).state is DeviceState.OFFLINE
        stop()
        bench.cable.pulled = False
        assert isinstance(await bench.driver.reset(MediaAction.KEEP, deadline_s=5), Done)
        assert len(heard) == 2, "reached, then lost; not after unsubscribing"

    on_bench(tmp_path, act)


def test_after_a_terminal_restart_the_next_payment_logs_in(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        assert isinstance(await paid(bench, taps), Approved)
        bench.terminal.core.power_up()
        refused = await bench.driver.pay("PAY0000002", SALE, deadline_s=5)
        assert refused == NotApproved(WhyNot.NOT_READY, "LoggedOut")
        assert isinstance(await paid(bench, taps, "PAY0000003"), Approved)

    on_bench(tmp_path, act)


def test_no_card_number_and_no_pin_ever_comes_to_the_kiosk(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> str:
        answers = [
            await paid(bench, payer, f"PAY{number:07d}")
            for number, payer in enumerate([taps, inserts, mistypes_once, forgets_the_pin, uses("empty")])
        ]
        status = await bench.driver.transaction("PAY0000001", deadline_s=5)
        totals = await bench.driver.totals(deadline_s=5)
        return repr((answers, status, totals)) + repr(bench.cable.seen)

    everything = on_bench(tmp_path, act, key=None)
    kept = "".join(path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())
    for card in CARDS.values():
        for secret in (card.pan, card.pan[6:-4]):
            assert secret not in everything
            assert secret not in kept
        assert f'"{card.pin}"' not in everything + kept


def test_a_terminal_that_tells_too_much_is_not_listened_to() -> None:
    pan = "6216261000000000018"
    body = {
        "Response": {"Result": "Success", "AdditionalResponse": f"pan={pan}&pin=111101"},
        "SaleData": {"SaleTransactionID": {"TransactionID": SALE.number}},
        "POIData": {"POITransactionID": {"TransactionID": "1", "TimeStamp": "2026-06-01T08:00:00Z"}},
        "PaymentResult": {
            "AmountsResp": {"Currency": "CNY", "AuthorizedAmount": 15},
            "PaymentInstrumentData": {
                "CardData": {
                    "PaymentBrand": "cup",
                    "MaskedPan": pan,
                    "SensitiveCardData": {"PAN": pan},
                    "CardHolderName": "LI XIAOYANG",
                }
            },
        },
    }
    answer = read_answer("Payment", body)
    assert isinstance(answer, Approved)
    assert answer.card == "CUP **** 0018"
    assert "626100" not in repr(answer)
    assert "LI" not in repr(answer)


class TestStrictness:
    """What the simulated terminal refuses, as a real one does."""

    def test_nothing_plain_is_answered_where_a_key_is_shared(self, tmp_path: Path) -> None:
        plain = encode(request(Header("Diagnosis", "1", "GZ01", POI_ID), {"HostDiagnosisFlag": True}))

        async def act(bench: TerminalBench) -> None:
            assert await bench.line.send(plain, deadline_s=5) == Lost("HTTP 400")

        on_bench(tmp_path, act)

    def test_another_key_is_refused(self, tmp_path: Path) -> None:
        async def act(bench: TerminalBench) -> None:
            assert await bench.driver.login(deadline_s=5) == Lost("HTTP 400")

        on_bench(tmp_path, act, kiosk_key=BlobKey("kiosk", 1, "another passphrase"))

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"{}", b"\xff", b"[" * 5000, b'{"SaleToPOIRequest":{}}', b"x" * 70_000],
        ids=["empty", "list", "object", "binary", "deep", "bare", "huge"],
    )
    def test_what_is_no_message_is_a_bad_request(self, tmp_path: Path, body: bytes) -> None:
        async def act(bench: TerminalBench) -> None:
            answer = await bench.line.send(body, deadline_s=5)
            assert answer == Lost("HTTP 400")

        on_bench(tmp_path, act, key=None)


def test_a_damaged_book_takes_no_money(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        (tmp_path / "devices" / "terminal" / "terminal.json").write_text("{", encoding="utf-8")
        answer = await bench.driver.pay("PAY0000001", SALE, deadline_s=5)
        assert not isinstance(answer, Approved)

    on_bench(tmp_path, act)


def test_sealed_messages_show_nothing_but_their_header(tmp_path: Path) -> None:
    async def act(bench: TerminalBench) -> None:
        await bench.driver.login(deadline_s=5)
        for sent, root in zip(bench.cable.seen, ("SaleToPOIRequest", "SaleToPOIResponse"), strict=True):
            assert set(json.loads(sent)[root]) == {"MessageHeader", "NexoBlob", "SecurityTrailer"}

    on_bench(tmp_path, act)
