"""The issuing authority's service over HTTP: signed both ways, bounded in size and time, never raising.

Anything but a well-formed answer with a valid signature is `Unreachable`: a guess about an approval or a
control number would end on a citizen's card.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from kiosk.authority import messages, signing
from kiosk.authority.contract import (
    Accepted,
    Approved,
    Found,
    Issued,
    NotApproved,
    NotOnRecord,
    Unreachable,
)
from kiosk.clock import Clock
from kiosk.domain.endorsement import RequestedItem
from kiosk.domain.failure import FailureCode, Fault

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 15.0
"""Deadline of one whole call, whatever the other side trickles."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Who the kiosk is and whom it believes; never printed."""

    kiosk_id: str
    key: Ed25519PrivateKey
    authority_key: Ed25519PublicKey


class HttpAuthority:
    """`Authority` over HTTP. One instance belongs to one event loop.

    Args:
        base_url: address the paths of docs/authority.md are appended to.
        simulated: whether that address is the sandbox, shown on the screen.
        transport: where the requests go; the network unless a test or the simulation puts another.
        nonce: source of 32 lower-case hex digits, fresh for each request.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        clock: Clock,
        *,
        simulated: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._clock = clock
        self._simulated = simulated
        self._nonce = nonce
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,
            headers={"accept-encoding": "identity", "user-agent": "endorsement-kiosk"},
        )

    @property
    def simulated(self) -> bool:
        return self._simulated

    async def available(self) -> bool:
        answer = await self._call(messages.StatusRequest())
        return isinstance(answer, messages.StatusAnswer)

    async def look_up(self, permit_no: str) -> Found | NotOnRecord | Unreachable:
        try:
            request = messages.LookUpRequest(permit_no=permit_no)
        except ValidationError:
            return NotOnRecord()  # no permit has such a number
        match await self._call(request):
            case messages.FoundAnswer(record=record) if record.number == permit_no:
                return Found(record.value())
            case messages.NotOnRecordAnswer():
                return NotOnRecord()
            case other:
                return self._unusable(other)

    async def apply(
        self, request_id: str, permit_no: str, items: Sequence[RequestedItem], on: date
    ) -> Approved | NotApproved | Unreachable:
        bodies = tuple(messages.ItemBody.model_validate(item) for item in items)
        request = messages.ApplyRequest(request_id=request_id, permit_no=permit_no, items=bodies, on=on)
        match await self._call(request):
            case messages.ApprovedAnswer(approval_no=number):
                return Approved(number)
            case messages.RefusedAnswer(reason=reason):
                return NotApproved(reason.value())
            case other:
                return self._unusable(other)

    async def withdraw(self, request_id: str, approval_no: str) -> Accepted | Unreachable:
        request = messages.WithdrawRequest(request_id=request_id, approval_no=approval_no)
        match await self._call(request):
            case messages.AcceptedAnswer():
                return Accepted()
            case other:
                return self._unusable(other)

    async def issue(
        self, request_id: str, approval_no: str, payment_reference: str | None
    ) -> Issued | NotApproved | Unreachable:
        request = messages.IssueRequest(
            request_id=request_id, approval_no=approval_no, payment_reference=payment_reference
        )
        match await self._call(request):
            case messages.IssuedAnswer(endorsements=bodies):
                return Issued(tuple(body.value() for body in bodies))
            case messages.RefusedAnswer(reason=reason):
                return NotApproved(reason.value())
            case other:
                return self._unusable(other)

    async def confirm(
        self, request_id: str, control_numbers: Sequence[str], *, printed: bool
    ) -> Accepted | Unreachable:
        request = messages.ConfirmRequest(
            request_id=request_id, control_numbers=tuple(control_numbers), printed=printed
        )
        match await self._call(request):
            case messages.AcceptedAnswer():
                return Accepted()
            case other:
                return self._unusable(other)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _call(self, request: messages.Request) -> messages.Answer | Unreachable:
        """Send one request; return a verified answer, or Unreachable."""
        address = self._base_url + messages.PATHS[type(request)]
        path, nonce = urlsplit(address).path, self._nonce()
        reply = await self._exchange(address, path, nonce, request.model_dump_json().encode())
        if isinstance(reply, Unreachable):
            return reply
        rejection = signing.verify_answer(
            reply, path, nonce=nonce, key=self._credentials.authority_key, now=self._clock.now()
        )
        if rejection is not None:
            return _unreachable(f"HTTP {reply.status}, answer not believed: {rejection}")
        try:
            return messages.ANSWER.validate_json(reply.body)
        except ValidationError:  # its text would quote the answer, which may hold personal data
            return _unreachable("signed answer of another form")

    async def _exchange(
        self, address: str, path: str, nonce: str, body: bytes
    ) -> signing.Reply | Unreachable:
        """Send the bytes and collect the answer's, without believing anything yet."""
        mine = self._credentials
        headers = signing.sign_request(
            mine.key, mine.kiosk_id, path, body, nonce=nonce, now=self._clock.now()
        ) | {"content-type": "application/json"}
        try:
            async with (
                asyncio.timeout(TOTAL_SECONDS),
                self._http.stream("POST", address, content=body, headers=headers) as response,
            ):
                return await _collect(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            return _unreachable(f"no connection: {type(error).__name__}", sent=False)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            return _unreachable(f"no answer: {type(error).__name__}")

    def _unusable(self, answer: messages.Answer | Unreachable) -> Unreachable:
        """Turn an answer that does not fit its request into a named failure."""
        match answer:
            case Unreachable():
                unreachable = answer
            case messages.ProblemAnswer(code=messages.ID_REUSED):
                _log.error("authority.request_id_reused")
                return Unreachable(Fault(FailureCode.REQUEST_ID_REUSED, "another request had this number"))
            case messages.ProblemAnswer(code=code):
                unreachable = _unreachable(f"refused by the service: {code}", sent=False)
            case _:
                unreachable = _unreachable(f"answer does not fit the request: {answer.outcome}")
        _log.warning("authority.unreachable", detail=unreachable.fault.detail, sent=unreachable.sent)
        return unreachable


async def _collect(response: httpx.Response) -> signing.Reply | Unreachable:
    """Read at most BODY_LIMIT raw bytes; compressed answers are not asked for and not unpacked."""
    collected = bytearray()
    async for chunk in response.aiter_raw():
        collected += chunk
        if len(collected) > messages.BODY_LIMIT:
            return _unreachable("answer too long")
    return signing.Reply(response.status_code, response.headers, bytes(collected))


def _unreachable(detail: str, *, sent: bool = True) -> Unreachable:
    return Unreachable(Fault(FailureCode.AUTHORITY_UNREACHABLE, detail), sent=sent)
