"""The kiosk's own door for notifications: one small HTTP/1.1 server on the runtime's loop.

It stands on this machine's loopback unless told otherwise; what makes ``https://…/notice/…`` of it stands in
front (docs/payments.md, Notifications). Everything is bounded: connections, header, body and time; each
connection gives one answer.
"""

import asyncio
import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import h11
import structlog

from kiosk.payments.notifications import LONGEST_BODY, NoticeAnswer, NoticeDesk
from kiosk.tasks import Tasks

LONGEST_HEADER = 16 * 1024
MOST_CONNECTIONS = 16
TIME_S = 10.0
"""For a whole request and its answer, seconds."""

_PIECE = 8 * 1024
_log = structlog.get_logger()


class NoticeServer:
    """An async context manager: inside it, the socket is served.

    Args:
        listening: a bound socket; closed in the end.
        time_s: for a whole request and its answer, seconds.
    """

    def __init__(self, desk: NoticeDesk, listening: socket.socket, *, time_s: float = TIME_S) -> None:
        self._desk = desk
        self._socket = listening
        self._time_s = time_s
        self._open = Tasks()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, sock=self._socket)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._open.end()
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._open.start(self._serve(reader, writer), "notification")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._time_s):
                await _Conversation(self._desk, reader, writer).run()
                writer.close()
                await writer.wait_closed()
        except (TimeoutError, OSError):
            _log.info("a notification broke off")
        finally:
            writer.transport.abort()  # nothing where it is closed already


class _Conversation:
    """One request and its answer."""

    def __init__(self, desk: NoticeDesk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._desk = desk
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEADER)

    async def run(self) -> None:
        try:
            answer = await self._answer()
        except h11.RemoteProtocolError as error:
            answer = NoticeAnswer(error.error_status_hint)
        if answer is not None and self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            await self._send(answer)

    async def _answer(self) -> NoticeAnswer | None:
        """Read the request to its end; None where the other side just leaves."""
        request, body = None, bytearray()
        while True:
            event = await self._next()
            match event:
                case h11.Request():
                    request = event
                case h11.Data():
                    body += event.data
                    if len(body) > LONGEST_BODY:
                        return NoticeAnswer(413)
                case h11.EndOfMessage() if request is not None:
                    return await self._taken(request, bytes(body))
                case _:
                    return None

    async def _next(self) -> object:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                self._writer.write(self._http.send(go_on) or b"")
            self._http.receive_data(await self._reader.read(_PIECE))

    async def _taken(self, request: h11.Request, body: bytes) -> NoticeAnswer:
        if request.method != b"POST":
            return NoticeAnswer(405, headers={"Allow": "POST"})
        path = request.target.partition(b"?")[0].decode("latin-1")
        headers: Mapping[str, str] = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers
        }
        return await self._desk.receive(path, headers, body)

    async def _send(self, answer: NoticeAnswer) -> None:
        headers = [*answer.headers.items(), ("Connection", "close")]
        if answer.status != 204:
            headers.append(("Content-Length", str(len(answer.body))))
        start = h11.Response(status_code=answer.status, headers=headers)
        for event in (start, h11.Data(data=answer.body), h11.EndOfMessage()):
            self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()
