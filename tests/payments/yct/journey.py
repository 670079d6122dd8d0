"""One purse payment from open to its end, with the applicant doing their part: what the table is made of."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from kiosk.devices.simulated.purse_core import PurseCore
from kiosk.devices.simulated.purse_world import PurseWorld
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import (
    CloseAnswer,
    Declined,
    OpenAnswer,
    Pending,
    QueryAnswer,
    Settled,
    Undecided,
)
from kiosk.payments.yct.adapter import YctChannel
from kiosk.payments.yct.records import PurseRecord, RecordState, SqlitePurseRecords
from tests.devices.purse.bench import PurseBench, purse_bench
from tests.support.virtual_time import START

ORDER = Order(
    "KGZ0120260601160000000001",
    Channel.YCT,
    Fen(1500),
    START,
    START + timedelta(seconds=40),
    "往来港澳通行证签注",
)
CLOSING = (1, 2, 4, 8, 16, 32, None)
Applicant = Callable[[PurseCore], None]


@dataclass
class YctBench:
    """Reader, records and channel; `purse` has the faults and the cards."""

    purse: PurseBench
    records: SqlitePurseRecords
    channel: YctChannel

    @property
    def taken(self) -> int:
        """Return what all cards together have paid, in fen."""
        before, now = PurseWorld().cards.values(), self.purse.core.world().cards.values()
        return sum(card.balance for card in before) - sum(card.balance for card in now)

    def kept(self, order: Order = ORDER) -> tuple[PurseRecord, ...]:
        return self.records.of_order(order.number)


@asynccontextmanager
async def yct_bench(state: Path) -> AsyncIterator[YctBench]:
    """Start a kiosk and its reader over a state folder; what earlier ones left there is found."""
    async with purse_bench(state) as purse:
        records = SqlitePurseRecords(state / "purse.sqlite")
        channel = YctChannel(purse.driver, records, purse.clock, simulated=True)
        try:
            yield YctBench(purse, records, channel)
        finally:
            await channel.aclose()
            records.close()


def holds(slug: str) -> Applicant:
    """Return an applicant who holds one card to the reader whenever none lies there."""

    def hold(core: PurseCore) -> None:
        if core.world().present is None:
            core.present(slug)

    return hold


def nobody(core: PurseCore) -> None:
    """Do nothing."""


_HOLDS_FULL = holds("full")


async def lived(
    bench: YctBench, order: Order = ORDER, applicant: Applicant = _HOLDS_FULL
) -> OpenAnswer | QueryAnswer | CloseAnswer:
    """Open, poll and close an order as the runtime does; return its last answer."""
    opened = await bench.channel.open(order)
    if isinstance(opened, Settled | Declined):
        return opened
    if isinstance(opened, Undecided):
        return opened if opened.unsent else await closed(bench, order, applicant)
    while bench.purse.clock.now() < order.expires_at:
        await bench.purse.clock.sleep(1)
        applicant(bench.purse.core)
        await bench.purse.clock.sleep(1)
        answer = await bench.channel.query(order)
        if not isinstance(answer, Pending | Undecided):
            return answer
    return await closed(bench, order, applicant)


async def closed(bench: YctBench, order: Order = ORDER, applicant: Applicant = nobody) -> CloseAnswer:
    """Close with patience."""
    answer: CloseAnswer = Undecided("not asked yet")
    for wait in CLOSING:
        applicant(bench.purse.core)
        answer = await bench.channel.close(order)
        if not isinstance(answer, Undecided) or wait is None:
            return answer
        await bench.purse.clock.sleep(wait)
    return answer


def next_order(bench: YctBench, number: int) -> Order:
    now = bench.purse.clock.now()
    until = now + timedelta(seconds=40)
    return replace(ORDER, number=f"KGZ012026060116{number:011d}", opened_at=now, expires_at=until)


def consistent(bench: YctBench, order: Order, answer: object) -> None:
    """Check what must always hold between the cards, the records and the answer."""
    paid = [record for record in bench.kept(order) if record.state is RecordState.PAID]
    doubtful = [record for record in bench.kept(order) if record.state is RecordState.DOUBTFUL]
    assert bench.taken <= order.amount, "never charged twice"
    assert len(paid) + len(doubtful) <= 1
    if isinstance(answer, Settled):
        assert (bench.taken, len(paid)) == (order.amount, 1)
        assert answer.payment.transaction_id == paid[0].reference
    elif isinstance(answer, Undecided):
        assert len(doubtful) == 1 or answer.unsent or answer.incident
    else:
        assert (bench.taken, paid, doubtful) == (0, [], []), "what was charged is never called closed"
