"""The hash chain: each record's digest covers the one before, so nothing can change unseen."""

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

GENESIS = bytes(32)
COLUMNS = "seq, visit_id, kind, name, number, at, payload"
"""The columns of `Link`, in its order."""

Fields = tuple[int, str, str, str, int | None, str, bytes]
"""A `Link` as the database returns it, without the names: half the time where millions are read."""

_INSERT = f"INSERT INTO records ({COLUMNS}, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours

_REPEATED = 512
"""Kinds, names, moments and visit ids that one stretch of the chain repeats."""


class WrongType(Exception):
    """A column holds another type than was ever written into it."""


class End(NamedTuple):
    """Number and digest of the last record."""

    seq: int
    digest: bytes


class Link(NamedTuple):
    """What a digest covers of one record; field meanings as in `models.RECORDS`."""

    seq: int
    visit_id: str
    kind: str
    name: str
    number: int | None
    at: str
    payload: bytes


def digest(previous: bytes, link: Link | Fields) -> bytes:
    """Return SHA-256 over the previous digest and every field, each with its length before it.

    Raises:
        WrongType: a text or the payload is of another type.
    """
    seq, visit_id, kind, name, number, at, payload = link
    if not isinstance(payload, bytes):
        raise WrongType
    place = "" if number is None else str(number)
    parts = (
        previous,
        _framed(str(seq)),
        _repeated(visit_id),
        _repeated(kind),
        _repeated(name),
        _repeated(place),
        _repeated(at),
        len(payload).to_bytes(8, "big"),
        payload,
    )
    return sha256(b"".join(parts)).digest()


def _framed(text: str) -> bytes:
    if not isinstance(text, str):
        raise WrongType
    data = text.encode()
    return len(data).to_bytes(8, "big") + data


_repeated = lru_cache(_REPEATED)(_framed)


def last(connection: sqlite3.Connection) -> End:
    """Return the chain's end, (0, GENESIS) of an empty journal."""
    row = connection.execute("SELECT seq, digest FROM records ORDER BY seq DESC LIMIT 1").fetchone()
    return End(*row) if row else End(0, GENESIS)


def append(connection: sqlite3.Connection, end: End, link: Link) -> End:
    """Write a record behind the end; return the new one."""
    new = End(link.seq, digest(end.digest, link))
    connection.execute(_INSERT, (*link, new.digest))
    return new


def links(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[Link, bytes]]:
    """Yield every record after a number, in order, with the digest that stands beside it."""
    for *fields, digest in rows(connection, after):
        yield Link(*fields), digest


def rows(connection: sqlite3.Connection, after: int = 0, most: int = -1) -> sqlite3.Cursor:
    """Return the records after a number, in order, as `Fields` with the digest after them."""
    query = f"SELECT {COLUMNS}, digest FROM records WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - ours
    return connection.execute(query, (after, most))
