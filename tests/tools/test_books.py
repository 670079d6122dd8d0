"""Every book that the campaigns compare is altered by hand on a machine that served, and it is seen."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.app import SimulatedKiosk
from kiosk.devices.simulated.films import Films
from kiosk.devices.simulated.mechanism import MechanismState, Picture
from kiosk.devices.simulated.purse_world import PurseWorld
from kiosk.devices.simulated.state_files import StateFile
from kiosk.devices.simulated.terminal_book import Stage, TerminalBook, Transaction
from tests.e2e.harness import SLUG, machine, prepare, serve
from tools.campaigns.comparison import disagreements, gathered
from tools.campaigns.controls import WANTED, Disk

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CHARGE = Transaction(
    category="Payment",
    sale_id="GZ01",
    service_id="9",
    number="9",
    amount=100,
    began=NOW,
    until=NOW,
    stage=Stage.DONE,
)


@contextmanager
def row(file: Path, put: str, back: str) -> Iterator[None]:
    """Alter a database, and alter it back."""
    for statement in (put, back):
        with closing(sqlite3.connect(file)) as base, base:
            assert base.execute(statement).rowcount == 1
        if statement is put:
            yield


@contextmanager
def content(file: StateFile[Any], edit: Callable[[Any], Any]) -> Iterator[None]:
    """Alter a file of the simulated machine, and alter it back."""
    before = file.read()
    assert file.change(edit) != before
    yield
    file.change(lambda _: before)


@contextmanager
def film(films: Films) -> Iterator[None]:
    """Erase the card's film, and write it again as it was."""
    before = films.load(SLUG)
    films.save(SLUG, Image.new(before.mode, before.size, "white"))
    yield
    films.save(SLUG, before)


def printed_once_more(state: MechanismState) -> MechanismState:
    return state.put(counters=state.counters.one_more("printed"))


def card_put_in(state: MechanismState) -> MechanismState:
    return state.put(picture=Picture.AT_CHIP, card=SLUG)


def debited(world: PurseWorld) -> PurseWorld:
    poor = world.cards["poor"]
    return world.model_copy(
        update={"cards": {**world.cards, "poor": poor.model_copy(update={"balance": poor.balance - 100})}}
    )


def charged(book: TerminalBook) -> TerminalBook:
    return book.with_entry(CHARGE)


def altered(bench: SimulatedKiosk, state: Path) -> dict[str, AbstractContextManager[None]]:
    """Return every alteration under its name."""
    hands, ledger = bench.tester.hands, state / "sandbox" / "payments" / "ledger.sqlite"
    assert hands.terminal is not None
    assert hands.purse is not None
    mechanism = bench.machine.mechanism._file
    refund = "SELECT channel, number, 'R', amount, 'done', 'R', '', opened_at FROM orders"
    return {
        "the gateway gives back what nobody asked for": row(
            ledger, f"INSERT INTO refunds {refund}", "DELETE FROM refunds"
        ),
        "the gateway takes too much": row(
            ledger, "UPDATE orders SET amount = amount * 2", "UPDATE orders SET amount = amount / 2"
        ),
        "the terminal takes what nobody asked for": content(hands.terminal.terminal.core._file, charged),
        "a purse has less": content(hands.purse._file, debited),
        "the printer counts one more": content(mechanism, printed_once_more),
        "the film is blank": film(bench.machine.films),
        "a card is inside": content(mechanism, card_put_in),
        "a record was changed": row(
            state / "journal.db",
            "UPDATE records SET at = replace(at, '+00:00', '+00:01') WHERE seq = 5",
            "UPDATE records SET at = replace(at, '+00:01', '+00:00') WHERE seq = 5",
        ),
    }


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Serve one applicant; return what does not agree after each alteration, and under "" before any."""
    state = tmp_path_factory.mktemp("state")
    prepare(state)

    async def serve_and_alter() -> dict[str, list[str]]:
        async with machine(state) as bench:
            await serve(bench)
            said = {"": disagreements(gathered(bench))}
            for name, alteration in altered(bench, state).items():
                with alteration:
                    said[name] = disagreements(gathered(bench))
            return said | {"put back": disagreements(gathered(bench))}

    return asyncio.run(serve_and_alter())


@pytest.mark.parametrize("when", ["", "put back"])
def test_the_books_of_a_good_visit_agree(seen: dict[str, list[str]], when: str) -> None:
    assert seen[when] == []


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("the gateway gives back what nobody asked for", "money: taken 3000 (journal 3000), given back 3000"),
        ("the gateway takes too much", "money: taken 6000 (journal 3000)"),
        ("the terminal takes what nobody asked for", "money: taken 3100 (journal 3000)"),
        ("a purse has less", "money: taken 3100 (journal 3000)"),
        ("the printer counts one more", "the printer counts 2 prints, the journal 1 attempts, 1 good"),
        ("the film is blank", "the film does not show "),
        ("a card is inside", "the card is chip"),
        ("a record was changed", "journal: record 5 ("),
    ],
)
def test_each_altered_book_is_seen(seen: dict[str, list[str]], what: str, said: str) -> None:
    (problem,) = seen[what]
    assert problem.startswith(said)


@pytest.mark.parametrize(("lying", "found"), [(False, b"new"), (True, b"old")])
def test_a_disk_that_lies_has_the_journal_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lying: bool, found: bytes
) -> None:
    monkeypatch.delenv(WANTED, raising=False)
    if lying:
        monkeypatch.setenv(WANTED, "1")
    (tmp_path / "journal.db").write_bytes(b"old")
    disk = Disk.of(tmp_path)
    for name in ("journal.db", "journal.db-wal"):
        (tmp_path / name).write_bytes(b"new")
    disk.stop()
    assert (tmp_path / "journal.db").read_bytes() == found
    assert (tmp_path / "journal.db-wal").exists() is not lying
