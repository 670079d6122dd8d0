"""The purse channel: poll, prepare, record on the disk, complete; and recover with the same card.

A purse is debited by nobody but this program, so an order that nobody serves can never be paid any more.
What is in doubt stands in the records and stays there until the same card has told what became of it.
"""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import ParamSpec, TypeVar

import structlog

from kiosk.clock import Clock
from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel, Order, PaymentPrompt, Refund
from kiosk.domain.purse import (
    Debited,
    PreparedDebit,
    PurseCard,
    PurseDebit,
    PurseRefused,
    PurseSilent,
    PurseWhy,
)
from kiosk.payments.contract import (
    Availability,
    CloseAnswer,
    Closed,
    Declined,
    OpenAnswer,
    Opened,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)
from kiosk.payments.device_channel import DeviceChannel
from kiosk.payments.reconciliation.bills import BillAnswer
from kiosk.payments.reconciliation.purse import purse_bill
from kiosk.payments.yct.answers import not_accepted, obstacle, opened, settled, unprepared, words
from kiosk.payments.yct.port import PursePort
from kiosk.payments.yct.records import PurseRecord, PurseRecords, RecordState, RecordsUnavailable, record_of
from kiosk.payments.yct.session import PROMPTS, PurseHint, Session
from kiosk.payments.yct.settlement import Settlement, settle

ASK_S = 6.0
"""How long the reader may take to answer, seconds: a little more than its line waits."""

CHECK_S = 2.0
"""How long the reader may take to say that it is there, seconds: somebody may be choosing a way to pay."""

POLL_S = 0.5
"""How often the reader is asked for a card, seconds."""

SAME_CARD_S = 3.0
"""How long a card is left alone after an attempt with it, seconds."""

RECOVERY_S = 60.0
"""How long the same card is waited for by one call that finds an order in doubt, seconds."""

NO_REFUND = "a purse takes no money back: the applicant gets a voucher, staff an open case"

P = ParamSpec("P")
T = TypeVar("T")
_log = structlog.get_logger()


