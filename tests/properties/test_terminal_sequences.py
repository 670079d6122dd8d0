"""Random payers, faults and restarts at the card terminal: paid once or not at all, and never denied."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.simulated.money_faults import TERMINAL_FAULTS
from kiosk.devices.simulated.terminal_book import CARDS
from kiosk.devices.simulated.terminal_core import NotNow
from kiosk.payments.contract import Closed, Declined, Opened, Settled, Undecided
from tests.devices.terminal.bench import TerminalBench, terminal_bench
from tests.payments.card.journey import ORDER, channel_of, charged, closed
from tests.support.virtual_time import run

Move = tuple[str, str]
MOVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["tap", "insert"]), st.sampled_from(sorted(CARDS))),
        st.tuples(st.just("pin"), st.sampled_from(["111101", "123456", "000000"])),
        st.just(("leave", "")),
        st.tuples(st.just("arm"), st.sampled_from(sorted(TERMINAL_FAULTS))),
        st.tuples(st.just("wait"), st.sampled_from(["0.3", "1", "3", "20"])),
        st.just(("restart", "")),
        st.tuples(st.just("cable"), st.sampled_from(["out", "in"])),
    ),
    min_size=1,
    max_size=10,
)


async def moved(bench: TerminalBench, moves: list[Move]) -> None:
    core = bench.terminal.core
    for move, word in moves:
        acts: dict[str, Callable[[], None]] = {
            "tap": lambda word=word: core.tap(word),
            "insert": lambda word=word: core.insert(word),
            "pin": lambda word=word: core.enter_pin(word),
            "leave": core.walk_away,
            "arm": lambda word=word: bench.arm(word),
            "restart": core.power_up,
            "cable": lambda word=word: setattr(bench.cable, "pulled", word == "out"),
        }
        if move == "wait":
            await bench.clock.sleep(float(word))
        else:
            with suppress(NotNow):
                acts[move]()


@settings(max_examples=20, deadline=None)
@given(MOVES, MOVES)
def test_an_order_is_paid_once_or_not_at_all(before: list[Move], after: list[Move]) -> None:
    """The kiosk restarts after the first moves; the next one closes the order, as the runtime does."""

    async def main(state: Path) -> None:
        async with terminal_bench(state) as bench:
            first = channel_of(bench)
            assert isinstance(await first.open(ORDER), Opened | Undecided | Declined)
            await moved(bench, before)
            await first.aclose()
            await moved(bench, after)
            bench.clear()
            denied = await channel_of(bench).close(ORDER)
            assert not charged(bench) or not isinstance(denied, Closed | Declined)
            bench.cable.pulled = False
            second = channel_of(bench)
            answer = await closed(bench, second)
            assert charged(bench) <= 1
            assert isinstance(answer, Settled if charged(bench) else Closed | Declined)
            assert await closed(bench, second) == answer
            await second.aclose()

    with tempfile.TemporaryDirectory() as folder:
        run(main(Path(folder)))
