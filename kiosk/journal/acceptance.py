"""Staff accept that nobody knows whether the journal's end was cut off: a note in the chain.

Where the kept end was lost (`head.py`), every later one says how many records there were then, and nobody can
vouch for what may have followed them. The note names that number and stands behind those records. So it
covers no later loss: the next end that is made anew counts at least the note itself, and if the note is cut
off, too, it covers nothing any more.

It is sealed under a key derived from the machine's, so that nobody without that key can write one; it belongs
to the visit of the last record that is certain, but is not forgotten with it.
"""

import hmac
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.staff import Role, Staff
from kiosk.journal import breaks, chain, records
from kiosk.journal.trouble import damaged

ACCEPTED = "EndAccepted"
"""Name of the note."""

LONGEST_REASON = 200

_PURPOSE = b"endorsement-kiosk journal acceptances 1"
_NOTES = (
    f"SELECT {chain.COLUMNS} FROM records WHERE visit_id = (SELECT visit_id FROM records WHERE seq = ?)"  # noqa: S608 - ours
    " AND seq > ? AND kind = 'note' AND name = ? ORDER BY seq"
)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted it, and why.

    Attributes:
        since: how many records there were when the kept end was lost, as in `Head.since`.
        reason: 1 to 200 printable characters.
    """

    since: int
    by: Staff
    reason: str

    def __post_init__(self) -> None:
        if not is_reason(self.reason):
            raise ValueError(f"a reason has 1 to {LONGEST_REASON} printable characters")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An acceptance as it stands in the chain."""

    acceptance: Acceptance
    seq: int
    at: datetime


def is_reason(written: str) -> bool:
    """Return whether something can stand in the journal as a reason."""
    return 1 <= len(written.strip()) <= LONGEST_REASON and written.isprintable()


def key_of(machine_key: bytes) -> bytes:
    """Return the key that seals the acceptances of a machine."""
    return hmac.digest(machine_key, _PURPOSE, "sha256")


def fields(of: Acceptance) -> bytes:
    """Return an acceptance as JSON."""
    by = {"name": of.by.name, "role": of.by.role, "number": of.by.number}
    return json.dumps({"since": of.since, "by": by, "reason": of.reason}, ensure_ascii=False).encode()


def found(connection: sqlite3.Connection, machine_key: bytes, since: int) -> Accepted | None:
    """Return how a loss was accepted, None where it was not; raise JournalUnavailable or sqlite3.Error."""
    key = key_of(machine_key)
    for columns in connection.execute(_NOTES, (since, since, ACCEPTED)).fetchall():
        link = chain.Link(*columns)
        acceptance = _parsed(link, records.opened(key, link))
        if acceptance.since == since:
            return Accepted(acceptance, link.seq, records.moment(link.seq, link.at))
    return None


def _parsed(link: chain.Link, content: bytes) -> Acceptance:
    try:
        told = json.loads(content)
        by = Staff(told["by"]["name"], Role(told["by"]["role"]), told["by"]["number"])
        return Acceptance(int(told["since"]), by, str(told["reason"]))
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(breaks.changed(link.seq, link.name, link.visit_id)) from error
