"""Delivers notifications to this machine's own addresses, and tries again as the networks do (shortened)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import httpx
import structlog

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.sandbox.exchange import Network
from kiosk.payments.sandbox.faults import doubles
from kiosk.payments.sandbox.ledger import Ledger, StoredNotice
from kiosk.payments.sandbox.notify_urls import is_own_machine

# Seconds between the tries: the first hour or so of what each network documents.
_PAUSES: Mapping[Channel, tuple[int, ...]] = {
    Channel.WECHAT: (15, 15, 30, 180, 600, 1200, 1800),
    Channel.ALIPAY: (240, 600, 600, 3600),
    Channel.UNIONPAY: (60, 120, 240, 300),
}
_TIMEOUT_S = 5.0

_log = structlog.get_logger()


class Courier:
    """One task per notification that waits in the ledger; a restart finds them all again."""

    def __init__(self, ledger: Ledger, networks: Mapping[Channel, Network], clock: Clock) -> None:
        self._ledger = ledger
        self._networks = networks
        self._clock = clock
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """See to every waiting notification; called inside the server's event loop."""
        for notice in self._ledger.notices():
            if notice.id not in self._tasks:
                task = asyncio.create_task(self._deliver_at_last(notice))
                self._tasks[notice.id] = task
                task.add_done_callback(partial(self._forget, notice.id))

    def _forget(self, number: int, _: asyncio.Task[None]) -> None:
        self._tasks.pop(number, None)

    async def _deliver_at_last(self, notice: StoredNotice) -> None:
        copies = 2 if doubles(self._ledger, notice.channel, notice.order_number) else 1
        for pause in (0, *_PAUSES[notice.channel][notice.tries :]):
            await self._clock.sleep(pause)
            results = [await self._deliver(notice) for _ in range(copies)]
            if all(results):
                break
            self._ledger.put_off(notice, self._clock.now() + timedelta(seconds=pause))
        self._ledger.drop_notice(notice)

    async def _deliver(self, notice: StoredNotice) -> bool:
        """Return whether the receiver took it; an address off this machine counts as taken."""
        order = self._ledger.order(notice.channel, notice.order_number)
        if order is None or not is_own_machine(order.notify_url):
            return True
        network = self._networks[notice.channel]
        headers, body = network.notice(order, notice.event, self._clock.now())
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_TIMEOUT_S) as client:
                answer = await client.post(order.notify_url, content=body, headers=dict(headers))
        except httpx.HTTPError as error:
            _log.info("notification not delivered", channel=notice.channel, why=type(error).__name__)
            return False
        return _taken(notice.channel, answer)


def _taken(channel: Channel, answer: httpx.Response) -> bool:
    match channel:
        case Channel.WECHAT:
            return answer.status_code in {200, 204}
        case Channel.ALIPAY:
            return answer.status_code == 200 and answer.content == b"success"
        case _:
            return answer.status_code in {200, 302}
