"""Receives the networks' notifications: verified, told once, answered as each network demands.

A kiosk behind NAT gets none: polling is the truth, and a notification only makes the poll sooner. The
networks' ``notify_url``s end in ``/notice/wechat``, ``/notice/alipay`` and ``/notice/unionpay``.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.contract import Notice, NoticeRefused, OrderLookup, PaymentChannel, Settled
from kiosk.payments.documents import encode

LONGEST_BODY = 64 * 1024  # bytes; a genuine one has some 2 KB
_REMEMBERED = 1_000  # more than a day of one machine; what is forgotten is found in the books again
_TAKING_S = 4.0  # WeChat Pay wants its answer within 5 s

_log = structlog.get_logger()

Told = Callable[[Channel, Notice], Awaitable[bool]]
"""Takes a verified notification into the books; False where it could not, so that the network tries again."""


@dataclass(frozen=True, slots=True)
class NoticeAnswer:
    """The HTTP answer to a notification."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class NoticeDesk:
    """Takes what came to an address; `told` is called once for each payment, and for each other notification.

    Args:
        order_of: finds an own order; asked only after the signature has been verified.
    """

    def __init__(
        self, channels: Mapping[Channel, PaymentChannel], order_of: OrderLookup, clock: Clock, told: Told
    ) -> None:
        self._channels = channels
        self._order_of = order_of
        self._clock = clock
        self._told = told
        self._seen: OrderedDict[tuple[Channel, str], None] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def receive(self, path: str, headers: Mapping[str, str], body: bytes) -> NoticeAnswer:
        """Verify first; the body of a stranger changes nothing and costs one signature check.

        Args:
            path: of the request, without its query.
            headers: by their names in small letters.
        """
        channel = next((known for known in self._channels if path == f"/notice/{known}"), None)
        if channel is None:
            return NoticeAnswer(404)
        try:
            notice = self._channels[channel].read_notice(headers, body, self._order_of, self._clock.now())
        except NoticeRefused as refused:
            _log.warning("notification refused", channel=channel, why=str(refused))
            return NoticeAnswer(refused.status, refused.body)
        if not await self._take(channel, notice):
            return _try_again(channel)
        return NoticeAnswer(notice.answer_status, notice.answer_body, notice.answer_headers)

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


def _try_again(channel: Channel) -> NoticeAnswer:
    """Return the answer after which the network repeats its notification."""
    if channel is Channel.WECHAT:
        body = encode({"code": "FAIL", "message": "not taken yet"})
        return NoticeAnswer(500, body, {"Content-Type": "application/json"})
    return NoticeAnswer(500, b"failure" if channel is Channel.ALIPAY else b"")
