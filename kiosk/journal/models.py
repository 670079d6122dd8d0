"""The journal's tables, for the migrations and their tests; the running program reads `schema.sql`.

SQLAlchemy takes 25 MB of memory that stay taken, and the journal has six statements: it speaks SQL itself.
`tests/journal/test_migrations.py` holds tables, migrations and `schema.sql` together.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

VISITS = Table(
    "visits",
    METADATA,
    Column("visit_id", String(40), primary_key=True),
    Column("ordinal", Integer, nullable=False, unique=True),
    Column("began", String(32), nullable=False),
    Column("wrapped_key", LargeBinary),
    Column("step", String(32), nullable=False),
    Column("over", Boolean, nullable=False),
    Column("cases", String(200), nullable=False),
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("last_at", String(32), nullable=False, server_default=""),
    Column("seal", LargeBinary(32), nullable=False, server_default=text("x''")),
    Index("ix_visits_unfinished", "over", "cases"),
)
"""One row a visit: its wrapped key, and a projection of where it stands, kept in the same commit.

ordinal: count of visits on this machine, from 1; part of every order number.
wrapped_key: the visit's AES key under the machine's key; NULL once the visit was forgotten.
step: the visit's step after its last record. over: nothing of it waits for an outcome any more.
cases: space-separated kinds of what is left for staff.
last_seq, last_at: its last record and when that was made: what the retention time counts from.
seal: HMAC-SHA256 over all the others, see `rows.py`.
"""

RECORDS = Table(
    "records",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("visit_id", String(40), ForeignKey("visits.visit_id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("name", String(40), nullable=False),
    Column("number", Integer),
    Column("at", String(32), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
)
"""One record of the chain; never changed, never deleted.

seq: position in the chain, from 1, without gaps.
kind: ``event``, ``intent``, or ``note`` for what is written about a visit but is no part of it.
name: type of the event or effect; says nothing personal.
number: for an intent its effect number, for an event the effect whose outcome it is.
at: moment of recording, ISO 8601, UTC.
payload: AES-256-GCM of the JSON fields under the visit's key, nonce first; empty for a note.
digest: SHA-256 over the previous record's digest and this record's fields.
"""
