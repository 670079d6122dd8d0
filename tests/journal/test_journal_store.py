"""The journal through its door: what is written comes back, is sealed, and any change is found."""

import os
import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.text import Text
from kiosk.journal import database, verification
from kiosk.journal.codec import UnreadableRecord, decode_event
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit import events as e
from kiosk.visit.model import Step
from tests.visit.world import Story, inserted, specimen, taps


class Journaled(Story):
    """A story whose events go through a journal first, as in the running program."""

    def __init__(self, journal: Journal, ordinal: int = 1) -> None:
        super().__init__()
        self.journal = journal
        first = inserted()
        self.id = f"GZ01-20261122-{ordinal:05d}"
        event = e.CardInserted(self.id, first.kiosk_id, ordinal)
        self.folded = journal.begin(self.id, ordinal, event, self.at).folded

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        self.at += timedelta(seconds=1)
        step = self.journal.record(self.folded, event, self.at, outcome_of)
        if step is None:
            return False
        self.folded = step.folded
        return True


def said(broken: Text | None) -> str:
    """Return in English what a check says, empty where nothing is broken; both languages name the place."""
    if broken is None:
        return ""
    assert sorted(re.findall(r"\d+", broken.zh)) == sorted(re.findall(r"\d+", broken.en))
    return broken.en


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.open(tmp_path)


def test_a_whole_visit_comes_back_from_the_disk_as_it_was(tmp_path: Path) -> None:
    told = Journaled(Journal.open(tmp_path)).finish()
    told.journal.close()  # type: ignore[attr-defined]
    again = Journal.open(tmp_path)
    assert again.fold("GZ01-20261122-00001") == told.folded
    assert again.unfinished() == ()
    assert again.verify() is None
    assert again.next_ordinal() == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), max_size=40))
def test_any_visit_folds_back_at_any_moment(
    tmp_path_factory: pytest.TempPathFactory, choices: list[tuple[bool, int, int]]
) -> None:
    told = Journaled(Journal.open(tmp_path_factory.mktemp("journal")))
    for outcome, which, choice in choices:
        if outcome and told.folded.pending:
            told.answer(told.folded.pending[which % len(told.folded.pending)], choice)
        else:
            told.tell(taps(told.visit)[which % len(taps(told.visit))])
    assert told.journal.fold(told.id) == told.folded
    told.journal.close()


def test_a_visit_that_was_cut_off_is_listed_as_unfinished(journal: Journal) -> None:
    first = Journaled(journal, 1)
    first.finish()
    second = Journaled(journal, 2)
    second.until(Step.PAYING)
    assert journal.unfinished() == (second.id,)
    pending = [type(n.effect).__name__ for n in journal.fold(second.id).pending]
    assert pending == ["WatchPayment"]


def test_intents_stand_in_the_journal_before_their_outcomes(journal: Journal) -> None:
    told = Journaled(journal)
    told.finish()
    intents: set[int | None] = set()
    for record in journal.records(told.id):
        if record.kind == "intent":
            intents.add(record.number)
        elif record.number is not None:
            assert record.number in intents


def test_an_event_that_changes_nothing_is_not_written(journal: Journal) -> None:
    told = Journaled(journal)
    before = len(list(journal.records(told.id)))
    assert not told.tell(e.OrderConfirmed())
    assert len(list(journal.records(told.id))) == before


def test_nothing_personal_can_be_read_on_the_disk(tmp_path: Path) -> None:
    told = Journaled(Journal.open(tmp_path))
    told.finish()
    told.journal.close()
    holder = specimen().permit
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    for secret in (holder.name_zh, holder.surname, holder.number, holder.line):
        assert secret.encode() not in raw
        assert secret.encode("unicode_escape") not in raw


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE records SET name = 'CardTaken' WHERE seq = 5", "record 5"),
        ("UPDATE records SET payload = x'00' WHERE seq = 3", "record 3"),
        ("UPDATE records SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 4", "record 4"),
        ("UPDATE records SET kind = CAST(kind AS BLOB) WHERE seq = 4", "record 4"),
        ("UPDATE records SET payload = CAST(x'41' AS TEXT) WHERE seq = 3", "record 3"),
        ("UPDATE records SET digest = 'none' WHERE seq = 2", "record 2"),
        ("DELETE FROM records WHERE seq = 6", "record 6 is missing"),
        ("DELETE FROM records WHERE seq = 1", "record 1 is missing"),
    ],
)
def test_every_change_behind_the_programs_back_is_found_and_located(
    tmp_path: Path, statement: str, words: str
) -> None:
    told = Journaled(Journal.open(tmp_path))
    told.finish()
    told.journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as database:
        database.execute(statement)
    database.close()
    assert words in said(Journal.read(tmp_path).verify())
    with pytest.raises(JournalUnavailable, match=words):
        Journal.open(tmp_path)


def test_swapped_records_are_found(tmp_path: Path) -> None:
    told = Journaled(Journal.open(tmp_path))
    told.finish()
    told.journal.close()
    with sqlite3.connect(tmp_path / "journal.db") as database:
        for old, new in ((4, 9004), (5, 4), (9004, 5)):
            database.execute("UPDATE records SET seq = ? WHERE seq = ?", (new, old))
    database.close()
    assert "record 4" in said(Journal.read(tmp_path).verify())


def test_a_long_check_tells_how_far_it_has_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_EVERY", 5)
    told = Journaled(Journal.open(tmp_path))
    told.finish()
    came: list[int] = []
    assert told.journal.verify(watch=came.append) is None
    assert came == list(range(5, told.journal.length + 1, 5))
    assert len(came) > 2


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    (tmp_path / "keys" / "journal.key").chmod(0o644)
    with pytest.raises(JournalUnavailable, match="chmod 600"):
        Journal.open(tmp_path)


def test_another_machines_key_does_not_open_the_journal(tmp_path: Path) -> None:
    told = Journaled(Journal.open(tmp_path))
    told.journal.close()
    (tmp_path / "keys" / "journal.key").write_bytes(os.urandom(32))
    with pytest.raises(JournalUnavailable, match="does not fit"):
        Journal.open(tmp_path).fold(told.id)


def test_a_file_that_is_no_database_is_named_not_crashed_on(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database at all, but long enough to be one" * 40)
    with pytest.raises(JournalUnavailable, match=r"journal"):
        Journal.open(tmp_path)


def test_the_journal_is_as_durable_as_it_promises(tmp_path: Path) -> None:
    base = database.connect(tmp_path / "journal.db")
    told = [
        base.connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    ]
    assert told == ["wal", 2, 1]
    base.close()


@given(st.sampled_from([kind.__name__ for kind in e.ALL]), st.binary(max_size=60))
def test_a_record_of_garbage_is_refused_by_name(name: str, data: bytes) -> None:
    try:
        event = decode_event(name, data)
    except UnreadableRecord:
        return
    assert type(event).__name__ == name


def test_an_unknown_kind_of_record_is_named() -> None:
    with pytest.raises(UnreadableRecord, match="unknown kind"):
        decode_event("FutureEvent", b"{}")
