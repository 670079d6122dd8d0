"""A day of visits, told to journal, gateway, terminal and purse reader: every difference is in it."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from kiosk.clock import SystemClock
from kiosk.devices.simulated.purse_world import TERMINAL, load_keys
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.terminal_book import EntryMode, Stage, TerminalBook, Transaction
from kiosk.domain import purse_cipher
from kiosk.domain.beijing import BEIJING
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.domain.purse_cipher import PurchaseTerms
from kiosk.journal.store import Journal
from kiosk.payments.card.adapter import service_id
from kiosk.payments.contract import PaymentChannel, RefundState
from kiosk.payments.merchants import load_channels
from kiosk.payments.yct.records import PurseRecord, RecordState, SqlitePurseRecords
from kiosk.sandbox.server import SandboxServer
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import Step
from tests.payments.world import CHANNELS, opened, settled
from tests.visit.world import BROKEN, NOON, Story

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PURSE = bytes.fromhex("5100000000000001")


class SetClock(SystemClock):
    """Shows what the test sets; nobody waits long."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await super().sleep(min(seconds, 0.001))


class Told(Story):
    """A visit that is written to the journal and whose orders are the gateway's."""

    def __init__(self, day: "Day", channel: Channel) -> None:
        super().__init__(at=day.clock.at)
        self.day, self.channel = day, channel
        ordinal = day.journal.next_ordinal()
        self.id = f"GZ01-20261122-{ordinal:05d}"
        begun = day.journal.begin(self.id, ordinal, e.CardInserted(self.id, "GZ01", ordinal), self.at)
        self.folded = begun.folded

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        self.at += timedelta(seconds=1)
        self.day.clock.at = self.at
        step = self.day.journal.record(self.folded, event, self.at, outcome_of)
        if step is not None:
            self.folded = step.folded
        return step is not None

    def opened(self) -> "Told":
        """Go until the order's code is up, at the network as well."""
        self.until(Step.PROVING)
        self.tell(e.MachineProven((self.channel,)), self.folded.pending[0].number)
        self.tell(e.MethodChosen(self.channel))
        self.day.open(self.order)
        return self

    def paid(self) -> "Told":
        self.opened().until(Step.PAYING)
        self.day.pay(self.order)
        watching = next(n for n in self.folded.pending if isinstance(n.effect, f.WatchPayment))
        self.tell(e.PaymentSettled(self.day.settled(self.order)), watching.number)
        return self

    def closed(self) -> "Told":
        """The applicant leaves; the network calls the order closed, and a phone is slow."""
        while not self.folded.over:
            numbered = self.folded.pending[0] if self.folded.pending else None
            if numbered is not None and isinstance(numbered.effect, f.OpenPayment | f.WatchPayment):
                self.tell(e.PaymentOpened(self.order.number, "code", self.order.expires_at), numbered.number)
                self.tell(e.Cancelled())
            else:
                self.go_on()
        assert self.order.number in self.visit.closed_orders
        return self

    def spoilt(self) -> "Told":
        """Nothing can be printed, and the refund does not become final."""
        while not self.folded.over:
            numbered = self.folded.pending[0] if self.folded.pending else None
            if numbered is None:
                self.go_on()
            elif isinstance(numbered.effect, f.PrintCard):
                self.tell(e.CardNotPrinted(BROKEN), numbered.number)
            elif isinstance(numbered.effect, f.RefundPayment):
                self.tell(e.RefundNotDone(numbered.effect.refund.number, BROKEN), numbered.number)
            else:
                self.answer(numbered)
        return self

    @property
    def order(self) -> Order:
        assert self.visit.order is not None
        return self.visit.order


class Day:
    """A state folder in which a day of visits is told, with a running sandbox."""

    def __init__(self, state: Path, clock: SetClock, url: str) -> None:
        self.clock, self.url = clock, url
        self.journal = Journal.open(state)
        self._runner = asyncio.Runner()
        self.channels = load_channels(state / "keys" / "payments", clock).channels

    def open(self, order: Order) -> None:
        self._runner.run(opened(self._channel(order), order))

    def settled(self, order: Order) -> Payment:
        return self._runner.run(settled(self._channel(order), order))

    def refund(self, order: Order, known: Refund | None = None) -> None:
        """Give an order's money back at the network, unknown to the journal."""
        payment = self.settled(order)
        number = f"{order.number}R9"
        other = Refund(number, order.amount, "test", payment.transaction_id, self.clock.at)
        answer = self._runner.run(self._channel(order).refund(order, known or other))
        assert answer.state in {RefundState.DONE, RefundState.PROCESSING}

    def close(self) -> None:
        for channel in self.channels.values():
            self._runner.run(channel.aclose())
        self._runner.close()
        self.journal.close()

    def pay(self, order: Order, **how: bool) -> None:
        self.call(f"/control/orders/{order.number}/pay", how)

    def call(self, path: str, body: object) -> None:
        answer = httpx.post(self.url + path, json=body, trust_env=False)
        assert answer.status_code < 300, answer.text

    def _channel(self, order: Order) -> PaymentChannel:
        return self.channels[order.channel]


