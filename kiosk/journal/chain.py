"""The hash chain: each record's digest covers the one before, so nothing can change unseen."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

GENESIS = bytes(32)
COLUMNS = "seq, visit_id, kind, name, number, at, payload"
"""The columns of `Link`, in its order."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a digest covers of one record; field meanings as in `models.RECORDS`."""

    seq: int
    visit_id: str
    kind: str
    name: str
    number: int | None
    at: str
    payload: bytes

    def __str__(self) -> str:
        return f"record {self.seq} ({self.name} of visit {self.visit_id})"


def digest(previous: bytes, link: Link) -> bytes:
    """Return SHA-256 over the previous digest and every field, each with its length before it."""
    number = "" if link.number is None else str(link.number)
    fields = (str(link.seq), link.visit_id, link.kind, link.name, number, link.at)
    sha = hashlib.sha256(previous)
    for part in (*(field.encode() for field in fields), link.payload):
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    return sha.digest()


def last(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Return number and digest of the last record, (0, GENESIS) of an empty journal."""
    row = connection.execute("SELECT seq, digest FROM records ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)


def links(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[Link, bytes]]:
    """Yield every record after a number, in order, with the digest that stands beside it."""
    query = f"SELECT {COLUMNS}, digest FROM records WHERE seq > ? ORDER BY seq"  # noqa: S608 - ours
    for row in connection.execute(query, (after,)):
        yield Link(*row[:-1]), row[-1]
