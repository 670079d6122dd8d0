"""The purse reader and the purses held to it, and the disk with the records of debits.

The unchanged `YctChannel` stands on it. What the card and the reader's security module remember outlives
the program; a card that leaves the field in the middle leaves a debit in doubt.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.domain.purse import (
    Debited,
    PreparedDebit,
    PurseCard,
    PurseDebit,
    PurseKind,
    PurseRefused,
    PurseSilent,
    PurseWhy,
)
from kiosk.payments.yct.records import PurseRecord, RecordState, RecordsUnavailable
from kiosk.simulation.outside.bank import Bank
from kiosk.simulation.outside.line import FAULTS
from kiosk.simulation.power import Life

T = TypeVar("T")

_TERMINAL = bytes(6)
_BALANCE, _POOR = Fen(100_000), Fen(100)
_TALK_S, _WRITE_S = 0.15, 0.3
_NO_CARD = PurseRefused(PurseWhy.NO_CARD, 0x83)


@dataclass(slots=True, eq=False)
class Purse:
    """One card; `debits` are the serials of what it has paid."""

    number: int
    balance: Fen = _BALANCE
    debits: set[int] = field(default_factory=set)

    @property
    def logical(self) -> bytes:
        return self.number.to_bytes(8)

    def seen(self) -> PurseCard:
        return PurseCard(PurseKind.CPU, self.logical, self.logical, self.balance, Fen(0))


@dataclass(slots=True)
class _Begun:
    """A debit the reader has prepared; `debiting` once the card has been told."""

    amount: Fen
    serial: int
    debiting: bool = False


@dataclass(slots=True, eq=False)
class PurseReader:
    """The reader with its memory, the purse in its field, and the records on the machine's disk.

    Attributes:
        debited: told of each debit, and whether a record of it was on the disk.
    """

    bank: Bank
    debited: Callable[[bool], None]
    field_card: Purse | None = None
    begun: dict[bytes, _Begun] = field(default_factory=dict)
    records: dict[int, PurseRecord] = field(default_factory=dict)
    serial: int = 0
    purses: int = 0
    gone_until: float = 0.0

    @property
    def gone(self) -> bool:
        return self.gone_until > self.bank.clock.monotonic()

    def new_purse(self) -> Purse:
        """Return a purse that nobody held to this reader before."""
        self.purses += 1
        poor = self.bank.fate.fault("there is not enough in the purse", FAULTS * 2)
        return Purse(self.purses, _POOR if poor else _BALANCE)

    def hold(self, purse: Purse) -> None:
        self.field_card = purse
        self.bank.story(f"purse {purse.number} is held to the reader")

    def take_away(self, purse: Purse) -> None:
        if self.field_card is purse:
            self.field_card = None
            self.bank.story(f"purse {purse.number} is taken away")

    def replaced(self) -> None:
        """Another unit comes in its place, which remembers no debit."""
        self.begun.clear()

    def prepare(self, card: Purse, debit: PurseDebit) -> PreparedDebit | PurseRefused:
        known = self.begun.get(card.logical)
        if known is not None and known.debiting:
            return PurseRefused(PurseWhy.PREVIOUS_FAILED, 0x90)
        if debit.amount > card.balance:
            return PurseRefused(PurseWhy.NOT_ENOUGH, 0x84)
        self.serial += 1
        self.begun[card.logical] = _Begun(debit.amount, self.serial)
        after = Fen(card.balance - debit.amount)
        count = len(card.debits)
        return PreparedDebit(
            _TERMINAL, self.serial, debit.at, card.logical, card.logical, debit.amount, after, count
        )

    def debit(self, card: Purse, begun: _Begun) -> Debited:
        """Take the money; whose it is stands in the records."""
        record = self.records.get(begun.serial)
        self.debited(record is not None)
        card.balance = Fen(card.balance - begun.amount)
        card.debits.add(begun.serial)
        now = self.bank.clock.now()
        number = f"UNRECORDED{begun.serial}" if record is None else record.order_number
        self.bank.debit(Order(number, Channel.YCT, begun.amount, now, now, ""))
        return self._proof(begun)

    def restore(self, card: Purse) -> Debited | PurseRefused:
        """Ask the card itself; what it has not paid, it never will."""
        begun = self.begun.get(card.logical)
        if begun is None:
            why = PurseWhy.OTHER_CARD if self.begun else PurseWhy.PREVIOUS_FAILED
            return PurseRefused(why, 0x90)
        if begun.serial in card.debits:
            return self._proof(begun)
        del self.begun[card.logical]
        return PurseRefused(PurseWhy.INTERRUPTED, 0x91)

    @staticmethod
    def _proof(begun: _Begun) -> Debited:
        return Debited(begun.serial.to_bytes(4))


class PurseLine:
    """The cable to the reader, for one life of the program; implements `PursePort`."""

    def __init__(self, reader: PurseReader, life: Life) -> None:
        self._reader = reader
        self._life = life
        self._fate = reader.bank.fate
        self._clock = reader.bank.clock

    async def version(self, *, deadline_s: float) -> str | PurseRefused | PurseSilent:
        return PurseSilent("no line", unsent=True) if self._reader.gone else "SIM 1.0"

    async def poll(self, *, deadline_s: float) -> PurseCard | PurseRefused | PurseSilent:
        await self._clock.sleep(0.05)
        if self._reader.gone:
            return PurseSilent("no line", unsent=True)
        card = self._reader.field_card
        return _NO_CARD if card is None else card.seen()

    async def prepare(
        self, debit: PurseDebit, *, deadline_s: float
    ) -> PreparedDebit | PurseRefused | PurseSilent:
        return await self._ask("prepare", lambda card: self._reader.prepare(card, debit), deadline_s)

    async def complete(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        card = self._reader.field_card
        self._life.point("before purse.complete")
        self._unplugged()
        if self._reader.gone:
            return PurseSilent("no line", unsent=True)
        begun = None if card is None else self._reader.begun.get(card.logical)
        if card is None or begun is None or begun.debiting:
            return _NO_CARD if card is None else PurseRefused(PurseWhy.PREVIOUS_FAILED, 0x90)
        begun.debiting = True
        if self._fate.fault("purse is torn away before it pays", FAULTS * 6):
            self._reader.take_away(card)
        await self._clock.sleep(_WRITE_S)
        if self._reader.field_card is not card:
            return PurseRefused(PurseWhy.WRITE_ERROR, 0x92)
        paid = self._reader.debit(card, begun)
        self._life.point("while a purse pays")
        if self._fate.fault("purse is torn away once it has paid", FAULTS * 6):
            self._reader.take_away(card)
        await self._clock.sleep(_WRITE_S)
        if self._reader.field_card is not card:
            return PurseRefused(PurseWhy.WRITE_ERROR, 0x92)
        if self._fate.fault("purse reader loses its answer to complete", FAULTS * 2):
            return PurseSilent("no answer")
        self._life.point("after purse.complete")
        return paid

    async def restore(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent:
        return await self._ask("restore", self._reader.restore, deadline_s)

    async def beep(self, *, deadline_s: float) -> PurseRefused | PurseSilent | None:
        return None

    def _unplugged(self) -> None:
        reader, fate = self._reader, self._fate
        if fate.fault("purse reader is unplugged", FAULTS * 2):
            reader.gone_until = self._clock.monotonic() + fate.seconds("unplugged for", 3.0, 60.0)
            if fate.fault("another purse reader comes in its place", FAULTS * 30):
                reader.replaced()

    async def _ask(
        self, name: str, act: Callable[[Purse], T], deadline_s: float
    ) -> T | PurseRefused | PurseSilent:
        self._life.point(f"before purse.{name}")
        self._unplugged()
        if self._reader.gone:
            return PurseSilent("no line", unsent=True)
        await self._clock.sleep(_TALK_S)
        card = self._reader.field_card
        if card is None:
            return _NO_CARD
        answer = act(card)
        if self._fate.fault(f"purse reader loses its answer to {name}", FAULTS * 2):
            await self._clock.sleep(deadline_s)
            return PurseSilent("no answer")
        self._life.point(f"after purse.{name}")
        return answer


class PurseDisk:
    """The records of debits as one life of the program writes them; implements `PurseRecords`.

    `put` returns once the record is on the disk: that SQLite keeps that promise is shown below SQLite.
    """

    def __init__(self, reader: PurseReader, life: Life) -> None:
        self._reader = reader
        self._life = life

    def put(self, record: PurseRecord) -> None:
        records, kept = self._reader.records, self._reader.records.get(record.serial)
        self._life.point(f"before the purse record {record.state}")
        if self._life.fate.fault("the disk takes no purse record", FAULTS * 3):
            raise RecordsUnavailable("the disk is full")
        if kept is not None and kept.state is not RecordState.DOUBTFUL and kept != record:
            raise RecordsUnavailable("the debit is final")
        records[record.serial] = record
        self._life.point(f"after the purse record {record.state}")

    def of_order(self, number: str) -> tuple[PurseRecord, ...]:
        return tuple(record for record in self._reader.records.values() if record.order_number == number)

    def doubtful_of(self, logical: bytes) -> tuple[PurseRecord, ...]:
        return tuple(
            record
            for record in self._reader.records.values()
            if record.logical == logical and record.state is RecordState.DOUBTFUL
        )

    def between(self, begin: datetime, end: datetime) -> tuple[PurseRecord, ...]:
        return tuple(record for record in self._reader.records.values() if begin <= record.at < end)
