"""One record: sealed to be written, opened to be read."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.failure import FailureCode
from kiosk.domain.text import Text
from kiosk.journal import breaks, chain, codec, keys
from kiosk.journal.trouble import JournalUnavailable, damaged
from kiosk.visit.events import Event


@dataclass(frozen=True, slots=True)
class Record:
    """One record, readable.

    Attributes:
        fields: JSON of the event, effect or note; None where it holds none, or was forgotten.
    """

    seq: int
    visit_id: str
    kind: str
    name: str
    number: int | None
    at: datetime
    fields: bytes | None


@dataclass(frozen=True, slots=True)
class Note:
    """What is written about a visit but is no part of it; `fields` is JSON, or empty."""

    name: str
    at: datetime
    fields: bytes = b""


def sealed(key: bytes, seq: int, visit_id: str, fields: bytes) -> bytes:
    """Return the payload of a record, bound to its place in the chain."""
    return keys.seal(key, fields, _place(seq, visit_id))


def opened(key: bytes, link: chain.Link) -> bytes:
    """Return the fields of a record; raise JournalUnavailable where it was changed or moved."""
    try:
        return keys.unseal(key, link.payload, _place(link.seq, link.visit_id))
    except (keys.JournalKeyError, TypeError, ValueError) as error:
        raise damaged(breaks.undecryptable(link.seq, link.visit_id)) from error


def readable(link: chain.Link, fields: bytes | None) -> Record:
    """Return a record with its fields; raise JournalUnavailable where its moment is none."""
    return Record(
        link.seq, link.visit_id, link.kind, link.name, link.number, moment(link.seq, link.at), fields
    )


def event(name: str, fields: bytes) -> Event:
    """Return the event that a record holds; raise JournalUnavailable where this program knows none such."""
    try:
        return codec.decode_event(name, fields)
    except codec.UnreadableRecord as error:
        why = Text(f"无法理解记录 {breaks.plain(name)}：{error}", str(error))
        raise JournalUnavailable(why, FailureCode.JOURNAL_DAMAGED) from error


def moment(seq: int, text: str) -> datetime:
    """Return when a record was made; raise JournalUnavailable where no moment stands there."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise damaged(breaks.changed(seq)) from error


def _place(seq: int, visit_id: str) -> bytes:
    return f"{seq}:{visit_id}".encode()
