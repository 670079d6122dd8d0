"""The journal's door: begin a visit, record what happens, fold it back."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.failure import FailureCode, Fault
from kiosk.journal import chain, codec, database, files, keys, reserve, retention, rows, schema, write_ahead
from kiosk.journal.database import Database
from kiosk.journal.export import Exported
from kiosk.journal.head import Head, HeadInvalid, HeadKeeper
from kiosk.journal.retention import Forgetting
from kiosk.journal.rows import Row, Seals
from kiosk.journal.timekeeping import clock_fault
from kiosk.journal.trouble import JournalUnavailable, named
from kiosk.journal.verification import Round, Watch, damage, end_break, first_break
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.fold import Advance, Folded, advance

__all__ = ["Journal", "JournalUnavailable", "Record", "Standing"]

_log = structlog.get_logger()

_LOG_TOO_LONG = (
    f"its log has more than {write_ahead.MOST // 2**20} MiB and cannot be emptied: another program reads it"
)
_INSERT = f"INSERT INTO records ({chain.COLUMNS}, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
_OF_VISIT = f"SELECT {chain.COLUMNS} FROM records WHERE visit_id = ? ORDER BY seq"  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Record:
    """One record, readable.

    Attributes:
        fields: JSON of the event or effect; None once the visit was forgotten, and for a note.
    """

    seq: int
    visit_id: str
    kind: str
    name: str
    number: int | None
    at: datetime
    fields: bytes | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a visit stands; field meanings as in `models.VISITS`."""

    visit_id: str
    began: datetime
    step: str
    over: bool
    cases: tuple[str, ...]
    forgotten: bool


