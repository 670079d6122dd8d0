"""The journal's door: begin a visit, record what happens, forget what is due."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import structlog

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.staff import Staff
from kiosk.domain.text import Text
from kiosk.journal import (
    acceptance,
    chain,
    codec,
    database,
    files,
    keys,
    opening,
    records,
    reserve,
    retention,
    schema,
    write_ahead,
)
from kiosk.journal.acceptance import Acceptance, Accepted
from kiosk.journal.chain import End
from kiosk.journal.database import Database
from kiosk.journal.head import HeadInvalid, HeadKeeper
from kiosk.journal.reading import JournalReader, Standing
from kiosk.journal.records import Note, Record
from kiosk.journal.retention import Forgetting
from kiosk.journal.rows import Row, Seals
from kiosk.journal.timekeeping import clock_fault
from kiosk.journal.trouble import JournalUnavailable, named
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.fold import Advance, Folded, advance

__all__ = ["Journal", "JournalUnavailable", "Record", "Standing"]

_log = structlog.get_logger()

_LOG_TOO_LONG = (
    f"its log has more than {write_ahead.MOST // 2**20} MiB and cannot be emptied: another program reads it"
)


class Journal(JournalReader):
    """One machine's journal. Used by one thread at a time; a second process may only read.

    Raises JournalUnavailable from every method when the disk or the file refuses.
    """

    def __init__(self, base: Database, machine_key: bytes, keeper: HeadKeeper | None = None) -> None:
        super().__init__(base, machine_key, keeper)
        self._traces = False

    @classmethod
    def open(cls, folder: Path) -> "Journal":
        """Open or create ``folder/journal.db`` with the keys ``folder/keys/journal*.key``.

        The newest records and every visit's row are checked, and that the end which was signed last is still
        there; all of it is checked by `verify()`.
        """
        with named(f"opened in {folder}"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            files.make_private(folder)
            base = database.connect(folder / "journal.db")
            try:
                machine_key = opening.machine_key(folder, base)
                schema.prepare(base, Seals(machine_key))
                journal = cls(base, machine_key, opening.keeper(folder, make=True))
                journal._check_the_end()
                journal._go_on_keeping_heads()
                reserve.set_aside(folder)
                base.empty_log()
            except BaseException:
                base.close()
                raise
            return journal

    @classmethod
    def read(cls, folder: Path) -> "Journal":
        """Open a journal to be read only: beside the running kiosk, in a backup, on a read-only disk."""
        with named(f"read in {folder}"):
            base = database.connect_reading(folder)
            try:
                schema.expect_newest(base)
                machine_key = opening.machine_key(folder, base)
                return cls(base, machine_key, opening.keeper(folder, make=False))
            except BaseException:
                base.close()
                raise

    def begin(self, visit_id: str, ordinal: int, event: Event, at: datetime) -> Advance:
        """Write the first event of a new visit; return what it asks for."""
        first = advance(Folded(), event, at)
        if first is None:
            raise ValueError(f"a visit does not begin with {type(event).__name__}")
        key, moment = keys.wrap(self._machine_key, keys.new_visit_key()), at.isoformat()
        self._write(Row(visit_id, ordinal, moment, key, "", 0, "", 0, ""), first, event, at, None)
        return first

    def record(
        self, folded: Folded, event: Event, at: datetime, outcome_of: int | None = None
    ) -> Advance | None:
        """Write one event of a running visit with the intents it asks for: one commit.

        Returns None, and writes nothing, where the event changes nothing.
        """
        step = advance(folded, event, at, outcome_of)
        if step is not None:
            self._write(None, step, event, at, outcome_of)
        return step

    def unready(self, now: datetime) -> Fault | None:
        """Return why no visit may begin: disk, log or clock are not as they should be.

        Nothing can be written, no room set aside, or the log has grown without an end. Writes nothing, so
        that it can be asked every few seconds; visits that have begun go on.
        """
        try:
            with named("written"):
                self._base.try_writing()
            if self._base.folder is not None and not reserve.set_aside(self._base.folder):
                return Fault(FailureCode.JOURNAL_FULL, f"no room for {reserve.BYTES // 2**20} MiB")
            if self._base.log_bytes > write_ahead.MOST:
                return Fault(FailureCode.JOURNAL_UNAVAILABLE, _LOG_TOO_LONG)
            return clock_fault(now, self._last_at())
        except JournalUnavailable as error:
            return error.fault

    def forget(self, visit_ids: Sequence[str], at: datetime) -> Forgetting:
        """Destroy the keys of visits; a note of each stands in the chain. One commit for all of them."""
        for visit_id in visit_ids:
            reason = self.why_kept(visit_id)
            if reason is not None:
                raise ValueError(f"visit {visit_id} is not forgotten: {reason.en}")

        def destroy(connection: sqlite3.Connection) -> End:
            end, note = self._end, Note(retention.FORGOTTEN, at)
            for visit_id in visit_ids:
                end = self._append_note(connection, end, self._row(visit_id)._replace(wrapped_key=None), note)
            return end

        with named("written"):
            self._end = self._base.write(destroy)
            if self._base.folder is not None:
                retention.destroy_in_copies(self._base.folder, visit_ids)
            self._traces = not self._base.empty_log()
        self.keep_head(at)
        return Forgetting(tuple(visit_ids), traces=self._traces)

    def accept_end(self, by: Staff, reason: str, at: datetime) -> Accepted | None:
        """Write that staff accept the loss of the kept end; None, and nothing, where there is none to accept.

        Raises ValueError where `acceptance.is_reason` says no.
        """
        since = self._lost_at
        if since == 0 or self.accepted() is not None:
            return None
        note = Note(acceptance.ACCEPTED, at, acceptance.fields(Acceptance(since, by, reason)))

        def accept(connection: sqlite3.Connection) -> End:
            query = "SELECT visit_id FROM records WHERE seq = ?"
            (visit_id,) = connection.execute(query, (since,)).fetchone()
            return self._append_note(connection, self._end, self._row(visit_id), note)

        with named("written"):
            self._end = self._base.write(accept)
        self.keep_head(at)
        return self.accepted()

    def keep_head(self, at: datetime) -> None:
        """Sign the chain's end and keep it beside the journal."""
        if self._keeper is not None:
            self._keeper.keep(self.head(at))

    @property
    def log_is_long(self) -> bool:
        """True where the log is to be emptied as soon as nobody is served."""
        return self._traces or self._base.log_bytes >= write_ahead.LONG

    def empty_log(self) -> None:
        """Bring the log into the file, as far as no other program reads it; some milliseconds a MiB."""
        with named("written"):
            self._traces = not self._base.empty_log() and self._traces

    # --- parts -----------------------------------------------------------------------------------

    def _write(
        self, new: Row | None, step: Advance, event: Event, at: datetime, outcome_of: int | None
    ) -> None:
        """Append event and intents and keep the projection, all in one commit."""
        visit_id = step.folded.visit.visit_id
        written: list[tuple[str, int | None, Event | Effect]] = [("event", outcome_of, event)]
        written += [("intent", n.number, n.effect) for n in step.started]

        def append(connection: sqlite3.Connection) -> End:
            if new is not None:
                self._seals.insert(connection, new)
            row = new or self._row(visit_id)
            key = self._key(row)
            if key is None:
                gone = Text(f"业务 {visit_id} 已遗忘", f"visit {visit_id} was forgotten and cannot go on")
                raise JournalUnavailable(gone)
            end = self._end
            for kind, number, value in written:
                payload = records.sealed(key, end.seq + 1, visit_id, codec.encode(value))
                name, moment = type(value).__name__, at.isoformat()
                link = chain.Link(end.seq + 1, visit_id, kind, name, number, moment, payload)
                end = chain.append(connection, end, link)
            self._seals.update(connection, _standing_after(row, step, end.seq, at))
            return end

        with named("written"):
            self._end = self._base.write(append)
        if step.folded.over or new is not None:
            self.keep_head(at)

    def _append_note(self, connection: sqlite3.Connection, end: End, row: Row, note: Note) -> End:
        """Write a note about a visit behind the end, and the visit's row; return the new end."""
        seq, key = end.seq + 1, acceptance.key_of(self._machine_key)
        payload = records.sealed(key, seq, row.visit_id, note.fields) if note.fields else b""
        link = chain.Link(seq, row.visit_id, "note", note.name, None, note.at.isoformat(), payload)
        self._seals.update(connection, row._replace(last_seq=seq))
        return chain.append(connection, end, link)

    def _go_on_keeping_heads(self) -> None:
        """Keep heads as before; where the last one is lost, from here on, and each says so."""
        at = self._last_at()
        if self._keeper is None or at is None:
            return
        try:
            self._keeper.known()
        except HeadInvalid as why:
            _log.warning("the journal's end is kept anew", records=self._end.seq, why=why.text.en)
            self.keep_head(at)


def _standing_after(row: Row, step: Advance, seq: int, at: datetime) -> Row:
    """Return a visit's row after a record."""
    visit = step.folded.visit
    return row._replace(
        step=visit.step.value,
        over=int(step.folded.over),
        cases=" ".join(visit.cases),
        last_seq=seq,
        last_at=at.isoformat(),
    )
