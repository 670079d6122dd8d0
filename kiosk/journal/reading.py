"""What a journal tells: visits and their records, whether all of it is as it was written, its signed end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.text import Text
from kiosk.journal import acceptance, breaks, chain, keys, records, retention, rows
from kiosk.journal.acceptance import Accepted
from kiosk.journal.database import Database
from kiosk.journal.export import Exported
from kiosk.journal.head import Head, HeadInvalid, HeadKeeper
from kiosk.journal.records import Record
from kiosk.journal.rows import Row, Seals
from kiosk.journal.timekeeping import clock_fault
from kiosk.journal.trouble import JournalUnavailable, damaged, named
from kiosk.journal.verification import Round, Watch, damage, end_break, first_break
from kiosk.visit.fold import Folded, advance

_OF_VISIT = f"SELECT {chain.COLUMNS} FROM records WHERE visit_id = ? ORDER BY seq"  # noqa: S608 - ours

_LOST = Text(
    "保存的链尾在有 {since} 条记录时丢失，此后重新建立",
    "the kept end was lost when there were {since} records, and made anew",
)
_NO_VISIT = Text("流水中没有业务 {visit}", "there is no visit {visit} in this journal")
_NO_SIGNING_KEY = Text(
    "缺少 keys/journal-signing.key：请恢复它，或启动一次本程序以重新生成",
    "keys/journal-signing.key is missing: restore it, or let a start make a new one",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a visit stands; field meanings as in `models.VISITS`."""

    visit_id: str
    began: datetime
    step: str
    over: bool
    cases: tuple[str, ...]
    forgotten: bool


