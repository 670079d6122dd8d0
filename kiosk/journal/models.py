"""The journal's tables."""

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables; constraints are named so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class VisitRow(Base):
    """One visit: its wrapped key, and a projection of where it stands, kept in the same commit.

    Attributes:
        ordinal: count of visits on this machine, from 1; part of every order number.
        wrapped_key: the visit's AES key under the machine's key; NULL once the visit was forgotten.
        step: the visit's step after its last record.
        over: nothing of it waits for an outcome any more.
        cases: space-separated kinds of what is left for staff.
    """

    __tablename__ = "visits"

    visit_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ordinal: Mapped[int] = mapped_column(unique=True)
    began: Mapped[str] = mapped_column(String(32))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    step: Mapped[str] = mapped_column(String(32))
    over: Mapped[bool]
    cases: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index("ix_visits_unfinished", "over", "cases"),)


class RecordRow(Base):
    """One record of the chain; never changed, never deleted.

    Attributes:
        seq: position in the chain, from 1, without gaps.
        kind: ``event`` or ``intent``.
        name: type of the event or effect; says nothing personal.
        number: for an intent its effect number, for an event the effect whose outcome it is.
        at: moment of recording, ISO 8601, UTC.
        payload: AES-256-GCM of the JSON fields under the visit's key, nonce first.
        digest: SHA-256 over the previous record's digest and this record's fields.
    """

    __tablename__ = "records"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.visit_id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[int | None]
    at: Mapped[str] = mapped_column(String(32))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
