"""Staff accept a lost end: on record, for good, and for nothing that is lost later."""

import json
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.failure import FailureCode
from kiosk.domain.staff import Role, Staff
from kiosk.journal import acceptance, chain, keys, records
from kiosk.journal.acceptance import Acceptance
from kiosk.journal.store import Journal, JournalUnavailable
from tests.journal.test_forgetting_and_export import LATER, filled
from tests.journal.test_journal_store import Journaled, said
from tests.visit.world import NOON

BY = Staff("李娜", Role.SUPERVISOR, "1042")
WHY = "disk replaced; bills and cases agree"


def lose_the_end(folder: Path) -> None:
    (folder / "journal.head").unlink()


def accepted(folder: Path) -> Journal:
    """Return a journal whose end was lost, and that accepted."""
    filled(folder).close()
    lose_the_end(folder)
    journal = Journal.open(folder)
    done = journal.accept_end(BY, WHY, NOON)
    assert done is not None
    assert done.acceptance == Acceptance(done.seq - 1, BY, WHY)
    return journal


def doubt(folder: Path) -> str:
    """Start once, as the kiosk would; return what `verify` finds or doubts then, empty for nothing."""
    try:
        Journal.open(folder).close()
        journal = Journal.read(folder)
    except JournalUnavailable as broken:
        return str(broken)
    found = said(journal.verify()) or said(journal.end_unknown())
    journal.close()
    return found


def test_an_accepted_loss_is_told_and_doubted_no_more(tmp_path: Path) -> None:
    journal = accepted(tmp_path)
    told = journal.accepted()
    Journaled(journal, 4).finish()
    journal.forget(journal.forgettable(LATER), LATER)
    journal.close()
    assert doubt(tmp_path) == ""
    again = Journal.read(tmp_path)
    assert again.accepted() == told
    assert WHY.encode() not in (tmp_path / "journal.db").read_bytes()  # it is sealed
    notes = [one for one in again.export(readable=True) if one.link.name == acceptance.ACCEPTED]
    assert [json.loads(one.fields or b"")["by"]["name"] for one in notes] == [BY.name]
    again.close()


def test_there_is_nothing_to_accept_where_nothing_was_lost_or_it_was_accepted(tmp_path: Path) -> None:
    journal = filled(tmp_path / "whole")
    assert journal.accept_end(BY, WHY, NOON) is None
    journal.close()
    journal = accepted(tmp_path / "lost")
    length = journal.length
    assert journal.accept_end(BY, "again", NOON) is None
    assert journal.length == length
    journal.close()


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201])
def test_a_reason_is_one_plain_line(tmp_path: Path, reason: str) -> None:
    filled(tmp_path).close()
    lose_the_end(tmp_path)
    journal = Journal.open(tmp_path)
    with pytest.raises(ValueError, match="printable"):
        journal.accept_end(BY, reason, NOON)
    assert journal.end_unknown() is not None
    journal.close()


def test_wherever_the_chain_is_cut_afterwards_it_is_seen(tmp_path: Path) -> None:
    """With the kept end gone too, the rows of visits put right, and after the next start made it anew."""
    journal = accepted(tmp_path / "whole")
    note = journal.length
    Journaled(journal, 4).finish()
    journal.close()
    for last in range(note - 3, journal.length + 1, 4):
        cut = shutil.copytree(tmp_path / "whole", tmp_path / str(last))
        with sqlite3.connect(cut / "journal.db") as connection:
            connection.execute("DELETE FROM records WHERE seq > ?", (last,))
            connection.execute("DELETE FROM visits WHERE visit_id NOT IN (SELECT visit_id FROM records)")
        connection.close()
        lose_the_end(cut)
        assert doubt(cut) != "", last


def test_a_second_loss_is_doubted_until_it_is_accepted_too(tmp_path: Path) -> None:
    accepted(tmp_path).close()
    lose_the_end(tmp_path)
    assert "made anew" in doubt(tmp_path)
    journal = Journal.open(tmp_path)
    second = journal.accept_end(BY, "the same disk again", NOON + timedelta(days=1))
    assert second is not None
    assert journal.accepted() == second
    journal.close()
    assert doubt(tmp_path) == ""


def test_an_end_that_was_printed_meanwhile_does_not_hide_the_loss(tmp_path: Path) -> None:
    """Whatever `kiosk journal head` printed before or after the start that made it anew."""
    filled(tmp_path).close()
    lose_the_end(tmp_path)
    for start in (True, False):
        reading = Journal.read(tmp_path)
        printed = json.dumps(reading.head(NOON).plain(reading.key()))
        reading.close()
        (tmp_path / "journal.head").write_text(printed)
        assert "made anew" in doubt(tmp_path), start


def test_nobody_without_the_machines_key_accepts_anything(tmp_path: Path) -> None:
    filled(tmp_path).close()
    lose_the_end(tmp_path)
    journal = Journal.open(tmp_path)
    since, visit_id = journal.length, journal.visits()[-1]
    journal.close()
    fields = acceptance.fields(Acceptance(since, BY, WHY))
    payload = records.sealed(keys.new_visit_key(), since + 1, visit_id, fields)
    link = chain.Link(since + 1, visit_id, "note", acceptance.ACCEPTED, None, NOON.isoformat(), payload)
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        chain.append(connection, chain.last(connection), link)
    connection.close()
    reading = Journal.read(tmp_path)
    with pytest.raises(JournalUnavailable, match="does not decrypt") as refusal:
        reading.end_unknown()
    assert refusal.value.code is FailureCode.JOURNAL_DAMAGED
    assert "missing" in said(reading.verify())
    reading.close()
