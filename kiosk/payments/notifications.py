"""Receives the networks' notifications: verified, told once, answered as each network demands.

A kiosk behind NAT gets none: polling is the truth, and a notification only makes the poll sooner. Whoever
serves `notification_routes` gives the networks ``…/notice/wechat``, ``…/alipay`` and ``…/unionpay``.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.contract import Notice, NoticeRefused, OrderLookup, PaymentChannel, Settled
from kiosk.payments.documents import encode

_LONGEST_BODY = 64 * 1024  # bytes; a genuine one has some 2 KB
_REMEMBERED = 10_000
_TAKING_S = 4.0  # WeChat Pay wants its answer within 5 s

_log = structlog.get_logger()

Told = Callable[[Channel, Notice], Awaitable[bool]]
"""Takes a verified notification into the books; False where it could not, so that the network tries again."""


def notification_routes(
    channels: Mapping[Channel, PaymentChannel], order_of: OrderLookup, clock: Clock, told: Told
) -> list[BaseRoute]:
    """Return the routes; `told` is called once for each payment, and for each other verified notification."""
    desk = _Desk(channels, order_of, clock, told)
    return [Route("/notice/{channel}", desk.receive, methods=["POST"])]


class _Desk:
    def __init__(
        self, channels: Mapping[Channel, PaymentChannel], order_of: OrderLookup, clock: Clock, told: Told
    ) -> None:
        self._channels = channels
        self._order_of = order_of
        self._clock = clock
        self._told = told
        self._seen: OrderedDict[tuple[Channel, str], None] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def receive(self, request: Request) -> Response:
        """Verify first; the body of a stranger changes nothing and costs one signature check."""
        name = request.path_params["channel"]
        channel = next((known for known in self._channels if known == name), None)
        if channel is None:
            return Response(status_code=404)
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        try:
            notice = self._channels[channel].read_notice(
                dict(request.headers), body, self._order_of, self._clock.now()
            )
        except NoticeRefused as refused:
            _log.warning("notification refused", channel=channel, why=str(refused))
            return Response(refused.body, refused.status)
        if not await self._take(channel, notice):
            return _try_again(channel)
        return Response(notice.answer_body, notice.answer_status, dict(notice.answer_headers))

    async def _take(self, channel: Channel, notice: Notice) -> bool:
        """Tell of a payment once, by (channel, transaction); it counts as seen only once it is taken."""
        key = (channel, notice.state.payment.transaction_id) if isinstance(notice.state, Settled) else None
        async with self._one_at_a_time:
            if key in self._seen:
                return True
            try:
                async with asyncio.timeout(_TAKING_S):
                    taken = await self._told(channel, notice)
            except TimeoutError:
                return False
            if taken and key is not None:
                self._seen[key] = None
                if len(self._seen) > _REMEMBERED:
                    self._seen.popitem(last=False)
            return taken


def _try_again(channel: Channel) -> Response:
    """Return the answer after which the network repeats its notification."""
    if channel is Channel.WECHAT:
        body = encode({"code": "FAIL", "message": "not taken yet"})
        return Response(body, 500, {"Content-Type": "application/json"})
    return Response(b"failure" if channel is Channel.ALIPAY else b"", 500)


async def _bounded(request: Request) -> bytes | None:
    """Return the whole body, None if it is too long or breaks off."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > _LONGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
