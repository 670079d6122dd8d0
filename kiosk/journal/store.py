"""The journal's door: begin a visit, record what happens, fold it back."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.failure import FailureCode, Fault
from kiosk.journal import chain, codec, database, keys, reserve, retention, schema
from kiosk.journal.database import Database
from kiosk.journal.export import Exported
from kiosk.journal.head import Head, HeadKeeper
from kiosk.journal.retention import Forgetting
from kiosk.journal.timekeeping import clock_fault
from kiosk.journal.trouble import JournalUnavailable, named
from kiosk.journal.verification import Round, Watch, end_break, first_break
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.fold import Advance, Folded, advance

__all__ = ["Journal", "JournalUnavailable", "Record", "Standing"]

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
class NewVisit:
    """What `models.VISITS` holds of a visit from its beginning; field meanings as there."""

    visit_id: str
    ordinal: int
    began: str
    wrapped_key: bytes


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
        self._keeper = keeper
        self._round = Round()
        with named("read"):
            self._seq, self._digest = chain.last(base.connection)

    @classmethod
    def open(cls, folder: Path) -> "Journal":
        """Open or create ``folder/journal.db`` with the keys ``folder/keys/journal*.key``.

        The newest records are checked, and that the end which was signed last is still there; all of it
        is checked by `verify()`.
        """
        with named(f"opened in {folder}"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            base = database.connect(folder / "journal.db")
            try:
                machine_key = _machine_key(folder, is_new=schema.version(base) is None)
                schema.prepare(base)
                journal = cls(base, machine_key, HeadKeeper.of(folder))
                journal._check_the_end()
                reserve.set_aside(folder)
                retention.empty_wal(base.connection)
            except BaseException:
                base.close()
                raise
            return journal

    @classmethod
    def read(cls, folder: Path) -> "Journal":
        """Open a journal beside the running kiosk, to be read only."""
        with named(f"read in {folder}"):
            base = database.connect(folder / "journal.db", ("busy_timeout=5000", "query_only=ON"))
            try:
                schema.expect_newest(base)
                return cls(base, _machine_key(folder, is_new=False), HeadKeeper.of(folder))
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
        row = NewVisit(visit_id, ordinal, at.isoformat(), keys.wrap(self._machine_key, keys.new_visit_key()))
        self._write(row, first, event, at, None)
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
            key = self._key_of(visit_id)
            rows = self._base.connection.execute(_OF_VISIT, (visit_id,)).fetchall()
        for row in rows:
            yield _record(chain.Link(*row), key)

    def intents_since(self, visit_id: str, names: Sequence[str]) -> Iterator[Record]:
        """Yield the intents of these names that other visits have journaled since a visit's own last one."""
        among = ", ".join("?" * len(names))
        query = (
            f"SELECT {chain.COLUMNS} FROM records WHERE kind = 'intent' AND name IN ({among})"  # noqa: S608 - ours
            " AND visit_id != ? AND seq > (SELECT coalesce(max(seq), 0) FROM records"
            f" WHERE visit_id = ? AND kind = 'intent' AND name IN ({among})) ORDER BY seq"
        )
        with named("read"):
            rows = self._base.connection.execute(query, (*names, visit_id, visit_id, *names)).fetchall()
        for row in rows:
            link = chain.Link(*row)
            yield _record(link, self._key_of(link.visit_id))

    def verify(self, known: Head | None = None, watch: Watch | None = None) -> str | None:
        """Check the whole journal; return None, or where and how it is broken.

        Args:
            known: an earlier end of the chain from elsewhere, beside the one that the machine keeps.
            watch: is told every few thousand records how many have been checked.
        """
        kept = self._keeper.last() if self._keeper else None
        with named("read"):
            heads = [head for head in (kept, known) if head is not None]
            return first_break(self._base.connection, heads, watch)

    @property
    def length(self) -> int:
        """Return how many records there were when the journal was opened, and have been written since."""
        return self._seq

    def unready(self, now: datetime) -> Fault | None:
        """Return why no visit may begin: nothing can be written, no room is set aside, the clock is wrong.

        Writes nothing, so that it can be asked every few seconds; visits that have begun go on.
        """
        try:
            with named("written"):
                self._base.try_writing()
            if self._base.folder is not None and not reserve.set_aside(self._base.folder):
                return Fault(FailureCode.JOURNAL_FULL, f"no room for {reserve.BYTES // 2**20} MiB")
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
        return Head(self._seq, self._digest, at.isoformat())

    def key(self) -> Ed25519PrivateKey:
        """Return the key that signs heads and exports; raise JournalUnavailable where there is none."""
        if self._keeper is None:
            raise JournalUnavailable("this journal has no signing key")
        return self._keeper.key

    def export(self, *, readable: bool) -> Iterator[Exported]:
        """Yield every record in the chain's order; `readable` with its fields, which are personal."""
        with named("read"):
            for link, digest in chain.links(self._base.connection):
                key = self._key_of(link.visit_id) if readable and link.payload else None
                yield Exported(link, digest, None if key is None else _unseal(key, link))

    def standings(self) -> tuple[Standing, ...]:
        """Return where every visit stands, oldest first, without reading its records."""
        query = "SELECT visit_id, began, step, over, cases, wrapped_key IS NULL FROM visits ORDER BY ordinal"
        with named("read"):
            rows = self._base.connection.execute(query).fetchall()
        return tuple(
            Standing(
                visit_id, datetime.fromisoformat(began), step, bool(over), tuple(cases.split()), bool(gone)
            )
            for visit_id, began, step, over, cases, gone in rows
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
                connection.execute(_INSERT, (*link, tip))
                connection.execute("UPDATE visits SET last_seq = ? WHERE visit_id = ?", (seq, visit_id))
            retention.destroy(connection, visit_ids)
            return seq, tip

        with named("written"):
            self._seq, self._digest = self._base.write(write)
            if self._base.folder is not None:
                retention.destroy_in_copies(self._base.folder, visit_ids)
            emptied = retention.empty_wal(self._base.connection)
        self.keep_head(at)
        return Forgetting(tuple(visit_ids), traces=not emptied)

    def keep_head(self, at: datetime) -> None:
        """Sign the chain's end and keep it beside the journal."""
        if self._keeper is not None:
            self._keeper.keep(self.head(at))

    # --- parts -----------------------------------------------------------------------------------

    def _write(
        self, new: NewVisit | None, step: Advance, event: Event, at: datetime, outcome_of: int | None
    ) -> None:
        """Append event and intents and keep the projection, all in one commit."""
        visit_id = step.folded.visit.visit_id
        values: list[tuple[str, int | None, Event | Effect]] = [("event", outcome_of, event)]
        values += [("intent", n.number, n.effect) for n in step.started]

        def append(connection: sqlite3.Connection) -> tuple[int, bytes]:
            if new is not None:
                self._insert(connection, new)
            key = self._key_of(visit_id)
            if key is None:
                raise JournalUnavailable(f"visit {visit_id} was forgotten and cannot go on")
            seq, tip = self._seq, self._digest
            for seq, (kind, number, value) in enumerate(values, self._seq + 1):
                payload = keys.seal(key, codec.encode(value), _context(seq, visit_id))
                link = chain.Link(seq, visit_id, kind, type(value).__name__, number, at.isoformat(), payload)
                tip = chain.digest(tip, link)
                connection.execute(_INSERT, (*link, tip))
            self._project(connection, step, seq, at)
            return seq, tip

        with named("written"):
            self._seq, self._digest = self._base.write(append)
        if step.folded.over:
            self.keep_head(at)

    def _last_at(self) -> datetime | None:
        query = "SELECT at FROM records ORDER BY seq DESC LIMIT 1"
        with named("read"):
            row = self._base.connection.execute(query).fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    def _check_the_end(self) -> None:
        broken = end_break(self._base.connection, self._keeper.last() if self._keeper else None)
        if broken is not None:
            raise JournalUnavailable(f"the journal is broken: {broken}", FailureCode.JOURNAL_DAMAGED)

    @staticmethod
    def _insert(connection: sqlite3.Connection, new: NewVisit) -> None:
        columns = "visit_id, ordinal, began, wrapped_key, step, over, cases"
        statement = f"INSERT INTO visits ({columns}) VALUES (?, ?, ?, ?, '', 0, '')"  # noqa: S608 - ours
        connection.execute(statement, astuple(new))

    @staticmethod
    def _project(connection: sqlite3.Connection, step: Advance, seq: int, at: datetime) -> None:
        visit = step.folded.visit
        stands = (visit.step.value, step.folded.over, " ".join(visit.cases), seq, at.isoformat())
        statement = "UPDATE visits SET step = ?, over = ?, cases = ?, last_seq = ?, last_at = ?"
        connection.execute(f"{statement} WHERE visit_id = ?", (*stands, visit.visit_id))

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

    def _key_of(self, visit_id: str) -> bytes | None:
        """Return a visit's key; None once it was forgotten."""
        query = "SELECT wrapped_key FROM visits WHERE visit_id = ?"
        row = self._base.connection.execute(query, (visit_id,)).fetchone()
        if row is None:
            raise JournalUnavailable(f"there is no visit {visit_id} in this journal")
        if row[0] is None:
            return None
        try:
            return keys.unwrap(self._machine_key, row[0])
        except keys.JournalKeyError as error:
            raise JournalUnavailable(f"visit {visit_id}: {error}") from error


def _machine_key(folder: Path, *, is_new: bool) -> bytes:
    """Return the machine's key; a journal that has visits is never given a fresh one."""
    path = folder / "keys" / "journal.key"
    if not is_new and not path.exists():
        raise JournalUnavailable(f"{path} is missing: restore it from the machine's backup")
    try:
        return keys.load_machine_key(path)
    except keys.JournalKeyError as error:
        raise JournalUnavailable(str(error)) from error


def _record(link: chain.Link, key: bytes | None) -> Record:
    fields = None if key is None or not link.payload else _unseal(key, link)
    at = datetime.fromisoformat(link.at)
    return Record(link.seq, link.visit_id, link.kind, link.name, link.number, at, fields)


def _unseal(key: bytes, link: chain.Link) -> bytes:
    try:
        return keys.unseal(key, link.payload, _context(link.seq, link.visit_id))
    except keys.JournalKeyError as error:
        raise JournalUnavailable(f"record {link.seq}: {error}", FailureCode.JOURNAL_DAMAGED) from error


def _context(seq: int, visit_id: str) -> bytes:
    return f"{seq}:{visit_id}".encode()