class Till(Story):
    """A visit that pays with a device; what the device knows of it is written by the test."""

    def __init__(self, journal: Journal, clock: SetClock, channel: Channel) -> None:
        super().__init__(at=clock.at)
        self.journal, self.clock, self.channel = journal, clock, channel
        ordinal = journal.next_ordinal()
        self.id = f"GZ01-20261122-{ordinal:05d}"
        begun = journal.begin(self.id, ordinal, e.CardInserted(self.id, "GZ01", ordinal), self.at)
        self.folded = begun.folded
        self.until(Step.PROVING)
        self.tell(e.MachineProven((channel,)), self.folded.pending[0].number)
        self.tell(e.MethodChosen(channel))

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        self.at += timedelta(seconds=1)
        self.clock.at = self.at
        step = self.journal.record(self.folded, event, self.at, outcome_of)
        if step is not None:
            self.folded = step.folded
        return step is not None

    @property
    def order(self) -> Order:
        return self.visit.orders[0]

    def paid(self, reference: str) -> "Till":
        self.until(Step.PAYING)
        watching = next(n for n in self.folded.pending if isinstance(n.effect, f.WatchPayment))
        order = self.order
        paid = Payment(order.number, order.channel, order.amount, reference, self.at)
        self.tell(e.PaymentSettled(paid), watching.number)
        return self

    def ended(self, outcome: Callable[[f.Effect], e.Event | None] = lambda _: None) -> "Till":
        """Go to the end; `outcome` says what comes of an effect where it is not what is best."""
        for _ in range(200):
            if self.folded.over:
                return self
            numbered = self.folded.pending[0] if self.folded.pending else None
            told = None if numbered is None else outcome(numbered.effect)
            if numbered is None or told is None:
                self.go_on()
            else:
                self.tell(told, numbered.number)
        raise AssertionError(f"the visit hangs in {self.visit.step}")


def not_paid(effect: f.Effect) -> e.Event | None:
    """The applicant was seen to pay, but nobody heard the answer."""
    match effect:
        case f.WatchPayment(order) | f.ClosePayment(order):
            return e.PaymentUndecided(order.number, BROKEN)
    return None


def not_printed(effect: f.Effect) -> e.Event | None:
    match effect:
        case f.PrintCard():
            return e.CardNotPrinted(BROKEN)
        case f.RefundPayment(_, _, refund):
            return e.RefundNotDone(refund.number, BROKEN)
    return None


