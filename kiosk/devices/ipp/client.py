"""One question to an IPP printer over HTTP (RFC 8010 section 4), with bounded answers and time."""

import asyncio
import ssl
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import httpx

from kiosk.devices.ipp.encoding import LARGEST, Garbled, Message, decode, encode

ANSWER_S = 5.0
"""How long the printer may be silent in one exchange, seconds."""

EXCHANGE_S = 10.0
"""How long a question and its whole answer may take, seconds, however the printer spreads its bytes; a
document takes as long as the line needs, and its sender's deadline bounds it."""

_PORT = 631
_HTTP = {"ipp": "http", "ipps": "https"}


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection: the printer cannot have seen the request."""

    detail: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request may have arrived; nothing sensible came back."""

    detail: str


Answer = Message | NotSent | NoAnswer


class IppClient:
    """Talks to one printer.

    Args:
        uri: ``ipp://host[:port]/path`` or ``ipps://`` for TLS; ValueError for anything else.
        trust: the certificates that ``ipps`` is checked against; the system's own if None.
    """

    def __init__(self, uri: str, trust: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(uri)
        if parts.scheme not in _HTTP or not parts.hostname or parts.username is not None:
            raise ValueError("a printer's address is ipp://host/path or ipps://host/path")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        path = parts.path or "/"
        self.uri = uri
        self._url = urlunsplit((_HTTP[parts.scheme], f"{host}:{parts.port or _PORT}", path, "", ""))
        self._ids = count(1)
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(ANSWER_S),
            verify=trust
            or parts.scheme == "ipps",  # plain lines need no authorities: they take 23 ms to load
            trust_env=False,
            follow_redirects=False,
            headers={"Content-Type": "application/ipp", "Accept-Encoding": "identity"},
        )

    def next_id(self) -> int:
        """Return a fresh request-id, 1 to 2^31 - 1 (RFC 8011 section 4.1.2)."""
        return next(self._ids) % 0x7FFFFFFF or 1

    async def ask(self, request: Message) -> Answer:
        """Send one request and return the answer to it."""
        try:
            async with asyncio.timeout(None if request.document else EXCHANGE_S):
                content = await self._exchange(request)
        except TimeoutError:
            return NoAnswer(f"no whole answer within {EXCHANGE_S:g} s")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return NotSent(f"no connection ({type(error).__name__})")
        except httpx.HTTPError as error:
            return NoAnswer(f"no answer ({type(error).__name__})")
        if isinstance(content, NoAnswer):
            return content
        answer = decode(content) if content is not None else Garbled("longer than any message")
        if isinstance(answer, Garbled):
            return NoAnswer(f"nonsense: {answer.detail}")
        if answer.request_id != request.request_id:
            return NoAnswer("an answer to another request")
        return answer

    async def _exchange(self, request: Message) -> bytes | NoAnswer | None:
        """Return the body of the answer, None where it is longer than any message."""
        async with self._http.stream("POST", self._url, content=encode(request)) as response:
            if response.status_code != httpx.codes.OK:
                return NoAnswer(f"HTTP status {response.status_code}")
            async with asyncio.timeout(EXCHANGE_S):
                return await _bounded(response)

    async def close(self) -> None:
        await self._http.aclose()


async def _bounded(response: httpx.Response) -> bytes | None:
    """Return the whole body, None where it is longer than any message."""
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > LARGEST:
            return None
    return bytes(content)
