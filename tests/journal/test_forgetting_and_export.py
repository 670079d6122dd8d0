"""Forgetting leaves the chain whole and nothing to read; exports and heads are checked with a public key."""

import io
import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.journal import export, head
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit import events as e
from kiosk.visit.model import Step
from tests.journal.test_journal_store import Journaled, said
from tests.visit.world import NOON, specimen

LATER = NOON + timedelta(days=40)


def filled(folder: Path) -> Journal:
    """Return a journal with a visit that is over, one with an open case, and one that was cut off."""
    journal = Journal.open(folder)
    Journaled(journal, 1).finish()
    second = Journaled(journal, 2)
    second.until(Step.TAKING)
    second.tell(e.CardLeft(), second.folded.pending[0].number)
    second.finish()
    Journaled(journal, 3).until(Step.PAYING)
    return journal


def wrapped_key(folder: Path, ordinal: int) -> bytes:
    connection = sqlite3.connect(folder / "journal.db")
    (key,) = connection.execute("SELECT wrapped_key FROM visits WHERE ordinal = ?", (ordinal,)).fetchone()
    connection.close()
    assert isinstance(key, bytes)
    return key


def on_the_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("journal*") if path.is_file())


def test_only_what_is_over_and_has_no_case_is_forgotten(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    first, second, third = journal.visits()
    assert journal.forgettable(NOON) == ()
    assert journal.forgettable(LATER) == (first,)
    assert "case" in said(journal.why_kept(second))
    assert "not finished" in said(journal.why_kept(third))
    for kept in (second, third, "GZ01-1"):
        with pytest.raises(ValueError, match="not forgotten"):
            journal.forget((kept,), LATER)


def test_how_long_a_visit_is_kept_counts_from_its_last_record(tmp_path: Path) -> None:
    """A payment may come, and be given back, long after the card was taken."""
    told = Journaled(Journal.open(tmp_path)).finish()
    ended = told.at
    journal = Journal.open(tmp_path)
    assert journal.forgettable(ended) == ()
    assert len(journal.forgettable(ended + timedelta(seconds=1))) == 1


def test_the_key_is_gone_from_every_file_and_the_chain_is_whole(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    first = journal.visits()[0]
    key = wrapped_key(tmp_path, 1)
    kept = wrapped_key(tmp_path, 2)
    copy = tmp_path / "journal-before-0001.db"  # as a migration leaves it
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    assert on_the_disk(tmp_path).count(key) >= 2

    assert journal.forget(journal.forgettable(LATER), LATER).traces is False
    assert key not in on_the_disk(tmp_path)
    assert kept in on_the_disk(tmp_path)
    assert journal.verify() is None
    assert all(record.fields is None for record in journal.records(first))
    assert [record.name for record in journal.records(first)][-1] == "Forgotten"
    with pytest.raises(JournalUnavailable, match="forgotten"):
        journal.fold(first)
    assert journal.forgettable(LATER) == ()
    assert said(journal.why_kept(first)) == "it was forgotten before"
    journal.close()
    assert key not in on_the_disk(tmp_path)
    again = Journal.open(tmp_path)
    assert again.verify() is None
    assert [one.forgotten for one in again.standings()] == [True, False, False]
    again.close()


def test_a_reader_keeps_traces_in_the_log_and_it_is_said(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    journal._base.connection.execute("PRAGMA busy_timeout=0")
    key = wrapped_key(tmp_path, 1)
    reader = sqlite3.connect(tmp_path / "journal.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM visits").fetchone()
    assert journal.forget(journal.forgettable(LATER), LATER).traces
    reader.close()
    journal.close()
    Journal.open(tmp_path).close()
    assert key not in on_the_disk(tmp_path)


def exported(journal: Journal, *, readable: bool = True) -> tuple[bytes, Ed25519PrivateKey]:
    out, key = io.BytesIO(), journal.key()
    export.write(journal.export(readable=readable), NOON.isoformat(), key, "GZ01", out)
    return out.getvalue(), key


def test_an_export_is_checked_with_the_public_key_alone(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    content, key = exported(journal)
    checked = export.check(io.BytesIO(content), key.public_key())
    assert (checked.kiosk, checked.head.digest) == ("GZ01", journal.head(NOON).digest)
    assert specimen().permit.surname.encode() in content
    with pytest.raises(export.ExportBroken, match="signature"):
        export.check(io.BytesIO(content), Ed25519PrivateKey.generate().public_key())


def test_a_sealed_export_has_nothing_personal_and_the_same_chain(tmp_path: Path) -> None:
    content, key = exported(filled(tmp_path), readable=False)
    permit = specimen().permit
    assert not any(word.encode() in content for word in (permit.surname, permit.number, permit.name_zh))
    export.check(io.BytesIO(content), key.public_key())


def _without(number: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: lines[:number] + lines[number + 1 :]


def _edited(lines: list[bytes], number: int, **changes: object) -> list[bytes]:
    line = json.loads(lines[number])
    return [*lines[:number], json.dumps(line | changes).encode() + b"\n", *lines[number + 1 :]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without(5), "record 5 is missing"),
        (lambda lines: lines[:-1], "no seal"),
        (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], "record 4 is missing or moved"),
        (lambda lines: _edited(lines, 3, name="CardTaken"), "changed or moved"),
        (lambda lines: _edited(lines, 3, fields={"made": "up"}), "signature"),
        (lambda lines: _edited(lines, 0, kiosk="GZ99"), "signature"),
        (lambda lines: [*lines[:-2], lines[-1]], "signature"),
        (lambda lines: [*lines, lines[1]], "after the seal"),
        (lambda lines: [*lines[:3], b"[]\n", *lines[3:]], "none of this format"),
        (lambda lines: [*lines[:3], b"{" * 2000 + b"\n"], "no JSON"),
        (lambda lines: [*lines[:3], lines[3][:-1]], "cut off"),
        (lambda lines: [*lines[:3], b"x" * 2_000_000 + b"\n"], "too long"),
        (lambda lines: lines[1:], "none of this format"),
    ],
)
def test_any_change_to_an_export_is_found(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], words: str
) -> None:
    content, key = exported(filled(tmp_path))
    lines = change(content.splitlines(keepends=True))
    with pytest.raises(export.ExportBroken, match=words):
        export.check(io.BytesIO(b"".join(lines)), key.public_key())


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_cut_off_end_is_found(tmp_path: Path, everywhere: bool) -> None:
    """With or without the visits' own rows: the kept head knows better, and so does one kept elsewhere."""
    journal = filled(tmp_path)
    known = journal.head(NOON)
    journal.close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    (first,) = connection.execute("SELECT last_seq FROM visits WHERE ordinal = 1").fetchone()
    connection.execute("DELETE FROM records WHERE seq > ?", (first,))
    if everywhere:
        connection.execute("DELETE FROM visits WHERE ordinal > 1")
    connection.commit()
    connection.close()
    reading = Journal.read(tmp_path)
    assert "missing" in said(reading.verify())
    (tmp_path / "journal.head").unlink()
    assert "missing" in said(reading.verify(known))
    assert (reading.verify() is None) is everywhere  # nothing here knows that there was more
    reading.close()


def test_only_a_head_of_this_machine_is_believed(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    plain = json.dumps(journal.head(NOON).plain(journal.key())).encode()
    assert head.parse(plain, journal.key().public_key()).seq == journal.head(NOON).seq
    for wrong in (plain.replace(b'"seq": ', b'"seq": 1'), b"", b"[]", plain[:-5], b'{"seq": "x"}'):
        with pytest.raises(head.HeadInvalid):
            head.parse(wrong, journal.key().public_key())
