"""A gateway, a kiosk's payment folder and a clock that only the test moves."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
from starlette.routing import BaseRoute

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments.contract import Opened, PaymentChannel, Settled
from kiosk.payments.merchants import MERCHANTS_FILE, load_channels
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.exchange import Network, Request
from kiosk.payments.sandbox.faults import strike
from kiosk.payments.sandbox.server import GatewayServer
from kiosk.payments.sandbox.shell import Gateway
from kiosk.payments.wire import Timeouts
from tests.support.patience import LONG_S

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CHANNELS = (Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY)
SHORT = Timeouts(connect=1.0, read=0.75)  # a test that wants a time-out waits this long, no more
_numbers = count(1)
T = TypeVar("T")


class ManualClock:
    """Stands still until the test moves it; sleepers of any loop wake when their time has come."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._lock = threading.Lock()
        self._sleepers: list[tuple[datetime, asyncio.AbstractEventLoop, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        await self._until(self._now + timedelta(seconds=seconds))

    async def _until(self, moment: datetime) -> None:
        event = asyncio.Event()
        with self._lock:
            if moment <= self._now:
                return
            self._sleepers.append((moment, asyncio.get_running_loop(), event))
        await event.wait()

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)
            due = [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now]
            self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for _, loop, event in due:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)


class World:
    """The running gateway and what a test does to it from the payer's and the tester's side."""

    def __init__(self, folder: Path, clock: ManualClock, url: str) -> None:
        self.folder = folder
        self.clock = clock
        self.url = url
        self._channels: dict[tuple[Path, Timeouts | None], Mapping[Channel, PaymentChannel]] = {}
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=LONG_S)

    @property
    def keys(self) -> Path:
        return self.folder / "kiosk"

    def channels(
        self, timeouts: Timeouts | None = None, keys: Path | None = None
    ) -> Mapping[Channel, PaymentChannel]:
        """Return the channels of a folder; each may be used again once it is closed."""
        folder = keys or self.keys
        if (folder, timeouts) not in self._channels:
            loaded = load_channels(folder, self.clock, timeouts)
            assert loaded.faults == ()
            self._channels[folder, timeouts] = loaded.channels
        return self._channels[folder, timeouts]

    def order(self, channel: Channel, fen: int = 1500) -> Order:
        return make_order(channel, self.clock.now(), fen)

    def call(self, method: str, path: str, json: object = None) -> httpx.Response:
        return self.http.request(method, path, json=json)

    def pay(self, order: Order, *, late: bool = False) -> None:
        answer = self.call("POST", f"/control/orders/{order.number}/pay", {"late": late})
        assert answer.status_code == 200, answer.text

    def fault(self, kind: str, order: Order | None = None, **more: object) -> None:
        number = {"order": order.number} if order else {}
        answer = self.call("POST", "/control/faults", {"kind": kind, **number, **more})
        assert answer.status_code == 201, answer.text

    def stored(self, order: Order) -> dict[str, object]:
        return dict(self.call("GET", f"/control/orders/{order.number}").json())

    def close(self) -> None:
        self.http.close()


def edited_keys(keys: Path, copy: Path, old: str, new: str) -> Path:
    """Return a copy of a payment folder with another text in its merchants.toml."""
    shutil.copytree(keys, copy)
    text = (copy / MERCHANTS_FILE).read_text()
    assert old in text
    (copy / MERCHANTS_FILE).write_text(text.replace(old, new))
    return copy


def make_order(channel: Channel, now: datetime, fen: int = 1500) -> Order:
    number = f"K0001{now:%Y%m%d%H%M%S}{next(_numbers):06d}"
    return Order(number, channel, Fen(fen), now, now + timedelta(seconds=180), "往来港澳签注 / endorsement")


def make_refund(order: Order, payment: Payment, now: datetime, fen: int | None = None, n: int = 1) -> Refund:
    amount = order.amount if fen is None else Fen(fen)
    return Refund(f"{order.number}R{n}", amount, "PRINT_FAILED", payment.transaction_id, now)


