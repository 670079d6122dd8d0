"""The purse channel against the simulated reader: every fault, every restart, every wrong card."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.money_faults import PURSE_FAULTS
from kiosk.domain.payment import Refund
from kiosk.domain.purse import Debited, PreparedDebit, PurseDebit, PurseRefused, PurseSilent, PurseWhy
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
from kiosk.payments.yct.adapter import YctChannel
from kiosk.payments.yct.records import PurseRecord, RecordState, RecordsUnavailable, SqlitePurseRecords
from kiosk.payments.yct.session import PurseHint
from tests.payments.card.journey import name_of
from tests.payments.yct.journey import (
    ORDER,
    YctBench,
    closed,
    consistent,
    holds,
    lived,
    next_order,
    nobody,
    yct_bench,
)
from tests.support.virtual_time import START, run

Act = Callable[[YctBench], Coroutine[Any, Any, Any]]
DOCUMENT = Path(__file__).parents[3] / "docs" / "card-and-purse.md"


def on_bench(state: Path, act: Act) -> Any:
    async def main() -> Any:
        async with yct_bench(state) as bench:
            return await act(bench)

    return run(main())


async def same_card_comes_back(bench: YctBench, fault: str, mode: FaultMode) -> str:
    """The applicant holds the same card to the reader whenever it asks."""
    bench.purse.arm(fault, mode)
    answer = await lived(bench)
    consistent(bench, ORDER, answer)
    return name_of(answer)


async def applicant_leaves(bench: YctBench, fault: str, mode: FaultMode) -> str:
    """The applicant tries once, and is gone when anything goes wrong."""
    bench.purse.arm(fault, mode)
    bench.purse.core.present("full")
    await bench.channel.open(ORDER)
    await bench.purse.clock.sleep(1)
    bench.purse.core.remove()
    answer = await lived(bench, applicant=nobody)
    consistent(bench, ORDER, answer)
    return name_of(answer)


def row(state: Path, fault: str) -> str:
    """Return one line of the table in the document: what an order comes to under a fault."""
    cells = [
        on_bench(state / way.__name__ / mode, lambda bench, w=way, m=mode: w(bench, fault, m))
        for way in (same_card_comes_back, applicant_leaves)
        for mode in (FaultMode.ONCE, FaultMode.UNTIL_CLEARED)
    ]
    return f"| `{fault}` | " + " | ".join(cells) + " |"


@pytest.mark.parametrize("fault", PURSE_FAULTS)
def test_the_document_tells_what_comes_of_every_fault(tmp_path: Path, fault: str) -> None:
    assert row(tmp_path, fault) in DOCUMENT.read_text("utf-8").splitlines()


def test_the_channel_is_a_payment_channel(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        channel: PaymentChannel = bench.channel
        assert channel.simulated
        assert await channel.available() == Availability(True)
        with pytest.raises(NoticeRefused):
            channel.read_notice({}, b"", lambda _: None, START)
        refund = Refund("RKGZ0120260601n1", ORDER.amount, "print failed", "reference", START)
        for answer in (await channel.refund(ORDER, refund), await channel.query_refund(ORDER, refund)):
            assert answer.state is RefundState.REFUSED
            assert "voucher" in answer.reason
        bench.purse.arm("mute", FaultMode.UNTIL_CLEARED)
        assert not (await channel.available()).available
        opened = await channel.open(ORDER)
        assert isinstance(opened, Undecided)
        assert opened.unsent

    on_bench(tmp_path, act)


def test_a_card_pays_once_and_says_so_ever_after(tmp_path: Path) -> None:
    async def pays(bench: YctBench) -> Settled:
        assert await bench.channel.open(ORDER) == Opened("")
        assert await bench.channel.query(ORDER) == Pending()
        assert bench.channel.hint(ORDER.number) is PurseHint.HOLD_CARD
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(1)
        answer = await bench.channel.query(ORDER)
        assert isinstance(answer, Settled)
        assert answer == await bench.channel.close(ORDER) == await bench.channel.open(ORDER)
        await bench.purse.clock.sleep(20)
        consistent(bench, ORDER, answer)
        return answer

    async def still_says_so(bench: YctBench) -> None:
        assert (
            await bench.channel.query(ORDER)
            == await bench.channel.close(ORDER)
            == await bench.channel.open(ORDER)
            == answer
        )
        consistent(bench, ORDER, answer)

    answer = on_bench(tmp_path, pays)
    on_bench(tmp_path, still_says_so)


@pytest.mark.parametrize("slug", ["poor", "expired", "blacklisted", "old"])
def test_a_card_that_cannot_pay_ends_the_order(tmp_path: Path, slug: str) -> None:
    async def act(bench: YctBench) -> None:
        answer = await lived(bench, applicant=holds(slug))
        assert isinstance(answer, Declined)
        consistent(bench, ORDER, answer)
        bench.purse.core.remove()
        again = await lived(bench, next_order(bench, 2))
        assert isinstance(again, Settled)

    on_bench(tmp_path, act)


def test_nobody_comes_and_the_order_ends(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        answer = await lived(bench, applicant=nobody)
        assert answer == Closed()
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(10)
        consistent(bench, ORDER, answer)

    on_bench(tmp_path, act)


def test_a_closed_order_debits_nobody(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        await bench.channel.open(ORDER)
        assert await bench.channel.close(ORDER) == Closed()
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(10)
        assert await bench.channel.query(ORDER) == Closed()
        consistent(bench, ORDER, Closed())

    on_bench(tmp_path, act)


def test_the_reader_serves_one_order_at_a_time(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        await bench.channel.open(ORDER)
        assert isinstance(await bench.channel.open(next_order(bench, 2)), Declined)

    on_bench(tmp_path, act)


def test_torn_away_another_card_does_not_help_and_the_same_does(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        bench.purse.arm("torn_after_debit")
        bench.purse.core.present("full")
        await bench.channel.open(ORDER)
        await bench.purse.clock.sleep(1)
        assert bench.channel.hint(ORDER.number) is PurseHint.SAME_CARD
        bench.purse.core.present("other")
        await bench.purse.clock.sleep(5)
        assert bench.channel.hint(ORDER.number) is PurseHint.OTHER_CARD
        assert await bench.channel.query(ORDER) == Pending()
        assert bench.purse.balance("other") == 30_000
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(1)
        consistent(bench, ORDER, await bench.channel.query(ORDER))
        assert bench.taken == ORDER.amount

    on_bench(tmp_path, act)


def test_torn_before_the_debit_the_same_card_pays_after_a_pause(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        bench.purse.arm("torn_before_debit")
        bench.purse.core.present("full")
        await bench.channel.open(ORDER)
        await bench.purse.clock.sleep(1)
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(1)
        assert [record.state for record in bench.kept()] == [RecordState.VOID]
        assert bench.taken == 0
        await bench.purse.clock.sleep(3)
        answer = await bench.channel.query(ORDER)
        assert isinstance(answer, Settled)
        consistent(bench, ORDER, answer)

    on_bench(tmp_path, act)


@pytest.mark.parametrize("fault", ["torn_after_debit", "torn_before_debit", "lose_answer"])
def test_a_debit_in_doubt_is_settled_by_a_later_kiosk_with_the_same_card(tmp_path: Path, fault: str) -> None:
    async def breaks(bench: YctBench) -> None:
        await bench.channel.open(ORDER)
        bench.purse.arm(fault)
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(1)
        bench.purse.core.remove()
        await bench.purse.clock.sleep(8)
        assert [record.state for record in bench.kept()] == [RecordState.DOUBTFUL]

    async def without_the_card(bench: YctBench) -> None:
        answer = await closed(bench)
        assert isinstance(answer, Undecided)
        consistent(bench, ORDER, answer)

    async def with_the_card(bench: YctBench) -> None:
        answer = await closed(bench, applicant=holds("full"))
        assert isinstance(answer, Closed if fault == "torn_before_debit" else Settled)
        consistent(bench, ORDER, answer)

    for act in (breaks, without_the_card, with_the_card, with_the_card):
        on_bench(tmp_path, act)


def test_a_card_in_doubt_settles_its_old_order_before_it_pays_a_new_one(tmp_path: Path) -> None:
    async def breaks(bench: YctBench) -> None:
        await bench.channel.open(ORDER)
        bench.purse.arm("torn_after_debit")
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(1)

    async def comes_again(bench: YctBench) -> None:
        later = next_order(bench, 2)
        answer = await lived(bench, later)
        assert isinstance(answer, Settled)
        assert isinstance(await bench.channel.query(ORDER), Settled), "late, and never dropped"
        assert bench.taken == 2 * ORDER.amount, "two orders, two debits"

    on_bench(tmp_path, breaks)
    on_bench(tmp_path, comes_again)


class _Watching(SqlitePurseRecords):
    """Records that look at the purse whenever they are written."""

    def __init__(self, path: Path, look: Callable[[PurseRecord], None]) -> None:
        super().__init__(path)
        self._look = look

    def put(self, record: PurseRecord) -> None:
        super().put(record)
        self._look(record)


def test_the_record_is_on_the_disk_before_the_card_is_debited(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        seen: list[tuple[RecordState, int, int]] = []

        def look(record: PurseRecord) -> None:
            on_disk = SqlitePurseRecords(tmp_path / "watched.sqlite")
            seen.append((record.state, bench.purse.balance(), len(on_disk.of_order(ORDER.number))))
            on_disk.close()

        records = _Watching(tmp_path / "watched.sqlite", look)
        channel = YctChannel(bench.purse.driver, records, bench.purse.clock, simulated=True)
        bench.purse.core.present("full")
        await channel.open(ORDER)
        await bench.purse.clock.sleep(1)
        await channel.aclose()
        records.close()
        assert seen == [(RecordState.DOUBTFUL, 50_000, 1), (RecordState.PAID, 48_500, 1)]

    on_bench(tmp_path, act)


class _Full(SqlitePurseRecords):
    """Records on a full disk."""

    def put(self, record: PurseRecord) -> None:
        raise RecordsUnavailable("OperationalError: SQLITE_FULL")


def test_without_a_record_no_card_is_debited(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        records = _Full(tmp_path / "full.sqlite")
        channel = YctChannel(bench.purse.driver, records, bench.purse.clock, simulated=True)
        bench.purse.core.present("full")
        await channel.open(ORDER)
        await bench.purse.clock.sleep(1)
        assert isinstance(await channel.query(ORDER), Declined)
        await channel.aclose()
        records.close()
        assert bench.taken == 0

    on_bench(tmp_path, act)


class _Interrupting:
    """A reader during one of whose commands the applicant cancels."""

    def __init__(self, bench: YctBench, moment: str, cancel: Callable[[], None]) -> None:
        self._driver = bench.purse.driver
        self._moment, self._cancel = moment, cancel
        self.version, self.poll = self._driver.version, self._driver.poll
        self.restore, self.beep = self._driver.restore, self._driver.beep

    async def prepare(
        self, debit: PurseDebit, *, deadline_s: float
    ) -> PreparedDebit | PurseRefused | PurseSilent:
        self._at("before prepare")
        answer = await self._driver.prepare(debit, deadline_s=deadline_s)
        self._at("after prepare")
        return answer

    async def complete(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        self._at("before complete")
        answer = await self._driver.complete(deadline_s=deadline_s)
        self._at("after complete")
        return answer

    def _at(self, moment: str) -> None:
        if moment == self._moment:
            self._cancel()


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("before prepare", Closed),
        ("after prepare", Closed),
        ("before complete", Settled),
        ("after complete", Settled),
    ],
)
def test_cancelled_in_the_middle_an_order_is_paid_or_untouched(
    tmp_path: Path, moment: str, end: type[object]
) -> None:
    async def act(bench: YctBench) -> None:
        closing: list[asyncio.Task[Any]] = []

        def cancel() -> None:
            closing.append(asyncio.ensure_future(channel.close(ORDER)))

        reader = _Interrupting(bench, moment, cancel)
        channel = YctChannel(reader, bench.records, bench.purse.clock, simulated=True)
        bench.purse.core.present("full")
        await channel.open(ORDER)
        while not closing:
            await bench.purse.clock.sleep(0.1)
        answer = await closing[0]
        assert isinstance(answer, end)
        consistent(bench, ORDER, answer)
        await channel.aclose()

    on_bench(tmp_path, act)


def test_a_reader_that_names_another_sum_debits_nothing(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        bench.purse.arm("other_amount")
        answer = await lived(bench)
        assert isinstance(answer, Declined)
        consistent(bench, ORDER, answer)

    on_bench(tmp_path, act)


class _Forgetful:
    """A reader that has lost its memory: it answers, and knows of no unfinished debit."""

    def __init__(self, bench: YctBench) -> None:
        self._driver = bench.purse.driver
        self.version, self.poll = self._driver.version, self._driver.poll
        self.prepare, self.complete = self._driver.prepare, self._driver.complete
        self.beep = self._driver.beep

    async def restore(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        return PurseRefused(PurseWhy.PREVIOUS_FAILED, 0xB2)


def test_what_the_reader_has_forgotten_is_for_staff(tmp_path: Path) -> None:
    async def act(bench: YctBench) -> None:
        channel = YctChannel(_Forgetful(bench), bench.records, bench.purse.clock, simulated=True)
        bench.purse.arm("torn_after_debit")
        bench.purse.core.present("full")
        await channel.open(ORDER)
        await bench.purse.clock.sleep(1)
        bench.purse.core.present("full")
        await bench.purse.clock.sleep(2)
        assert channel.hint(ORDER.number) is PurseHint.STAFF
        answer = await channel.close(ORDER)
        assert isinstance(answer, Undecided)
        consistent(bench, ORDER, answer)
        second = next_order(bench, 2)
        await channel.open(second)
        await bench.purse.clock.sleep(2)
        assert isinstance(await channel.query(second), Declined), "not while an earlier debit is in doubt"
        await channel.aclose()

    on_bench(tmp_path, act)