class Journal:
    """One machine's journal. Used by one thread at a time; a second process may only read.

    Raises JournalUnavailable from every method when the disk or the file refuses.
    """

    def __init__(self, base: Database, machine_key: bytes, keeper: HeadKeeper | None = None) -> None:
        self._base = base
        self._machine_key = machine_key
        self._seals = Seals(machine_key)
        self._keeper = keeper
        self._anew = 0
        self._traces = False
        self._round = Round(self._seals)
        with named("read"):
            self._seq, self._digest = chain.last(base.connection)

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
                machine_key = _machine_key(folder, base)
                schema.prepare(base, Seals(machine_key))
                journal = cls(base, machine_key, _keeper(folder, make=True))
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
                return cls(base, _machine_key(folder, base), _keeper(folder, make=False))
            except BaseException:
                base.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def next_ordinal(self) -> int:
        """Return the ordinal of the next visit on this machine."""
        with named("read"):
            (highest,) = self._base.connection.execute("SELECT max(ordinal) FROM visits").fetchone()
        return int(highest or 0) + 1

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

    def fold(self, visit_id: str) -> Folded:
        """Rebuild a visit from its records."""
        folded = Folded()
        for record in self.records(visit_id):
            if record.kind == "event":
                if record.fields is None:
                    raise JournalUnavailable(f"visit {visit_id} was forgotten and cannot be rebuilt")
                event = self._decode(record.name, record.fields)
                step = advance(folded, event, record.at, record.number)
                folded = step.folded if step else folded
        return folded

    def unfinished(self) -> tuple[str, ...]:
        """Return the visits that are not over or have an open case, oldest first."""
        return self._ids("WHERE over = 0 OR cases != ''")

    def visits(self) -> tuple[str, ...]:
        """Return the ids of all visits, oldest first."""
        return self._ids("")

    def readable(self, most: int) -> tuple[str, ...]:
        """Return the ids of the newest visits that were not forgotten, newest first."""
        query = "SELECT visit_id FROM visits WHERE wrapped_key IS NOT NULL ORDER BY ordinal DESC LIMIT ?"
        with named("read"):
            return tuple(visit_id for (visit_id,) in self._base.connection.execute(query, (most,)))

    def records(self, visit_id: str) -> Iterator[Record]:
        """Yield a visit's records in order."""
        with named("read"):
            row = self._row(visit_id)
            found = self._base.connection.execute(_OF_VISIT, (visit_id,)).fetchall()
        if not found or found[-1][0] != row.last_seq:
            raise _damaged(f"record {row.last_seq}, the last of visit {visit_id}, is missing")
        key = self._key(row)
        for columns in found:
            yield _record(chain.Link(*columns), key)

    def intents_since(self, visit_id: str, names: Sequence[str]) -> Iterator[Record]:
        """Yield the intents of these names that other visits have journaled since a visit's own last one."""
        among = ", ".join("?" * len(names))
        query = (
            f"SELECT {chain.COLUMNS} FROM records WHERE kind = 'intent' AND name IN ({among})"  # noqa: S608 - ours
            " AND visit_id != ? AND seq > (SELECT coalesce(max(seq), 0) FROM records"
            f" WHERE visit_id = ? AND kind = 'intent' AND name IN ({among})) ORDER BY seq"
        )
        with named("read"):
            found = self._base.connection.execute(query, (*names, visit_id, visit_id, *names)).fetchall()
        for columns in found:
            link = chain.Link(*columns)
            yield _record(link, self._key(self._row(link.visit_id)))

    def verify(self, known: Head | None = None, watch: Watch | None = None) -> str | None:
        """Check the whole journal; return None, or where and how it is broken.

        Args:
            known: an earlier end of the chain from elsewhere, beside the one that the machine keeps.
            watch: is told every few thousand records how many have been checked.
        """
        kept = self._keeper.last() if self._keeper else None
        with named("read"):
            heads = [head for head in (kept, known) if head is not None]
            return first_break(self._base.connection, self._seals, heads, watch)

    def damage(self) -> str | None:
        """Return what is wrong with the file's pages, the newest records, the kept end or a visit's row.

        What a command that shows something looks at first: about a second for each GB.
        """
        with named("read"):
            return damage(self._base.connection, quick=True) or self._end_break()

    def end_unknown(self) -> str | None:
        """Return why nobody can say whether the end was cut off; None where the kept end shows it was not."""
        if self._keeper is None or self._seq == 0:
            return None
        try:
            since = self._keeper.known().since
        except HeadInvalid as why:
            return str(why)
        return f"the kept end was lost when there were {since} records, and made anew" if since else None

    @property
    def length(self) -> int:
        """Return how many records there were when the journal was opened, and have been written since."""
        return self._seq

    def unready(self, now: datetime) -> Fault | None:
        """Return why no visit may begin: nothing can be written, no room is set aside, the log cannot be
        emptied, the clock is wrong.

        Writes nothing, so that it can be asked every few seconds; visits that have begun go on.
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

    def end_fault(self, now: datetime) -> Fault | None:
        """Return what is wrong with the newest records, the kept end or the clock; only reads."""
        try:
            with named("read"):
                self._check_the_end()
            return clock_fault(now, self._last_at())
        except JournalUnavailable as error:
            return error.fault

    def check_some(self, records: int = 2000) -> str | None:
        """Check the next records of an endless round; return where the chain is broken, if it is."""
        with named("read"):
            return self._round.go_on(self._base.connection, records)

    def head(self, at: datetime) -> Head:
        """Return the chain's end, to be signed and kept."""
        return Head(self._seq, self._digest, at.isoformat(), self._anew)

    def key(self) -> Ed25519PrivateKey:
        """Return the key that signs heads and exports; raise JournalUnavailable where there is none."""
        if self._keeper is None or self._keeper.key is None:
            why = "keys/journal-signing.key is missing: restore it, or let a start make a new one"
            raise JournalUnavailable(why, FailureCode.JOURNAL_KEY)
        return self._keeper.key

    def export(self, *, readable: bool) -> Iterator[Exported]:
        """Yield every record in the chain's order; `readable` with its fields, which are personal."""
        with named("read"):
            for link, digest in chain.links(self._base.connection):
                key = self._key(self._row(link.visit_id)) if readable and link.payload else None
                yield Exported(link, digest, None if key is None else _unseal(key, link))

    def standings(self) -> tuple[Standing, ...]:
        """Return where every visit stands, oldest first, without reading its records."""
        query = "SELECT visit_id, began, step, over, cases, wrapped_key IS NULL FROM visits ORDER BY ordinal"
        with named("read"):
            found = self._base.connection.execute(query).fetchall()
        return tuple(
            Standing(
                visit_id, datetime.fromisoformat(began), step, bool(over), tuple(cases.split()), bool(gone)
            )
            for visit_id, began, step, over, cases, gone in found
        )

    # --- forgetting ------------------------------------------------------------------------------

    def forgettable(self, before: datetime) -> tuple[str, ...]:
        """Return the oldest visits whose last record is older than a moment and that nothing keeps."""
        with named("read"):
            return retention.due(self._base.connection, before)

    def why_kept(self, visit_id: str) -> str | None:
        """Return why a visit cannot be forgotten now, None where it can."""
        with named("read"):
            return retention.why_not(self._base.connection, visit_id)

    def forget(self, visit_ids: Sequence[str], at: datetime) -> Forgetting:
        """Destroy the keys of visits; a note of each stands in the chain. One commit for all of them."""
        for visit_id in visit_ids:
            reason = self.why_kept(visit_id)
            if reason is not None:
                raise ValueError(f"visit {visit_id} is not forgotten: {reason}")

        def write(connection: sqlite3.Connection) -> tuple[int, bytes]:
            seq, tip = self._seq, self._digest
            for seq, visit_id in enumerate(visit_ids, self._seq + 1):
                link = chain.Link(seq, visit_id, "note", retention.FORGOTTEN, None, at.isoformat(), b"")
                tip = chain.digest(tip, link)
                row = self._row(visit_id)
                connection.execute(_INSERT, (*link, tip))
                self._seals.update(connection, row._replace(wrapped_key=None, last_seq=seq))
            return seq, tip

        with named("written"):
            self._seq, self._digest = self._base.write(write)
            if self._base.folder is not None:
                retention.destroy_in_copies(self._base.folder, visit_ids)
            self._traces = not self._base.empty_log()
        self.keep_head(at)
        return Forgetting(tuple(visit_ids), traces=self._traces)

    # --- the log ---------------------------------------------------------------------------------

    @property
    def log_is_long(self) -> bool:
        """True where the log is to be emptied as soon as nobody is served."""
        return self._traces or self._base.log_bytes >= write_ahead.LONG

    def empty_log(self) -> None:
        """Bring the log into the file, as far as no other program reads it; some milliseconds a MiB."""
        with named("written"):
            self._traces = not self._base.empty_log() and self._traces

    def keep_head(self, at: datetime) -> None:
        """Sign the chain's end and keep it beside the journal."""
        if self._keeper is not None:
            self._keeper.keep(self.head(at))

    # --- parts -----------------------------------------------------------------------------------

    def _write(
        self, new: Row | None, step: Advance, event: Event, at: datetime, outcome_of: int | None
    ) -> None:
        """Append event and intents and keep the projection, all in one commit."""
        visit_id = step.folded.visit.visit_id
        values: list[tuple[str, int | None, Event | Effect]] = [("event", outcome_of, event)]
        values += [("intent", n.number, n.effect) for n in step.started]

        def append(connection: sqlite3.Connection) -> tuple[int, bytes]:
            if new is not None:
                self._seals.insert(connection, new)
            row = new or self._row(visit_id)
            key = self._key(row)
            if key is None:
                raise JournalUnavailable(f"visit {visit_id} was forgotten and cannot go on")
            seq, tip = self._seq, self._digest
            for seq, (kind, number, value) in enumerate(values, self._seq + 1):
                payload = keys.seal(key, codec.encode(value), _context(seq, visit_id))
                link = chain.Link(seq, visit_id, kind, type(value).__name__, number, at.isoformat(), payload)
                tip = chain.digest(tip, link)
                connection.execute(_INSERT, (*link, tip))
            self._seals.update(connection, _standing_after(row, step, seq, at))
            return seq, tip

        with named("written"):
            self._seq, self._digest = self._base.write(append)
        if step.folded.over or new is not None:
            self.keep_head(at)

    def _last_at(self) -> datetime | None:
        query = "SELECT seq, at FROM records ORDER BY seq DESC LIMIT 1"
        with named("read"):
            row = self._base.connection.execute(query).fetchone()
        return None if row is None else _moment(*row)

    def _end_break(self) -> str | None:
        kept = self._keeper.last() if self._keeper else None
        return end_break(self._base.connection, self._seals, kept)

    def _check_the_end(self) -> None:
        broken = self._end_break()
        if broken is not None:
            raise _damaged(broken)

    def _go_on_keeping_heads(self) -> None:
        """Keep heads as before; where the last one is lost, from here on, and each says so."""
        at = self._last_at()
        if self._keeper is None or at is None:
            return
        try:
            self._anew = self._keeper.known().since
        except HeadInvalid as why:
            _log.warning("the journal's end is kept anew", records=self._seq, why=str(why))
            self._anew = self._seq
            self.keep_head(at)

    @staticmethod
    def _decode(name: str, fields: bytes) -> Event:
        try:
            return codec.decode_event(name, fields)
        except codec.UnreadableRecord as error:
            raise JournalUnavailable(str(error), FailureCode.JOURNAL_DAMAGED) from error

    def _ids(self, where: str) -> tuple[str, ...]:
        query = f"SELECT visit_id FROM visits {where} ORDER BY ordinal"  # noqa: S608 - ours
        with named("read"):
            return tuple(visit_id for (visit_id,) in self._base.connection.execute(query))

    def _row(self, visit_id: str) -> Row:
        """Return a visit's row, as it was written."""
        found = rows.one(self._base.connection, visit_id)
        if found is None:
            raise JournalUnavailable(f"there is no visit {visit_id} in this journal")
        fault = self._seals.fault(self._base.connection, *found)
        if fault is not None:
            raise _damaged(fault)
        return found[0]

    def _key(self, row: Row) -> bytes | None:
        """Return a visit's key; None once it was forgotten."""
        if row.wrapped_key is None:
            return None
        try:
            return keys.unwrap(self._machine_key, row.wrapped_key)
        except keys.JournalKeyError as error:
            raise JournalUnavailable(f"visit {row.visit_id}: {error}", FailureCode.JOURNAL_KEY) from error


