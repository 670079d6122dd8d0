"""The day's purse debits as a bill: the operator pays by TAC, so every record is judged by its own.

The records are not the journal: they are written by the reader's side, before the card is debited, and kept
until the operator has paid (docs/card-and-purse.md, Settlement). Without the operator's key a TAC cannot be
verified here; the operator does it, and what it pays is compared by the settlement's total.
"""

from datetime import date

from kiosk.domain import reconciliation_notes as notes
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Movement
from kiosk.payments.contract import Undecided
from kiosk.payments.reconciliation.bills import Bill, BillAnswer
from kiosk.payments.yct.records import PurseRecords, RecordsUnavailable
from kiosk.payments.yct.settlement import SettledDebit, Verdict, settle

_UNPAID = {Verdict.WRONG_TAC: notes.WRONG_TAC, Verdict.DOUBTFUL: notes.DOUBTFUL}


def purse_bill(records: PurseRecords, day: date, tac_key: bytes | None) -> BillAnswer:
    """Return one Beijing day's debits; those that the operator will not pay for stand there with 0 fen."""
    try:
        settlement = settle(records, day, tac_key)
    except RecordsUnavailable as error:
        return Undecided(str(error))
    return Bill(Channel.YCT, day, tuple(map(_line, settlement.debits)))


def _line(item: SettledDebit) -> Billed:
    record = item.record
    note = _UNPAID.get(item.verdict, notes.NOTHING)
    return Billed(
        channel=Channel.YCT,
        movement=Movement.PAY,
        number=record.order_number,
        amount=Fen(0) if item.verdict in _UNPAID else record.amount,
        moment=record.at,
        order_number=record.order_number,
        transaction_id=record.reference,
        note=note,
    )