class Devices:
    """What terminal and reader have on their disks when the kiosk starts."""

    def __init__(self, state: Path) -> None:
        folder = StateFolder(state / "devices" / "terminal")
        fresh = TerminalBook()
        self._file = StateFile(folder, "terminal.json", fresh=fresh, unreadable=fresh)
        self.records = SqlitePurseRecords(state / "purse.sqlite")
        self._tac_key = load_keys(StateFolder(state / "devices" / "purse")).tac
        self._serial = 0

    def charge(self, order: Order, extra: int = 0) -> str:
        """Approve a card payment; return its reference."""
        at = order.opened_at
        poi_id = f"T{len(self._file.read().transactions)}"
        entry = Transaction(
            category="Payment", sale_id="GZ01", service_id=service_id(order.number), number=order.number,
            group=f"{at.astimezone(BEIJING):%Y%m%d}", amount=order.amount + extra, began=at, until=at,
            stage=Stage.DONE, card="debit", entry=EntryMode.TAPPED, poi_id=poi_id,
        )  # fmt: skip
        self._file.change(lambda book: book.with_entry(entry))
        return f"{poi_id}/{at.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}"

    def book(self) -> TerminalBook:
        return self._file.read()

    def debit(self, order: Order, tac: bytes | None = None, state: RecordState = RecordState.PAID) -> str:
        """Record a purse debit with its true TAC, or another; return its reference."""
        self._serial += 1
        at = order.opened_at.replace(microsecond=0)
        digits = bytes.fromhex(at.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"))
        terms = PurchaseTerms(order.amount, bytes.fromhex(TERMINAL), date=digits[:4], time=digits[4:])
        key = purse_cipher.diversify(self._tac_key, PURSE)
        true = purse_cipher.tac(key, terms, self._serial)
        record = PurseRecord(
            order.number, bytes.fromhex(TERMINAL), self._serial, at, PURSE, PURSE, order.amount,
            Fen(1000), 1, RecordState.DOUBTFUL,
        )  # fmt: skip
        self.records.put(record)
        if state is RecordState.PAID:
            record = record.paid(true if tac is None else tac)
            self.records.put(record)
        return record.reference


def card_day(journal: Journal, clock: SetClock, devices: Devices) -> dict[str, Till]:
    def till() -> Till:
        return Till(journal, clock, Channel.CARD)

    told = {name: till() for name in ("agrees", "late", "lost", "amount", "unrefunded", "unpaid")}
    told["agrees"].paid(devices.charge(told["agrees"].order)).ended()
    devices.charge(told["late"].order)
    told["late"].ended(not_paid)
    told["lost"].paid("T99/2026-11-22T04:00:00.000Z").ended()
    told["amount"].paid(devices.charge(told["amount"].order, extra=1)).ended()
    told["unrefunded"].paid(devices.charge(told["unrefunded"].order)).ended(not_printed)
    told["unpaid"].ended(not_paid)
    # A payment that the journal has lost altogether, as after a backup was put back.
    devices.charge(replace(told["agrees"].order, number="KGZ0120261122120000999999"))
    return told


def purse_day(journal: Journal, clock: SetClock, devices: Devices) -> dict[str, Till]:
    def till() -> Till:
        return Till(journal, clock, Channel.YCT)

    told = {name: till() for name in ("agrees", "late", "lost", "forged", "twice", "doubtful", "unrefunded")}
    told["agrees"].paid(devices.debit(told["agrees"].order)).ended()
    devices.debit(told["late"].order)
    told["late"].ended(not_paid)
    told["lost"].paid("445801000001-000000ff-00000000").ended()
    told["forged"].paid(devices.debit(told["forged"].order, tac=b"\x00\x01\x02\x03")).ended()
    told["twice"].paid(devices.debit(told["twice"].order)).ended()
    devices.debit(told["twice"].order)
    devices.debit(told["doubtful"].order, state=RecordState.DOUBTFUL)
    told["doubtful"].ended(not_paid)
    told["unrefunded"].paid(devices.debit(told["unrefunded"].order)).ended(not_printed)
    return told


@dataclass(frozen=True)
class ToldDay:
    """The state folder in which the day is told, and its visits by channel and what is wrong with them."""

    state: Path
    networks: dict[tuple[Channel, str], Told]
    tills: dict[Channel, dict[str, Till]]


def told_day(state: Path, gateway_keys: Path) -> ToldDay:
    """Tell a day: on every channel one visit that agrees and one with each difference."""
    clock = SetClock(NOON)
    shutil.copytree(gateway_keys, state / "sandbox" / "payments" / "keys")
    told: dict[tuple[Channel, str], Told] = {}
    with SandboxServer(state, clock) as server:
        day = Day(state, clock, server.url)
        for channel in CHANNELS:
            told |= {(channel, name): one for name, one in network_day(day, channel).items()}
        devices = Devices(state)
        tills = {
            Channel.CARD: card_day(day.journal, clock, devices),
            Channel.YCT: purse_day(day.journal, clock, devices),
        }
        devices.records.close()
        day.close()
    return ToldDay(state, told, tills)


def network_day(day: Day, channel: Channel) -> dict[str, Told]:
    told: dict[str, Told] = {}
    told["agrees"] = Told(day, channel).paid()
    told["agrees"].finish()
    late = told["late"] = Told(day, channel).opened()
    late.closed()
    day.pay(late.order, late=True)
    omitted = told["omitted"] = Told(day, channel).paid()
    omitted.finish()
    day.call("/control/faults", {"kind": "bill_omits", "order": omitted.order.number, "times": 0})
    wrong = told["amount"] = Told(day, channel).paid()
    wrong.finish()
    fault = {"kind": "wrong_amount", "operation": "bill", "order": wrong.order.number, "times": 0}
    day.call("/control/faults", fault)
    twice = told["twice"] = Told(day, channel).paid()
    twice.finish()
    day.pay(twice.order, again=True)
    returned = told["returned"] = Told(day, channel).opened()
    returned.closed()
    day.pay(returned.order, late=True)
    day.refund(returned.order)
    resumed = told["resumed"] = Told(day, channel).paid().spoilt()
    day.refund(resumed.order, resumed.visit.refunds[0])
    told["unrefunded"] = Told(day, channel).paid().spoilt()
    return told
