"""A day's bills against the journal (docs/payments.md, Reconciliation): fetch, compare, settle, report."""

from collections.abc import Mapping
from datetime import date, datetime

from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Reconciliation
from kiosk.journal.store import Journal
from kiosk.payments.absent import NOT_HERE
from kiosk.payments.contract import PaymentChannel
from kiosk.payments.reconciliation.bills import Bill, BillAnswer, BilledChannel, StatedChannel, window
from kiosk.payments.reconciliation.matching import compare, totals
from kiosk.runtime.money_books import MoneyBooks, read_books
from kiosk.runtime.outside import Outside
from kiosk.runtime.settling import SettlingDesk, finish_ended


async def reconcile(outside: Outside, journal: Journal, kiosk_id: str, day: date) -> Reconciliation:
    """Compare all bills of a day in Beijing with the journal, settle what can be settled, and report.

    Whatever an earlier run had begun and not finished is finished first, so that a run may be stopped at
    any moment and started again.
    """
    await finish_ended(outside, journal)
    books = read_books(journal)
    bills: dict[Channel, Bill] = {}
    faults: dict[Channel, str] = {}
    for channel, adapter in outside.channels.items():
        answer = await _bill(adapter, books, day)
        if isinstance(answer, Bill):
            bills[channel] = answer
        elif answer is not None:
            faults[channel] = answer.reason
    faults |= dict.fromkeys(_moved(books, day) - outside.channels.keys(), NOT_HERE)
    lines = [line for bill in bills.values() for line in bill.lines if _is_own(line, books, kiosk_id)]
    windows: Mapping[Channel, tuple[datetime, datetime]] = {name: window(name, day) for name in bills}
    findings = compare(lines, books.booked, windows)
    desk = SettlingDesk(outside, journal, books, findings)
    settlements = [await desk.settle(finding) for finding in findings]
    await desk.resume_refunds(lines)
    told = [
        totals(name, lines, books.booked, windows[name], stated=bill.stated) for name, bill in bills.items()
    ]
    told += [totals(name, [], books.booked, window(name, day), fault=fault) for name, fault in faults.items()]
    return Reconciliation(day, kiosk_id, outside.clock.now(), tuple(told), tuple(settlements))


async def _bill(adapter: PaymentChannel, books: MoneyBooks, day: date) -> BillAnswer | None:
    """Return a channel's bill, or its answers about all that the journal asked of it; None for neither."""
    if isinstance(adapter, BilledChannel):
        return await adapter.bill(day)
    if isinstance(adapter, StatedChannel):
        return await adapter.statement(day, books.asked(adapter.channel, window(adapter.channel, day)))
    return None


def _moved(books: MoneyBooks, day: date) -> set[Channel]:
    """Return the ways to pay that moved money on a day, as far as the journal knows."""
    windows = {channel: window(channel, day) for channel in Channel}
    return {
        one.channel for one in books.booked if windows[one.channel][0] <= one.moment < windows[one.channel][1]
    }


def _is_own(line: Billed, books: MoneyBooks, kiosk_id: str) -> bool:
    """Return whether a line is this machine's: several may take money for one merchant."""
    prefix = f"K{kiosk_id:0>4}"
    known = line.number in books.refunds or line.number in books.orders or line.order_number in books.orders
    return known or line.number.startswith(prefix) or line.order_number.startswith(prefix)


def is_over(day: date, now: datetime) -> bool:
    """Return whether all channels' days of that name have ended."""
    return now >= max(window(channel, day)[1] for channel in (Channel.WECHAT, Channel.UNIONPAY))
