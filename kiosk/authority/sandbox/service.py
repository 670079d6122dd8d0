"""The simulated authority's signed service: bytes in, bytes out; verifies, refuses replay, fails on order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from kiosk.authority import messages, signing
from kiosk.authority.sandbox.books import Books, Outage, OutageMode
from kiosk.authority.sandbox.core import Answered, Judge, Place, Scene, act
from kiosk.authority.sandbox.store import Store
from kiosk.clock import Clock
from kiosk.domain.endorsement import Option

OPERATIONS: dict[str, type[messages.Request]] = {
    "status": messages.StatusRequest,
    "look_up": messages.LookUpRequest,
    "apply": messages.ApplyRequest,
    "withdraw": messages.WithdrawRequest,
    "issue": messages.IssueRequest,
    "confirm": messages.ConfirmRequest,
}
"""Names by which a tester orders outages."""

_NO_NONCE = "0" * 32
_SILENCE_SECONDS = 60.0
_SERVICE_DOWN = b"503: out of service, on a tester's order\n"


@dataclass(frozen=True, slots=True)
class Registered:
    """A kiosk that the authority knows, and where it stands."""

    key: Ed25519PublicKey
    place: Place


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of the field as the authority applies them."""

    options: Mapping[str, Option]
    judge: Judge


class Service:
    """The signed calls of one authority.

    Args:
        kiosk_of: finds a registered kiosk by its id, None for a stranger.
        key: signs every answer.
    """

    def __init__(
        self,
        store: Store,
        law: Law,
        kiosk_of: Callable[[str], Registered | None],
        key: Ed25519PrivateKey,
        clock: Clock,
    ) -> None:
        self._store = store
        self._law = law
        self._kiosk_of = kiosk_of
        self._key = key
        self._clock = clock

    async def handle(self, operation: str, path: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """Answer one POST; `path` is the path as it was signed."""
        now = self._clock.now()
        caller = signing.verify_request(headers, path, body, key_of=self._key_of, now=now)
        if isinstance(caller, signing.Rejection):
            return self._signed(path, headers, _problem(caller.value, 401))
        mode, answered = self._store.change(lambda books: self._turn(operation, body, caller, books, now))
        if mode is OutageMode.SILENT:
            await self._clock.sleep(_SILENCE_SECONDS)
        if answered is None:
            return HttpAnswer(503, {"content-type": "text/plain"}, _SERVICE_DOWN)
        answer = self._signed(path, headers, answered)
        match mode:
            case OutageMode.LOST:
                return HttpAnswer(504, {"content-type": "text/plain"}, answer.body[:10])
            case OutageMode.FORGED:
                return replace(answer, headers=_forged(answer.headers))
            case _:
                return answer

    def _key_of(self, kiosk_id: str) -> Ed25519PublicKey | None:
        kiosk = self._kiosk_of(kiosk_id)
        return None if kiosk is None else kiosk.key

    def _turn(
        self, operation: str, body: bytes, caller: signing.Caller, books: Books, now: datetime
    ) -> tuple[tuple[OutageMode | None, Answered | None], Books]:
        """Do one verified request on the books: replay, ordered outage, form, then the answer itself."""
        seen = f"{caller.kiosk_id}/{caller.nonce}"
        if seen in books.nonces:
            return (None, _problem(signing.Rejection.REPLAYED.value, 401)), books
        fresh = {nonce: at for nonce, at in books.nonces.items() if now - at <= 2 * signing.WINDOW}
        books = replace(books, nonces={**fresh, seen: now})
        mode, books = _ordered_outage(operation, books)
        if mode in {OutageMode.DOWN, OutageMode.SILENT}:
            return (mode, None), books
        try:
            request = OPERATIONS[operation].model_validate_json(body)
        except ValidationError:
            return (mode, _problem("malformed_body", 422)), books
        kiosk = self._kiosk_of(caller.kiosk_id)
        if kiosk is None:  # unregistered between two reads
            return (mode, _problem(signing.Rejection.UNKNOWN_KIOSK.value, 401)), books
        scene = Scene(caller.kiosk_id, kiosk.place, self._law.options, self._law.judge, now)
        answered, books = act(request, books, scene)
        return (mode, answered), books

    def _signed(self, path: str, headers: Mapping[str, str], answered: Answered) -> HttpAnswer:
        """Put an answer into bytes, bound to the request's nonce."""
        nonce = headers.get(signing.HEADER_NONCE, "")
        nonce = nonce if signing.NONCE.fullmatch(nonce) else _NO_NONCE
        body = answered.answer.model_dump_json().encode()
        signature = signing.sign_answer(
            self._key, path, answered.status, body, nonce=nonce, now=self._clock.now()
        )
        return HttpAnswer(answered.status, {"content-type": "application/json"} | signature, body)


def _ordered_outage(operation: str, books: Books) -> tuple[OutageMode | None, Books]:
    """Return the outage that a tester ordered for this request, and the books with one fewer left."""
    key = operation if operation in books.outages else "*"
    outage = books.outages.get(key)
    if outage is None:
        return None, books
    left = None if outage.left is None else outage.left - 1
    remaining = {name: other for name, other in books.outages.items() if name != key}
    if left is None or left > 0:
        remaining[key] = Outage(outage.mode, left)
    return outage.mode, replace(books, outages=remaining)


def _forged(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with a signature of the right form that verifies under no key."""
    signature = headers[signing.HEADER_ANSWER_SIGNATURE]
    return {**headers, signing.HEADER_ANSWER_SIGNATURE: signature[::-1]}


def _problem(code: str, status: int) -> Answered:
    return Answered(messages.ProblemAnswer(code=code), status)
