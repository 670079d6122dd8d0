"""The HTTP(S) connection to a terminal: exact bytes, bounded in size and time, never repeated."""

import asyncio
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx

from kiosk.domain.card_payment import Lost

CONNECT_S = 3.0
_LONGEST_ANSWER = 256 * 1024
_NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class TerminalAddress:
    """Where the terminal listens.

    Attributes:
        url: such as ``https://192.0.2.7:8443/nexo``.
        authority: PEM file of the certificates that sign the terminal's; None for the system's.
        server_name: the name in the terminal's certificate where it is not the host of `url`.
    """

    url: str
    authority: Path | None = None
    server_name: str | None = None


class TerminalLine:
    """Redirects, proxies of the environment and retries are off."""

    def __init__(self, address: TerminalAddress, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._address = address
        self._transport = transport

    async def send(self, body: bytes, *, deadline_s: float) -> bytes | Lost:
        """Send a message; return the body of a 2xx answer, or why there is none."""
        try:
            async with asyncio.timeout(deadline_s):
                return await self._exchange(body, deadline_s)
        except TimeoutError:
            return Lost(f"no complete answer within {deadline_s:g} s")
        except _NEVER_CONNECTED as error:
            return Lost(f"no connection: {type(error).__name__}", unsent=True)
        except (httpx.HTTPError, httpx.StreamError) as error:
            return Lost(f"connection lost: {type(error).__name__}")

    async def close(self) -> None:
        """Close the connections; a later `send` opens new ones."""
        client = self.__dict__.pop("_client", None)
        if isinstance(client, httpx.AsyncClient):
            await client.aclose()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._verification(),
            headers={"Content-Type": "application/json", "Accept-Encoding": "identity"},
            trust_env=False,
            follow_redirects=False,
            transport=self._transport,
        )

    def _verification(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._address.authority)

    async def _exchange(self, body: bytes, deadline_s: float) -> bytes | Lost:
        name = self._address.server_name
        request = self._client.build_request(
            "POST",
            self._address.url,
            content=body,
            timeout=httpx.Timeout(deadline_s, connect=CONNECT_S),
            extensions={"sni_hostname": name} if name else {},
        )
        response = await self._client.send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                return Lost("an encoded answer was not asked for")
            answer = bytearray()
            async for piece in response.aiter_raw():
                answer += piece
                if len(answer) > _LONGEST_ANSWER:
                    return Lost("the answer is too long")
        finally:
            await response.aclose()
        return bytes(answer) if response.is_success else Lost(f"HTTP {response.status_code}")
