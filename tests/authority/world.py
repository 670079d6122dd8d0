"""A small authority of our own making: two permits, four options, keys, a clock that stands still."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.authority import messages
from kiosk.authority.client import Credentials, HttpAuthority
from kiosk.authority.sandbox.books import ApprovedItem, Books
from kiosk.authority.sandbox.core import Place, Scene
from kiosk.authority.sandbox.service import OPERATIONS, Law, Registered, Service
from kiosk.authority.sandbox.store import Store
from kiosk.domain.endorsement import Application, Destination, Entries, Option, Reason
from kiosk.domain.money import Fen
from kiosk.domain.permit import HolderCategory, PermitRecord, PermitStatus
from kiosk.domain.text import Text

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
KIOSK, STRANGER = "K001", "K666"
GUANGZHOU = Place("4401", "广州")
PERMIT, OTHER_PERMIT = "C00000000", "CA0000001"
REFUSED_OPTION = "HKG-S-3M-1"
ADDRESS = "http://127.0.0.1:1/authority"


def option(destination: Destination, kind: str, entries: Entries, fee: int) -> Option:
    name = f"{destination}-{kind}-3M-{entries}"
    return Option(name, destination, kind, Text("个人旅游", "Visit"), 3, entries, 7, Fen(fee))


OPTIONS = {
    made.option_id: made
    for made in (
        option(Destination.HONG_KONG, "G", Entries.ONCE, 1500),
        option(Destination.HONG_KONG, "G", Entries.TWICE, 3000),
        option(Destination.HONG_KONG, "S", Entries.ONCE, 1500),
        option(Destination.MACAO, "G", Entries.ONCE, 1500),
    )
}


def judge(_record: PermitRecord, item: ApprovedItem, _today: date) -> Reason | None:
    """Refuse one option, whatever else."""
    return Reason("needs_firm") if item.option.option_id == REFUSED_OPTION else None


def record(number: str) -> PermitRecord:
    return PermitRecord(number, PermitStatus.VALID, HolderCategory.ORDINARY, "440100")


WAITING = Application("WEB1", OPTIONS["MAC-G-3M-1"], TODAY - timedelta(days=2), paid=True)


def books() -> Books:
    collecting = replace(record(OTHER_PERMIT), applications=(WAITING,))
    return Books(records={PERMIT: record(PERMIT), OTHER_PERMIT: collecting})


def scene(now: datetime = NOON, kiosk_id: str = KIOSK) -> Scene:
    return Scene(kiosk_id, GUANGZHOU, OPTIONS, judge, now)


@dataclass
class StillClock:
    """A clock that moves when told; sleeping moves it."""

    at: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


class World:
    """Client and service, joined by a transport in memory that keeps what passed."""

    def __init__(self, folder: Path, kiosk_key: Ed25519PrivateKey | None = None) -> None:
        self.clock = StillClock()
        self.kiosk_clock = StillClock()
        self.kiosk_key = kiosk_key or Ed25519PrivateKey.generate()
        self.authority_key = Ed25519PrivateKey.generate()
        self.store = Store(folder / "books.sqlite")
        self.store.change(lambda old: (None, old if old.records else books()))
        kiosks = {KIOSK: Registered(self.kiosk_key.public_key(), GUANGZHOU)}
        self.service = Service(self.store, Law(OPTIONS, judge), kiosks.get, self.authority_key, self.clock)
        self.requests: list[httpx.Request] = []

    def app(self) -> Starlette:
        return Starlette(routes=[self._route(name) for name in OPERATIONS])

    def _route(self, operation: str) -> Route:
        path = "/authority" + messages.PATHS[OPERATIONS[operation]]

        async def call(request: Request) -> Response:
            answer = await self.service.handle(operation, path, request.headers, await request.body())
            return Response(answer.body, answer.status, dict(answer.headers))

        return Route(path, call, methods=["POST"])

    def client(self, transport: httpx.AsyncBaseTransport | None = None) -> HttpAuthority:
        credentials = Credentials(KIOSK, self.kiosk_key, self.authority_key.public_key())
        return HttpAuthority(
            ADDRESS, credentials, self.kiosk_clock, simulated=True, transport=transport or self.transport()
        )

    def transport(self) -> httpx.AsyncBaseTransport:
        return _Recording(httpx.ASGITransport(self.app()), self.requests)

    def send(self, operation: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Put raw bytes to the service, past the client."""
        path = "/authority" + messages.PATHS[OPERATIONS[operation]]
        answer = asyncio.run(self.service.handle(operation, path, headers, body))
        return answer.status, answer.body


class _Recording(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.ASGITransport, requests: list[httpx.Request]) -> None:
        self._inner = inner
        self._requests = requests

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self._requests.append(request)
        return await self._inner.handle_async_request(request)