class YctChannel(DeviceChannel):
    """Yang Cheng Tong cards at the reader, offline; a debit is proved by its TAC."""

    channel = Channel.YCT

    def __init__(
        self,
        reader: PursePort,
        records: PurseRecords,
        clock: Clock,
        *,
        simulated: bool,
        tac_key: bytes | None = None,
    ) -> None:
        """`tac_key` verifies TACs at settlement; a kiosk in service has none."""
        super().__init__(simulated=simulated)
        self._reader = reader
        self._records = records
        self._clock = clock
        self._tac_key = tac_key
        self._turn = asyncio.Lock()
        self._sessions: dict[str, Session] = {}
        self._resting: tuple[bytes, float] | None = None

    def hint(self, number: str) -> PurseHint:
        """Return what the screen should ask for while the order is open."""
        session = self._sessions.get(number)
        return PurseHint.HOLD_CARD if session is None else session.hint

    def prompt(self, order: Order) -> PaymentPrompt:
        return PROMPTS[self.hint(order.number)]

    async def available(self) -> Availability:
        version = await self._reader.version(deadline_s=CHECK_S)
        return Availability(True) if isinstance(version, str) else Availability(False, words(version))

    async def open(self, order: Order) -> OpenAnswer:
        """Begin to look for a card; `Opened("")`: there is no code, the screen asks for the card."""
        if order.number in self._sessions or await self._stored(order):
            return opened(await self.query(order))
        if any(other.serving and not other.recovering for other in self._sessions.values()):
            return Declined("the reader serves another order")
        there = await self.available()
        if not there.available:
            return Undecided(there.reason, unsent=True)  # no card has been asked for anything
        self._sessions = {name: other for name, other in self._sessions.items() if other.serving}
        self._begin(Session(order, self._clock.monotonic() + order.valid_s, self._tell))
        return Opened("")

    async def query(self, order: Order) -> QueryAnswer:
        session = self._sessions.get(order.number)
        if session is not None and session.task is not None and session.task.done():
            session.task.result()  # a bug in it is a bug here
        if session is not None and session.outcome is not None:
            return session.outcome
        debiting = session is not None and session.serving and not session.recovering
        known = await self._known(order)
        if session is not None and session.outcome is not None:
            return session.outcome  # decided while the records were read: they are older than that
        if debiting:
            return known if isinstance(known, Settled) else Pending()
        if isinstance(known, Undecided) and not known.incident:
            self._recover(order)
        return known

    async def close(self, order: Order) -> CloseAnswer:
        """Stop looking for a card, but never between a debit and its record; then tell what is known.

        The same card goes on being waited for where a debit is in doubt.
        """
        session = self._sessions.get(order.number)
        if session is not None and session.task is not None and not session.recovering:
            session.stopped = True
            await asyncio.wait({session.task})
        answer = await self.query(order)
        return Closed() if isinstance(answer, Declined | Pending) else answer

    async def refund(
        self,
        order: Order,  # noqa: ARG002 - no purse can be refunded
        refund: Refund,  # noqa: ARG002
    ) -> RefundAnswer:
        return RefundAnswer(RefundState.REFUSED, NO_REFUND)

    async def query_refund(
        self,
        order: Order,  # noqa: ARG002 - no purse can be refunded
        refund: Refund,  # noqa: ARG002
    ) -> RefundAnswer:
        return RefundAnswer(RefundState.REFUSED, NO_REFUND)

    async def settlement(self, day: date) -> Settlement:
        """Return a day's debits for the operator; raise RecordsUnavailable."""
        return await _durably(settle, self._records, day, self._tac_key)

    async def bill(self, day: date) -> BillAnswer:
        """Tell a day's debits as the operator will judge them, by their TACs."""
        return await _durably(purse_bill, self._records, day, self._tac_key)

    async def aclose(self) -> None:
        """Stop every session at a safe point."""
        sessions = tuple(self._sessions.values())
        for session in sessions:
            session.stopped = True
        tasks = {session.task for session in sessions if session.task is not None}
        if tasks:
            await asyncio.wait(tasks)

    def _begin(self, session: Session) -> None:
        self._sessions[session.order.number] = session
        session.task = asyncio.get_running_loop().create_task(self._serve(session), name="purse payment")

    def _recover(self, order: Order) -> None:
        """Wait a while for the card whose debit is in doubt."""
        session = self._sessions.get(order.number)
        if session is None or not session.serving:
            until = self._clock.monotonic() + RECOVERY_S
            self._begin(Session(order, until, self._tell, recovering=True, _hint=PurseHint.SAME_CARD))
            self._tell()

    async def _known(self, order: Order) -> QueryAnswer:
        """Return what the records say; an order without record can be paid by nobody but a session."""
        try:
            records = await _durably(self._records.of_order, order.number)
        except RecordsUnavailable as error:
            return Undecided(str(error))
        for record in records:
            if record.state is RecordState.PAID:
                return settled(order, record)
        if any(record.state is RecordState.DOUBTFUL for record in records):
            return Undecided("a debit is in doubt: the same card must be held to the reader")
        return Closed()

    async def _stored(self, order: Order) -> bool:
        return not isinstance(await self._known(order), Closed)

    async def _serve(self, session: Session) -> None:
        while not session.stopped and session.outcome is None and self._clock.monotonic() < session.until:
            async with self._turn:
                await self._step(session)
            if session.outcome is None:
                await self._clock.sleep(POLL_S)
        self._tell()

    async def _step(self, session: Session) -> None:
        """Look once; serve the card that is there."""
        card = await self._reader.poll(deadline_s=ASK_S)
        if session.stopped or not isinstance(card, PurseCard):
            return
        try:
            doubtful = await _durably(self._records.doubtful_of, card.logical)
            own = await _durably(self._records.of_order, session.order.number)
            if doubtful:
                await self._restore(session, doubtful[-1])
            elif session.recovering or any(record.state is RecordState.DOUBTFUL for record in own):
                session.hint = PurseHint.OTHER_CARD
            elif not self._rests(card):
                await self._debit(session, card)
        except RecordsUnavailable as error:
            _log.error("purse records unavailable", reason=str(error))
            session.outcome = session.outcome or self._unrecorded(session, str(error))

    def _unrecorded(self, session: Session, reason: str) -> QueryAnswer | None:
        """Where no record can be kept nothing is debited; what is in doubt already stays so."""
        if session.recovering or session.begun:
            return None
        return Declined(reason, FailureCode.PURSE_READER_UNAVAILABLE)

    async def _debit(self, session: Session, card: PurseCard) -> None:
        """Prepare, record, complete. Nothing stops this half-way but the end of the program."""
        order = session.order
        in_the_way = obstacle(card, order)
        if in_the_way is not None:
            session.outcome = in_the_way
            return
        session.hint = PurseHint.WORKING
        at = self._clock.now().replace(microsecond=0)
        prepared = await self._reader.prepare(PurseDebit(order.amount, at), deadline_s=ASK_S)
        if not isinstance(prepared, PreparedDebit):
            session.outcome, session.hint = unprepared(prepared), PurseHint.HOLD_CARD
            return
        if (prepared.amount, prepared.logical, prepared.physical, prepared.at) != (
            order.amount,
            card.logical,
            card.physical,
            at,
        ):
            _log.error("the purse reader prepared something else", order=order.number)
            session.outcome = Declined(
                "the reader prepared something else", FailureCode.PURSE_READER_UNAVAILABLE
            )
            return
        record = record_of(order.number, prepared)
        await _durably(self._records.put, record)
        if session.stopped:
            await _durably(self._records.put, record.void())  # nothing was sent to the card
            return
        session.begun = True
        self._rest(card)
        await self._complete(session, record)

    async def _complete(self, session: Session, record: PurseRecord) -> None:
        completed = await self._reader.complete(deadline_s=ASK_S)
        if isinstance(completed, Debited):
            await self._paid(session, record, completed.tac)
        elif isinstance(completed, PurseSilent) and completed.unsent:
            await _durably(self._records.put, record.void())
            session.begun, session.hint = False, PurseHint.HOLD_CARD
        else:
            session.hint = PurseHint.SAME_CARD

    async def _restore(self, session: Session, record: PurseRecord) -> None:
        """Ask the card itself what became of its last debit, of this order or an earlier one."""
        own = record.order_number == session.order.number
        session.hint = PurseHint.WORKING
        answer = await self._reader.restore(deadline_s=ASK_S)
        match answer:
            case Debited(tac):
                await self._paid(session, record, tac)
            case PurseRefused(PurseWhy.INTERRUPTED):
                await _durably(self._records.put, record.void())
                session.hint = PurseHint.HOLD_CARD
                session.begun = session.begun and not own
                if session.recovering and own:
                    session.outcome = Closed()
            case PurseRefused(PurseWhy.PREVIOUS_FAILED):
                session.hint = PurseHint.STAFF
                if not own and not session.recovering:
                    session.outcome = not_accepted("an earlier debit of this card is in doubt")
            case _:
                session.hint = PurseHint.SAME_CARD

    async def _paid(self, session: Session, record: PurseRecord, tac: bytes) -> None:
        """Book a debit that is proved; one of an earlier order is booked there, never dropped."""
        paid = record.paid(tac)
        if record.order_number == session.order.number:
            session.outcome = settled(session.order, paid)
        else:
            _log.warning("a purse debit was proved late", order=record.order_number)
            session.hint = PurseHint.HOLD_CARD
        await _durably(self._records.put, paid)
        await self._reader.beep(deadline_s=ASK_S)

    def _rest(self, card: PurseCard) -> None:
        self._resting = (card.logical, self._clock.monotonic() + SAME_CARD_S)

    def _rests(self, card: PurseCard) -> bool:
        logical, until = self._resting or (b"", 0.0)
        return card.logical == logical and self._clock.monotonic() < until


async def _durably(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the store in a worker thread: a disk may take its time, the loop may not."""
    return await asyncio.to_thread(call, *args, **kwargs)
