"""Settlement of purse debits: the operator is paid by TAC, so every one is verified and counted.

The keys that make a TAC never leave the operator and its cards; a kiosk in service therefore sends its
records unverified, and the operator verifies. Against the simulated reader the whole of it is done here.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from io import StringIO

from kiosk.domain import purse_cipher
from kiosk.domain.beijing import BEIJING
from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.purse_cipher import PurchaseTerms
from kiosk.payments.yct.records import PurseRecord, PurseRecords, RecordState


class Verdict(StrEnum):
    """What settlement says of one record."""

    GENUINE = "genuine"
    WRONG_TAC = "wrong_tac"
    DOUBTFUL = "doubtful"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class SettledDebit:
    """One record with its verdict."""

    record: PurseRecord
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Settlement:
    """One Beijing day's debits; void ones took no money and are not in it."""

    day: date
    debits: tuple[SettledDebit, ...] = field(repr=False)

    @property
    def amount(self) -> Fen:
        """Return what the operator owes."""
        return Fen(sum(item.record.amount for item in self._payable()))

    @property
    def count(self) -> int:
        return len(self._payable())

    def with_verdict(self, verdict: Verdict) -> tuple[PurseRecord, ...]:
        return tuple(item.record for item in self.debits if item.verdict is verdict)

    def _payable(self) -> tuple[SettledDebit, ...]:
        return tuple(item for item in self.debits if item.verdict in {Verdict.GENUINE, Verdict.UNVERIFIED})


def settle(records: PurseRecords, day: date, tac_key: bytes | None = None) -> Settlement:
    """Return the settlement of one Beijing day; with the operator's master key each TAC is verified."""
    begin = datetime.combine(day, time(), BEIJING)
    mine = records.between(begin, begin + timedelta(days=1))
    return Settlement(
        day,
        tuple(
            SettledDebit(record, verdict(record, tac_key))
            for record in mine
            if record.state is not RecordState.VOID
        ),
    )


def verdict(record: PurseRecord, tac_key: bytes | None) -> Verdict:
    """Judge one record that is not void."""
    if record.state is RecordState.DOUBTFUL:
        return Verdict.DOUBTFUL
    if tac_key is None:
        return Verdict.UNVERIFIED
    digits = bytes.fromhex(record.at.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"))
    terms = PurchaseTerms(record.amount, record.terminal, date=digits[:4], time=digits[4:])
    expected = purse_cipher.tac(purse_cipher.diversify(tac_key, record.logical), terms, record.serial)
    return Verdict.GENUINE if expected == record.tac else Verdict.WRONG_TAC


def settlement_file(settlement: Settlement) -> bytes:
    """Return the day's records as CSV (UTF-8, CRLF): the operator's own form is made from it."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows(_lines(settlement.debits))
    writer.writerow(("total", settlement.count, yuan_text(settlement.amount)))
    return text.getvalue().encode()


_HEAD = (
    "terminal",
    "serial",
    "time",
    "purse",
    "chip",
    "yuan",
    "balance_after",
    "count",
    "tac",
    "order",
    "verdict",
)


def _lines(debits: Iterable[SettledDebit]) -> Iterable[tuple[str, ...]]:
    for item in debits:
        record = item.record
        yield (
            record.terminal.hex(),
            f"{record.serial:08x}",
            record.at.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"),
            record.logical.hex(),
            record.physical.hex(),
            yuan_text(record.amount),
            yuan_text(record.balance_after),
            str(record.count),
            record.tac.hex(),
            record.order_number,
            item.verdict.value,
        )
