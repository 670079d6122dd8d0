"""One HTTP exchange with a network: exact bytes, bounded in size and time, never repeated by itself."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Protocol, runtime_checkable

import httpx
import structlog

from kiosk.clock import Clock
from kiosk.payments.contract import Availability, Undecided

LONGEST_ANSWER = 1 << 20  # bytes; the longest genuine one, a list of certificates, has some 20 KB
_SKEW_WARN = timedelta(seconds=60)
_SKEW_STOP = timedelta(seconds=240)  # WeChat Pay refuses requests from 300 s on
_NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect and between two pieces of an answer."""

    connect: float = 3.0
    read: float = 10.0

    @property
    def total(self) -> float:
        """Return the seconds after which even a dripping answer is given up."""
        return self.connect + 2 * self.read


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; nothing in it is verified yet."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


def _moment(headers: httpx.Headers) -> datetime | None:
    """Return the network's clock as an answer tells it, aware; None where it does not."""
    second = headers.get("wechatpay-timestamp", "")
    try:
        if "date" in headers:
            moment = parsedate_to_datetime(headers.get_list("date")[-1])
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return datetime.fromtimestamp(int(second), UTC) if second.isascii() and second.isdigit() else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


@runtime_checkable
class ClockWatching(Protocol):
    """A channel that has compared its network's clock with ours."""

    @property
    def clock_skew(self) -> timedelta | None:
        """Network minus ours, as the latest answer showed it; None before the first."""


class Wire:
    """The connection to one network. Redirects, proxies of the environment and retries are off."""

    def __init__(
        self,
        clock: Clock,
        timeouts: Timeouts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.clock = clock
        self.skew: timedelta | None = None
        self._timeouts = timeouts or Timeouts()
        self._transport = transport

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        """The client, made with the first call: reading the system's CA certificates takes its time."""
        return httpx.AsyncClient(
            timeout=httpx.Timeout(self._timeouts.read, connect=self._timeouts.connect),
            headers={"User-Agent": "endorsement-kiosk/1", "Accept-Encoding": "identity"},
            trust_env=False,
            follow_redirects=False,
            transport=self._transport,
        )

    async def send(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        longest: int = LONGEST_ANSWER,
    ) -> Reply | Undecided:
        """Send once and return what came back, at most `longest` bytes, or why its fate is not known."""
        request = self._client.build_request(method, url, headers=headers, content=body)
        try:
            async with asyncio.timeout(self._timeouts.total):
                return await self._exchange(request, longest)
        except TimeoutError:
            return Undecided("no complete answer in time")
        except _NEVER_CONNECTED as error:
            return Undecided(f"no connection: {type(error).__name__}", unsent=True)
        except (httpx.HTTPError, httpx.StreamError) as error:
            return Undecided(f"connection lost: {type(error).__name__}")

    async def _exchange(self, request: httpx.Request, longest: int) -> Reply | Undecided:
        response = await self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                return Undecided("an encoded answer was not asked for")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > longest:
                    return Undecided("the answer is too long")
        finally:
            await response.aclose()
        self._measure(response.headers)
        return Reply(response.status_code, response.headers, bytes(body))

    def _measure(self, headers: httpx.Headers) -> None:
        """Compare the clocks by the answer's Date (RFC 9110, section 6.6.1; whole seconds).

        Behind a front that leaves it out, WeChat Pay's own timestamp tells the same.
        """
        moment = _moment(headers)
        if moment is None:
            return
        skew = moment - self.clock.now()
        if abs(skew) > _SKEW_WARN and (self.skew is None or abs(self.skew) <= _SKEW_WARN):
            _log.warning("payment clock skew", seconds=round(skew.total_seconds()))
        self.skew = skew

    def network_now(self) -> datetime:
        """Return the network's clock as far as its answers have shown it, aware UTC."""
        return self.clock.now() + (self.skew or timedelta())

    def clock_availability(self) -> Availability:
        """Return whether this machine's clock is near enough to the network's to take money."""
        if self.skew is not None and abs(self.skew) > _SKEW_STOP:
            return Availability(False, f"clock is off by {self.skew.total_seconds():.0f} s: set the clock")
        if self.skew is not None and abs(self.skew) > _SKEW_WARN:
            return Availability(True, f"clock is off by {self.skew.total_seconds():.0f} s: set it soon")
        return Availability(True)

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        client = self.__dict__.pop("_client", None)
        if isinstance(client, httpx.AsyncClient):
            await client.aclose()