class JournalReader:
    """One machine's journal, to be read.

    Raises JournalUnavailable from every method when the disk or the file refuses.
    """

    def __init__(self, base: Database, machine_key: bytes, keeper: HeadKeeper | None = None) -> None:
        self._base = base
        self._machine_key = machine_key
        self._seals = Seals(machine_key)
        self._keeper = keeper
        self._round = Round(self._seals)
        with named("read"):
            self._end = chain.last(base.connection)
        self._lost_at = self._when_lost()

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def next_ordinal(self) -> int:
        """Return the ordinal of the next visit on this machine."""
        with named("read"):
            (highest,) = self._base.connection.execute("SELECT max(ordinal) FROM visits").fetchone()
        return int(highest or 0) + 1

    def fold(self, visit_id: str) -> Folded:
        """Rebuild a visit from its records."""
        folded = Folded()
        for record in self.records(visit_id):
            if record.kind == "event":
                if record.fields is None:
                    gone = Text(
                        f"业务 {visit_id} 已遗忘", f"visit {visit_id} was forgotten and cannot be rebuilt"
                    )
                    raise JournalUnavailable(gone)
                event = records.event(record.name, record.fields)
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
            raise damaged(breaks.last_missing(row.last_seq, visit_id, found[-1][0] if found else None))
        key = self._key(row)
        for columns in found:
            link = chain.Link(*columns)
            yield records.readable(link, self._fields(link, key))

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
            yield records.readable(link, self._fields(link, self._key(self._row(link.visit_id))))

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

    def export(self, *, readable: bool) -> Iterator[Exported]:
        """Yield every record in the chain's order; `readable` with its fields, which are personal."""
        with named("read"):
            for link, digest in chain.links(self._base.connection):
                key = self._key(self._row(link.visit_id)) if readable and link.payload else None
                yield Exported(link, digest, self._fields(link, key) if readable else None)

    def head(self, at: datetime) -> Head:
        """Return the chain's end, to be signed and kept."""
        return Head(self._end.seq, self._end.digest, at.isoformat(), self._lost_at)

    def key(self) -> Ed25519PrivateKey:
        """Return the key that signs heads and exports; raise JournalUnavailable where there is none."""
        if self._keeper is None or self._keeper.key is None:
            raise JournalUnavailable(_NO_SIGNING_KEY, FailureCode.JOURNAL_KEY)
        return self._keeper.key

    @property
    def length(self) -> int:
        """Return how many records there were when the journal was opened, and have been written since."""
        return self._end.seq

    def forgettable(self, before: datetime) -> tuple[str, ...]:
        """Return the oldest visits whose last record is older than a moment and that nothing keeps."""
        with named("read"):
            return retention.due(self._base.connection, before)

    def why_kept(self, visit_id: str) -> Text | None:
        """Return why a visit cannot be forgotten now, None where it can."""
        with named("read"):
            return retention.why_not(self._base.connection, visit_id)

    def verify(self, known: Head | None = None, watch: Watch | None = None) -> Text | None:
        """Check the whole journal; return None, or where and how it is broken.

        Args:
            known: an earlier end of the chain from elsewhere, beside the one that the machine keeps.
            watch: is told every few thousand records how many have been checked.
        """
        kept = self._keeper.last() if self._keeper else None
        with named("read"):
            heads = [head for head in (kept, known) if head is not None]
            return first_break(self._base.connection, self._seals, heads, watch)

    def damage(self) -> Text | None:
        """Return what is wrong with the file's pages, the newest records, the kept end or a visit's row.

        What a command that shows something looks at first: about a second for each GB.
        """
        with named("read"):
            return damage(self._base.connection, quick=True) or self._end_break()

    def check_some(self, most: int = 2000) -> Text | None:
        """Check the next records of an endless round; return where the chain is broken, if it is."""
        with named("read"):
            return self._round.go_on(self._base.connection, most)

    def end_fault(self, now: datetime) -> Fault | None:
        """Return what is wrong with the newest records, the kept end or the clock; only reads."""
        try:
            with named("read"):
                self._check_the_end()
            return clock_fault(now, self._last_at())
        except JournalUnavailable as error:
            return error.fault

    def end_unknown(self) -> Text | None:
        """Return why nobody can say whether the end was cut off.

        None where the kept end shows that it was not, and where staff accepted that nobody knows.
        """
        if self._keeper is None or self._end.seq == 0:
            return None
        try:
            since = self._keeper.known().since
        except HeadInvalid as why:
            return why.text
        return _LOST.fill(since=str(since)) if since and self.accepted() is None else None

    def accepted(self) -> Accepted | None:
        """Return who accepted that the kept end was lost; None where nobody did, or it never was."""
        head = self._keeper.last() if self._keeper else None
        if head is None or head.since == 0:
            return None
        with named("read"):
            return acceptance.found(self._base.connection, self._machine_key, head.since)

    # --- parts -----------------------------------------------------------------------------------

    def _last_at(self) -> datetime | None:
        query = "SELECT seq, at FROM records ORDER BY seq DESC LIMIT 1"
        with named("read"):
            row = self._base.connection.execute(query).fetchone()
        return None if row is None else records.moment(*row)

    def _when_lost(self) -> int:
        """Return how many records there were when the kept end was lost, 0 where it never was."""
        if self._keeper is None or self._end.seq == 0:
            return 0
        kept = self._keeper.last()
        return self._end.seq if kept is None else kept.since

    def _end_break(self) -> Text | None:
        kept = self._keeper.last() if self._keeper else None
        return end_break(self._base.connection, self._seals, kept)

    def _check_the_end(self) -> None:
        broken = self._end_break()
        if broken is not None:
            raise damaged(broken)

    def _fields(self, link: chain.Link, visit_key: bytes | None) -> bytes | None:
        """Return what a record holds, None where it holds nothing or was forgotten."""
        key = acceptance.key_of(self._machine_key) if link.kind == "note" else visit_key
        return None if key is None or not link.payload else records.opened(key, link)

    def _ids(self, where: str) -> tuple[str, ...]:
        query = f"SELECT visit_id FROM visits {where} ORDER BY ordinal"  # noqa: S608 - ours
        with named("read"):
            return tuple(visit_id for (visit_id,) in self._base.connection.execute(query))

    def _row(self, visit_id: str) -> Row:
        """Return a visit's row, as it was written."""
        found = rows.one(self._base.connection, visit_id)
        if found is None:
            raise JournalUnavailable(_NO_VISIT.fill(visit=visit_id))
        fault = self._seals.fault(self._base.connection, *found)
        if fault is not None:
            raise damaged(fault)
        return found[0]

    def _key(self, row: Row) -> bytes | None:
        """Return a visit's key; None once it was forgotten."""
        if row.wrapped_key is None:
            return None
        try:
            return keys.unwrap(self._machine_key, row.wrapped_key)
        except keys.JournalKeyError as error:
            why = Text(f"业务 {row.visit_id}：{error.text.zh}", f"visit {row.visit_id}: {error.text.en}")
            raise JournalUnavailable(why, FailureCode.JOURNAL_KEY) from error
