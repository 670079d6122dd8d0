"""Delivers notifications to this machine's own addresses, and tries again as the networks do (shortened)."""

import sqlite3
from collections.abc import Mapping
from datetime import timedelta

import httpx
import structlog

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.sandbox.exchange import Network
from kiosk.payments.sandbox.faults import doubles
from kiosk.payments.sandbox.ledger import Ledger, StoredNotice
from kiosk.payments.sandbox.notify_urls import is_own_machine
from kiosk.tasks import Tasks

# Seconds between the tries: the first hour or so of what each network documents.
_PAUSES: Mapping[Channel, tuple[int, ...]] = {
    Channel.WECHAT: (15, 15, 30, 180, 600, 1200, 1800),
    Channel.ALIPAY: (240, 600, 600, 3600),
    Channel.UNIONPAY: (60, 120, 240, 300),
}
_TIMEOUT_S = 5.0

_log = structlog.get_logger()


class Courier:
    """One task per notification that waits in the ledger; a restart finds them all again.

    Where the ledger cannot be written, its disk full, a notification stays in it as it is, and is taken up
    again with the next one or at the next start: it may then come twice, as a network's may.
    """

    def __init__(self, ledger: Ledger, networks: Mapping[Channel, Network], clock: Clock) -> None:
        self._ledger = ledger
        self._networks = networks
        self._clock = clock
        self._work = Tasks()
        self._under_way: set[int] = set()

    def wake(self) -> None:
        """See to every waiting notification; called inside the server's event loop."""
        for notice in self._ledger.notices():
            if notice.id not in self._under_way:
                self._under_way.add(notice.id)
                self._work.start(self._see_to(notice), f"notification {notice.id}")

    async def _see_to(self, notice: StoredNotice) -> None:
        try:
            await self._deliver_at_last(notice)
        except sqlite3.Error as error:
            _log.error("a notification waits: the ledger cannot be written", why=str(error))
        finally:
            self._under_way.discard(notice.id)

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
