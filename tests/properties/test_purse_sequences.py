"""Random applicants, faults and restarts at the purse reader: paid once or not at all, and never denied."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.simulated.money_faults import PURSE_FAULTS
from kiosk.payments.contract import Closed, Declined, Opened, Settled, Undecided
from tests.payments.yct.journey import ORDER, YctBench, closed, consistent, holds, yct_bench
from tests.support.virtual_time import run

Move = tuple[str, str]
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("hold"), st.sampled_from(["full", "other", "poor"])),
        st.just(("remove", "")),
        st.tuples(st.just("arm"), st.sampled_from(sorted(PURSE_FAULTS))),
        st.tuples(st.just("wait"), st.sampled_from(["0.3", "1", "4", "7"])),
    ),
    min_size=1,
    max_size=10,
)


async def moved(bench: YctBench, moves: list[Move]) -> None:
    for move, word in moves:
        acts: dict[str, Callable[[], None]] = {
            "hold": lambda word=word: bench.purse.core.present(word),
            "remove": bench.purse.core.remove,
            "arm": lambda word=word: bench.purse.arm(word),
        }
        if move == "wait":
            await bench.purse.clock.sleep(float(word))
        else:
            acts[move]()


@settings(max_examples=20, deadline=None)
@given(MOVES, MOVES)
def test_an_order_is_paid_once_or_not_at_all(before: list[Move], after: list[Move]) -> None:
    """The kiosk restarts after the first moves, and closes what it finds, as the runtime does."""

    async def first(bench: YctBench) -> None:
        opened = await bench.channel.open(ORDER)
        assert isinstance(opened, Opened | Undecided)
        await moved(bench, before)
        answer = await bench.channel.query(ORDER)
        # While the order is served its end is open: then only cards and records are compared.
        consistent(bench, ORDER, answer if isinstance(answer, Settled) else Undecided("", unsent=True))

    async def second(bench: YctBench) -> None:
        await moved(bench, after)
        bench.purse.clear()
        answer = await closed(bench)
        consistent(bench, ORDER, answer)
        if isinstance(answer, Undecided):
            slug = next(
                name
                for name, card in bench.purse.core.world().cards.items()
                if bytes.fromhex(card.logical) == bench.kept()[-1].logical
            )
            bench.purse.core.remove()
            answer = await closed(bench, applicant=holds(slug))
        assert isinstance(answer, Settled | Closed | Declined), "the same card settles every doubt"
        consistent(bench, ORDER, answer)

    with tempfile.TemporaryDirectory() as folder:
        for act in (first, second):
            run(_on_bench(Path(folder), act))


async def _on_bench(state: Path, act: object) -> None:
    assert callable(act)
    async with yct_bench(state) as bench:
        await act(bench)
