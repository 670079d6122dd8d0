"""The networks behind HTTP: raw bytes in, faults applied, raw bytes out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from random import SystemRandom

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.sandbox.alipay import AlipayNetwork
from kiosk.payments.sandbox.bodies import read_bounded
from kiosk.payments.sandbox.control import control_routes
from kiosk.payments.sandbox.courier import Courier
from kiosk.payments.sandbox.exchange import Answer, Network, Request
from kiosk.payments.sandbox.faults import Chance, strike
from kiosk.payments.sandbox.keys import (
    ensure_keys,
    load_keys,
    rotate_unionpay,
    rotate_wechat,
    write_merchant_folder,
)
from kiosk.payments.sandbox.ledger import Ledger
from kiosk.payments.sandbox.phone import phone_routes
from kiosk.payments.sandbox.unionpay import UnionPayNetwork
from kiosk.payments.sandbox.wechat import WechatNetwork

_LONGEST_REQUEST = 1 << 18  # bytes
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Gateway:
    """The simulated networks over one state folder; `close` it in the end.

    Whoever serves `routes` puts `OriginForm` around the application.
    """

    def __init__(self, state_dir: Path, clock: Clock, chance: Chance | None = None) -> None:
        self._keys_folder = state_dir / "keys"
        ensure_keys(self._keys_folder, clock.now())
        keys = load_keys(self._keys_folder)
        self.ledger = Ledger(state_dir / "ledger.sqlite")
        self._clock = clock
        self._chance = chance or SystemRandom().random
        self._wechat = WechatNetwork(self.ledger, keys.wechat)
        self._unionpay = UnionPayNetwork(self.ledger, keys.unionpay)
        self.networks: Mapping[Channel, Network] = {
            Channel.WECHAT: self._wechat,
            Channel.ALIPAY: AlipayNetwork(self.ledger, keys.alipay),
            Channel.UNIONPAY: self._unionpay,
        }
        self._courier = Courier(self.ledger, self.networks, clock)

    def write_kiosk_folder(self, folder: Path, base_url: str) -> None:
        """Write the kiosk's payment folder; raise KeyUnusable where it names a live network."""
        write_merchant_folder(self._keys_folder, folder, base_url)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of networks, phone page and control interface."""
        return [*self.network_routes(), *self.tester_routes()]

    def network_routes(self) -> Sequence[BaseRoute]:
        """Return the networks' addresses, which take nothing that is not signed."""
        return [
            Route("/gateway.do", self._endpoint(Channel.ALIPAY), methods=_METHODS),
            Route("/billdownload/{call:path}", self._endpoint(Channel.ALIPAY), methods=_METHODS),
            Route("/filedownload", self._endpoint(Channel.UNIONPAY), methods=_METHODS),
            Route("/gateway/api/{call:path}", self._endpoint(Channel.UNIONPAY), methods=_METHODS),
            Route("/v3/alipay/{call:path}", self._endpoint(Channel.ALIPAY), methods=_METHODS),
            Route("/v3/{call:path}", self._endpoint(Channel.WECHAT), methods=_METHODS),
        ]

    def tester_routes(self) -> Sequence[BaseRoute]:
        """Return phone page and control interface, which take what anyone on this machine asks."""
        return [
            *phone_routes(self.ledger, self._clock, self._courier.wake),
            *control_routes(self.ledger, self._clock, self._courier.wake, self.rotate),
        ]

    def rotate(self, channel: Channel) -> str | None:
        """Give a network a new signing key at once; return its serial, None where nothing rotates."""
        now = self._clock.now()
        if channel is Channel.WECHAT:
            rotate_wechat(self._keys_folder, now)
            keys = load_keys(self._keys_folder).wechat
            self._wechat.adopt(keys)
            return f"{keys.platform[-1][1].serial_number:X}"
        if channel is Channel.UNIONPAY and rotate_unionpay(self._keys_folder, now):
            own = load_keys(self._keys_folder).unionpay
            self._unionpay.adopt(own)
            return str(own.leaf.serial_number)
        return None

    def close(self) -> None:
        self.ledger.close()

    def _endpoint(self, channel: Channel) -> Callable[[HttpRequest], Awaitable[Response]]:
        network = self.networks[channel]

        async def endpoint(http: HttpRequest) -> Response:
            return await self._serve(network, http)

        return endpoint

    async def _serve(self, network: Network, http: HttpRequest) -> Response:
        request = await _read(http)
        if request is None:
            return Response(status_code=413)
        disturbance = strike(self.ledger, network, request, self._chance)
        now = self._clock.now() + disturbance.offset
        if disturbance.status is not None:
            return _response(Answer(disturbance.status), now)
        answer = network.answer(request, now, disturbance.bend)
        self._courier.wake()
        if disturbance.delay_s:
            await self._clock.sleep(disturbance.delay_s)
        return _Dropped() if disturbance.drop else _response(answer, now)


class _Dropped(Response):
    """A connection broken off after the work was done: headers promise a body that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        headers = [(b"content-length", b"1000"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


def _response(answer: Answer, now: datetime) -> Response:
    headers = {**answer.headers, "Date": format_datetime(now, usegmt=True)}
    return Response(answer.body, answer.status, headers)


async def _read(http: HttpRequest) -> Request | None:
    """Return the request as it was sent, None if its body is too long or breaks off."""
    body = await read_bounded(http, _LONGEST_REQUEST)
    if body is None:
        return None
    path, query = http.scope["raw_path"].decode("latin-1"), http.scope["query_string"].decode("latin-1")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in http.scope["headers"]}
    return Request(http.method, f"{path}?{query}" if query else path, headers, body)


class OriginForm:
    """ASGI middleware that takes absolute-form request targets (RFC 9112, section 3.2.2) as well."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "://" in scope["path"].partition("?")[0][:9]:
            path = "/" + scope["path"].partition("://")[2].partition("/")[2]
            raw_path = b"/" + scope["raw_path"].partition(b"://")[2].partition(b"/")[2]
            scope = {**scope, "path": path, "raw_path": raw_path}
        await self._app(scope, receive, send)
