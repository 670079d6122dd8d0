"""The journal's door: begin a visit, record what happens, fold it back."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.journal import chain, codec, database, keys
from kiosk.journal.models import RecordRow, VisitRow
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.fold import Advance, Folded, advance


class JournalUnavailable(Exception):
    """The journal cannot be written or read: the machine must not serve anyone."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record, readable.

    Attributes:
        fields: JSON of the event or effect; None once the visit was forgotten.
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
    """What `models.VisitRow` holds of a visit from its beginning; field meanings as there."""

    visit_id: str
    ordinal: int
    began: str
    wrapped_key: bytes


class Journal:
    """One machine's journal. Used by one thread at a time; a second process may only read.

    Raises JournalUnavailable from every method when the disk or the file refuses.
    """

    def __init__(self, engine: Engine, machine_key: bytes) -> None:
        self._engine = engine
        self._machine_key = machine_key
        self._visit_keys: dict[str, bytes] = {}
        self._seq, self._digest = self._last()

    @classmethod
    def open(cls, folder: Path) -> "Journal":
        """Open or create ``folder/journal.db`` with the machine's key ``folder/keys/journal.key``."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            machine_key = keys.load_machine_key(folder / "keys" / "journal.key")
            engine = database.create(folder / "journal.db")
            database.upgrade(engine)
            return cls(engine, machine_key)
        except (OSError, SQLAlchemyError, keys.JournalKeyError) as error:
            raise JournalUnavailable(f"the journal in {folder} cannot be opened: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def next_ordinal(self) -> int:
        """Return the ordinal of the next visit on this machine."""
        with self._session() as session:
            highest = session.scalar(select(func.max(VisitRow.ordinal)))
        return (highest or 0) + 1

    def begin(self, visit_id: str, ordinal: int, event: Event, at: datetime) -> Advance:
        """Write the first event of a new visit; return what it asks for."""
        visit_key = keys.new_visit_key()
        first = advance(Folded(), event, at)
        if first is None:
            raise ValueError(f"a visit does not begin with {type(event).__name__}")
        row = NewVisit(visit_id, ordinal, at.isoformat(), keys.wrap(self._machine_key, visit_key))
        self._visit_keys[visit_id] = visit_key
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
        wanted = or_(VisitRow.over.is_(False), VisitRow.cases != "")
        with self._session() as session:
            return tuple(session.scalars(select(VisitRow.visit_id).where(wanted).order_by(VisitRow.ordinal)))

    def visits(self) -> tuple[str, ...]:
        """Return the ids of all visits, oldest first."""
        with self._session() as session:
            return tuple(session.scalars(select(VisitRow.visit_id).order_by(VisitRow.ordinal)))

    def records(self, visit_id: str) -> Iterator[Record]:
        """Yield a visit's records in order."""
        with self._session() as session:
            key = self._key_of(session, visit_id)
            query = select(RecordRow).where(RecordRow.visit_id == visit_id).order_by(RecordRow.seq)
            rows = session.scalars(query).all()
        for row in rows:
            fields = None if key is None else self._unseal(key, row)
            at = datetime.fromisoformat(row.at)
            yield Record(row.seq, row.visit_id, row.kind, row.name, row.number, at, fields)

    def verify(self) -> str | None:
        """Check the whole chain; return None, or where and how it is broken."""
        previous, expected = chain.GENESIS, 1
        with self._session() as session:
            for row in session.scalars(select(RecordRow).order_by(RecordRow.seq)).yield_per(1000):
                if row.seq != expected:
                    return f"record {expected} is missing"
                digest = _digest_of(previous, row)
                if digest != row.digest:
                    return f"record {row.seq} ({row.name} of visit {row.visit_id}) was changed or moved"
                previous, expected = digest, expected + 1
        return None

    def _write(
        self, new: NewVisit | None, step: Advance, event: Event, at: datetime, outcome_of: int | None
    ) -> None:
        """Append event and intents and keep the projection, all in one commit."""
        visit_id = step.folded.visit.visit_id
        values: list[tuple[str, int | None, Event | Effect]] = [("event", outcome_of, event)]
        values += [("intent", n.number, n.effect) for n in step.started]
        try:
            with self._engine.begin() as connection:
                self._project(connection, new, step)
                key = self._key_of(connection, visit_id)
                if key is None:
                    raise JournalUnavailable(f"visit {visit_id} was forgotten and cannot go on")
                seq, tip = self._seq, self._digest
                rows = []
                for seq, (kind, number, value) in enumerate(values, self._seq + 1):
                    payload = keys.seal(key, codec.encode(value), _context(seq, visit_id))
                    name = type(value).__name__
                    link = chain.Link(seq, visit_id, kind, name, number, at.isoformat(), payload)
                    tip = chain.digest(tip, link)
                    rows.append(asdict(link) | {"digest": tip})
                connection.execute(insert(RecordRow), rows)
        except (OSError, SQLAlchemyError) as error:
            raise JournalUnavailable(f"the journal cannot be written: {error}") from error
        self._seq, self._digest = seq, tip
        if step.folded.over:
            self._visit_keys.pop(visit_id, None)

    @staticmethod
    def _project(connection: Connection, new: NewVisit | None, step: Advance) -> None:
        visit = step.folded.visit
        stands = {"step": visit.step.value, "over": step.folded.over, "cases": " ".join(visit.cases)}
        if new is not None:
            connection.execute(insert(VisitRow), asdict(new) | stands)
            return
        row = update(VisitRow).where(VisitRow.visit_id == visit.visit_id)
        if connection.execute(row, stands).rowcount != 1:
            raise JournalUnavailable(f"there is no visit {visit.visit_id} in this journal")

    @staticmethod
    def _decode(name: str, fields: bytes) -> Event:
        try:
            return codec.decode_event(name, fields)
        except codec.UnreadableRecord as error:
            raise JournalUnavailable(str(error)) from error

    def _last(self) -> tuple[int, bytes]:
        with self._session() as session:
            row = session.scalar(select(RecordRow).order_by(RecordRow.seq.desc()).limit(1))
        return (row.seq, row.digest) if row else (0, chain.GENESIS)

    def _key_of(self, source: Connection | Session, visit_id: str) -> bytes | None:
        if visit_id not in self._visit_keys:
            wanted = select(VisitRow.wrapped_key).where(VisitRow.visit_id == visit_id)
            row = source.execute(wanted).one_or_none()
            if row is None:
                raise JournalUnavailable(f"there is no visit {visit_id} in this journal")
            if row.wrapped_key is None:
                return None
            try:
                self._visit_keys[visit_id] = keys.unwrap(self._machine_key, row.wrapped_key)
            except keys.JournalKeyError as error:
                raise JournalUnavailable(f"visit {visit_id}: {error}") from error
        return self._visit_keys[visit_id]

    def _unseal(self, key: bytes, row: RecordRow) -> bytes:
        try:
            return keys.unseal(key, row.payload, _context(row.seq, row.visit_id))
        except keys.JournalKeyError as error:
            raise JournalUnavailable(f"record {row.seq}: {error}") from error

    def _session(self) -> "_ReadSession":
        return _ReadSession(self._engine)


class _ReadSession(Session):
    """A session whose failures come out as JournalUnavailable."""

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        super().__exit__(kind, value, trace)
        if isinstance(value, SQLAlchemyError):
            raise JournalUnavailable(f"the journal cannot be read: {value}") from value


def _context(seq: int, visit_id: str) -> bytes:
    return f"{seq}:{visit_id}".encode()


def _digest_of(previous: bytes, row: RecordRow) -> bytes:
    link = chain.Link(row.seq, row.visit_id, row.kind, row.name, row.number, row.at, row.payload)
    return chain.digest(previous, link)
