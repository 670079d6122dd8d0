"""A nexo terminal as a `CardTerminal`: one method per message, every answer checked before it is believed."""

import secrets
from dataclasses import dataclass
from datetime import date

from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
)
from kiosk.devices.payment_contracts import CARD_TERMINAL
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.terminal.blob import BlobKey, NotGenuine, seal, unseal
from kiosk.devices.terminal.json_text import Document, encode, object_of, parse
from kiosk.devices.terminal.line import TerminalLine
from kiosk.devices.terminal.messages import (
    RESPONSE,
    Header,
    login_body,
    payment_body,
    read_answer,
    read_health,
    read_status,
    read_totals,
    reference_body,
    request,
    reversal_body,
    succeeded,
    totals_body,
)
from kiosk.domain.card_payment import (
    CardAnswer,
    CardReversal,
    CardSale,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalHealth,
    TerminalTotals,
    WhyNot,
)
from kiosk.domain.failure import FailureCode

STATUS_S = 2.0
"""How long a diagnosis for `status()` may take, seconds."""

_SERVICE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who talks to whom: SaleID is the kiosk's name, POIID the terminal's (model and serial number)."""

    sale_id: str
    poi_id: str
    software_version: str = "1"


class NexoTerminal(PolledDevice):
    """Driver of one terminal.

    Args:
        key: the shared key of protected messages; None where the terminal takes them plain.
        simulated: what `DeviceStatus.simulated` says.
    """

    def __init__(
        self,
        line: TerminalLine,
        clock: Clock,
        parties: Parties,
        *,
        key: BlobKey | None = None,
        simulated: bool = False,
    ) -> None:
        super().__init__(CARD_TERMINAL, FailureCode.TERMINAL_UNAVAILABLE, clock, simulated=simulated)
        self._line = line
        self._parties = parties
        self._key = key
        self._logged_in = False
        self._paying = 0
        self._reached: bool | None = None

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - the terminal never holds the permit
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Open a new session; Done(NOT_PRESENT), Refused where the terminal cannot be reached."""

        async def settle() -> Completion[MediaPosition]:
            self._logged_in = False
            lost = await self.login(deadline_s=deadline_s)
            return Done(MediaPosition.NOT_PRESENT) if lost is None else Refused(self._fault(lost.reason))

        return await self._run(settle, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        await super().close()
        await self._line.close()

    async def _state(self) -> State:
        if self._paying:
            return DeviceState.BUSY, ()
        health = await self.diagnose(deadline_s=STATUS_S)
        if isinstance(health, Lost):
            state = DeviceState.OFFLINE if health.unsent else DeviceState.UNKNOWN
            return state, (self._fault(health.reason),)
        if not health.ready:
            return DeviceState.HARDWARE_ERROR, (self._fault(_ailment(health)),)
        return DeviceState.ONLINE, ()

    async def login(self, *, deadline_s: float) -> Lost | None:
        body = login_body(self._clock.now(), self._parties.software_version)
        answer = await self._ask(self._header("Login"), body, deadline_s)
        if isinstance(answer, Lost):
            return answer
        self._logged_in = succeeded(answer)
        return None if self._logged_in else Lost("login refused")

    async def diagnose(self, *, deadline_s: float) -> TerminalHealth | Lost:
        answer = await self._ask(self._header("Diagnosis"), {"HostDiagnosisFlag": True}, deadline_s)
        if isinstance(answer, Lost):
            return answer
        return read_health(answer) if succeeded(answer) else Lost("diagnosis refused")

    async def pay(self, service_id: str, sale: CardSale, *, deadline_s: float) -> CardAnswer:
        lost = None if self._logged_in else await self.login(deadline_s=min(deadline_s, STATUS_S))
        if lost is not None:
            return Lost(f"not paid, no login: {lost.reason}", unsent=True)
        self._paying += 1
        try:
            return await self._move("Payment", service_id, payment_body(sale), deadline_s)
        finally:
            self._paying -= 1

    async def transaction(self, service_id: str, *, deadline_s: float) -> CardAnswer:
        """Ask for a payment, and where there is none for a reversal, under this ServiceID."""
        answer = await self._transaction("Payment", service_id, deadline_s)
        return await self._transaction("Reversal", service_id, deadline_s) if answer == NotFound() else answer

    async def abort(self, service_id: str, *, deadline_s: float) -> Lost | None:
        body = {**reference_body(self._header("Payment", service_id)), "AbortReason": "MerchantAbort"}
        sent = await self._send(request(self._header("Abort"), body), deadline_s)
        return sent if isinstance(sent, Lost) else None  # nexo has no answer to an Abort

    async def reverse(self, service_id: str, reversal: CardReversal, *, deadline_s: float) -> CardAnswer:
        lost = None if self._logged_in else await self.login(deadline_s=min(deadline_s, STATUS_S))
        if lost is not None:
            return Lost(f"not reversed, no login: {lost.reason}", unsent=True)
        return await self._move("Reversal", service_id, reversal_body(reversal), deadline_s)

    async def totals(self, *, deadline_s: float) -> TerminalTotals | Lost:
        body = {"ReconciliationType": "SaleReconciliation"}
        answer = await self._ask(self._header("Reconciliation"), body, deadline_s)
        if isinstance(answer, Lost):
            return answer
        return read_totals(answer) if succeeded(answer) else Lost("reconciliation refused")

    async def totals_of(self, day: date, *, deadline_s: float) -> TerminalTotals | Lost:
        header = self._header("GetTotals")
        answer = await self._ask(header, totals_body(header, day), deadline_s)
        if isinstance(answer, Lost):
            return answer
        return read_totals(answer) if succeeded(answer) else Lost("totals refused")

    async def _move(self, category: str, service_id: str, body: Document, deadline_s: float) -> CardAnswer:
        answer = await self._ask(self._header(category, service_id), body, deadline_s)
        result = answer if isinstance(answer, Lost) else read_answer(category, answer)
        if result == NotApproved(WhyNot.NOT_READY, "LoggedOut"):
            self._logged_in = False  # the terminal was restarted; the next payment logs in
        return result if not isinstance(result, InProgress) else Lost("the terminal is still at it")

    async def _transaction(self, category: str, service_id: str, deadline_s: float) -> CardAnswer:
        body = {
            **reference_body(self._header(category, service_id)),
            "ReceiptReprintFlag": False,
        }
        answer = await self._ask(self._header("TransactionStatus"), body, deadline_s)
        return answer if isinstance(answer, Lost) else read_status(category, service_id, answer)

    async def _ask(self, header: Header, body: Document, deadline_s: float) -> Document | Lost:
        """Send a request; return the body of the answer that belongs to it."""
        answer = await self._send(request(header, body), deadline_s)
        if isinstance(answer, Lost):
            return answer
        response = self._open(answer)
        if isinstance(response, Lost):
            return response
        if not header.answered_by(object_of(response, "MessageHeader")):
            return Lost("the answer belongs to another request")
        return object_of(response, f"{header.category}Response")

    async def _send(self, message: Document, deadline_s: float) -> bytes | Lost:
        if self._closed:
            return Lost("closed", unsent=True)
        sealed = message if self._key is None else seal(message, self._key)
        answer = await self._line.send(encode(sealed), deadline_s=deadline_s)
        self._notice(not isinstance(answer, Lost))
        return answer

    def _open(self, answer: bytes) -> Document | Lost:
        """Return the SaleToPOIResponse of an answer, out of its blob where a key is shared."""
        document = parse(answer)
        if document is not None and self._key is not None:
            try:
                document = parse(unseal(document, RESPONSE, self._key))
            except NotGenuine as error:
                return Lost(str(error))
        return Lost("not an answer in JSON") if document is None else object_of(document, RESPONSE)

    def _header(self, category: str, service_id: str | None = None) -> Header:
        name = service_id or "".join(secrets.choice(_SERVICE_ALPHABET) for _ in range(10))
        return Header(category, name, self._parties.sale_id, self._parties.poi_id)

    def _notice(self, reached: bool) -> None:
        if reached != self._reached:
            self._reached = reached
            for listener in tuple(self._listeners):
                listener()


def _ailment(health: TerminalHealth) -> str:
    parts = {
        "not in order": health.ok,
        "PIN pad down": health.pin_pad_ok,
        "card reader down": health.reader_ok,
        "acquirer unreachable": health.host_reachable,
    }
    return ", ".join(words for words, works in parts.items() if not works)