@contextmanager
def serve(
    folder: Path, keys: Path, clock: ManualClock | None = None, extra_routes: Sequence[BaseRoute] = ()
) -> Iterator[World]:
    """Run a gateway on a free port; `keys` is a set of gateway keys made before (it takes a second)."""
    clock = clock or ManualClock()
    state = folder / "gateway"
    if not (state / "keys").exists():
        shutil.copytree(keys, state / "keys")
    with GatewayServer(state, clock, kiosk_keys=folder / "kiosk", extra_routes=extra_routes) as server:
        world = World(folder, clock, server.url)
        try:
            yield world
        finally:
            world.close()
            clock.advance(86_400)  # lets go whatever still waits in the server


Bend = Callable[[httpx.Response], httpx.Response]


class Bench:
    """The networks without a server: requests go straight into the pure functions.

    `bend` may turn each answer into another; `last` is the latest true one.
    """

    def __init__(self, folder: Path, keys: Path) -> None:
        self.clock = ManualClock()
        shutil.copytree(keys, folder / "gateway" / "keys")
        self.gateway = Gateway(folder / "gateway", self.clock)
        self.keys = folder / "kiosk"
        self.gateway.write_kiosk_folder(self.keys, "http://127.0.0.1:9")
        self.bend: Bend | None = None
        loaded = load_channels(self.keys, self.clock, transport=httpx.MockTransport(self._respond))
        assert loaded.faults == ()
        self.channels = loaded.channels

    def network(self, channel: Channel) -> Network:
        return self.gateway.networks[channel]

    def fault(self, kind: str, order: Order, *, times: int = 1, seconds: float = 0.0) -> None:
        """Order a fault for what names an order; 0 times: until `no_faults`."""
        self.gateway.ledger.add_fault(
            kind,
            channel="",
            operation="",
            order_number=order.number,
            times=times,
            seconds=seconds,
            probability=1.0,
        )

    def no_faults(self) -> None:
        self.gateway.ledger.drop_faults()

    def _respond(self, request: httpx.Request) -> httpx.Response:
        """Answer as the gateway's shell does, faults included, but without a socket and without waiting."""
        network, asked = self.network(channel_of(request)), as_request(request)
        struck = strike(self.gateway.ledger, network, asked, lambda: 0.0)
        if struck.status is not None:
            return response(struck.status, {}, b"")
        now = self.clock.now() + struck.offset
        answer = network.answer(asked, now, struck.bend)
        if struck.delay_s:
            raise httpx.ReadTimeout("too late")
        if struck.drop:
            raise httpx.ReadError("broken off")
        headers = {**answer.headers, "Date": format_datetime(now, usegmt=True)}
        self.last = answer.status, headers, answer.body
        return self.bend(response(*self.last)) if self.bend else response(*self.last)

    def run(self, call: Coroutine[Any, Any, T], bend: Bend | None = None) -> T:
        """Run one call of a channel, its answers bent."""
        self.bend = bend
        try:
            return asyncio.run(call)
        finally:
            self.bend = None

    def paid_order(self, name: Channel) -> Order:
        """Return an order that was opened by the kiosk and paid at the network."""
        order = make_order(name, self.clock.now())
        self.run(opened(self.channels[name], order))
        self.pay(order)
        return order

    def pay(self, order: Order) -> None:
        """The payer pays at the network."""
        stored = self.gateway.ledger.order(order.channel, order.number)
        assert stored is not None
        assert booking.pay(self.gateway.ledger, stored, self.clock.now()) is not None


def response(status: int, headers: dict[str, str], body: bytes) -> httpx.Response:
    """Return an answer that is still to be read, as one from a socket."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def channel_of(request: httpx.Request) -> Channel:
    if request.url.path == "/gateway.do":
        return Channel.ALIPAY
    return Channel.UNIONPAY if request.url.path.startswith("/gateway/api/") else Channel.WECHAT


def as_request(request: httpx.Request) -> Request:
    target = request.url.raw_path.decode("ascii")
    return Request(
        request.method, target, {k.lower(): v for k, v in request.headers.items()}, request.content
    )


async def opened(channel: PaymentChannel, order: Order) -> str:
    answer = await channel.open(order)
    assert isinstance(answer, Opened)
    return answer.code


async def settled(channel: PaymentChannel, order: Order) -> Payment:
    answer = await channel.query(order)
    assert isinstance(answer, Settled), answer
    return answer.payment