def _machine_key(folder: Path, base: Database) -> bytes:
    """Return the machine's key; a journal that has visits is never given a fresh one, nor a wrong one."""
    path, found = folder / "keys" / "journal.key", schema.version(base)
    if found is not None and not path.exists():
        why = f"{path} is missing: restore it from the machine's backup"
        raise JournalUnavailable(why, FailureCode.JOURNAL_KEY)
    try:
        key = keys.load_machine_key(path)
    except keys.JournalKeyError as error:
        raise JournalUnavailable(str(error), FailureCode.JOURNAL_KEY) from error
    wrong = (
        None if found is None else Seals(key).key_fault(base.connection, sealed=found >= schema.SEALED_SINCE)
    )
    if wrong is not None:
        raise JournalUnavailable(f"{path} does not fit this journal: {wrong}", FailureCode.JOURNAL_KEY)
    return key


def _keeper(folder: Path, *, make: bool) -> HeadKeeper:
    try:
        return HeadKeeper.of(folder, make=make)
    except keys.JournalKeyError as error:
        raise JournalUnavailable(str(error), FailureCode.JOURNAL_KEY) from error


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


def _damaged(why: str) -> JournalUnavailable:
    return JournalUnavailable(f"the journal is broken: {why}", FailureCode.JOURNAL_DAMAGED)


def _moment(seq: int, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise _damaged(f"record {seq} was changed") from error


def _record(link: chain.Link, key: bytes | None) -> Record:
    fields = None if key is None or not link.payload else _unseal(key, link)
    at = _moment(link.seq, link.at)
    return Record(link.seq, link.visit_id, link.kind, link.name, link.number, at, fields)


def _unseal(key: bytes, link: chain.Link) -> bytes:
    try:
        return keys.unseal(key, link.payload, _context(link.seq, link.visit_id))
    except (keys.JournalKeyError, TypeError, ValueError) as error:
        why = f"record {link.seq} of visit {link.visit_id} does not decrypt: it was changed or moved"
        raise _damaged(why) from error


def _context(seq: int, visit_id: str) -> bytes:
    return f"{seq}:{visit_id}".encode()
