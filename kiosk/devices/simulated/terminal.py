"""The simulated card terminal: a program of its own behind HTTP, strict as the real one, with a window."""

import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kiosk.clock import Clock
from kiosk.devices.payment_contracts import CARD_TERMINAL
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.simulated.terminal_core import TerminalCore
from kiosk.devices.simulated.terminal_protocol import BadMessage, TerminalProtocol, Working
from kiosk.devices.simulated.terminal_window import TerminalWindow
from kiosk.devices.simulated.watch import Watch
from kiosk.devices.terminal.blob import BlobKey, NotGenuine, seal, unseal
from kiosk.devices.terminal.json_text import Document, encode, object_of, parse
from kiosk.devices.terminal.messages import REQUEST

POI_ID = "SIM-000001"
"""The terminal's own name in every message header."""

_HOST = "127.0.0.1"
_LONGEST_REQUEST = 64 * 1024
_START_S = 10.0
_STOP_S = 1

KEEP_ALIVE_S = 75
"""How long a connection may rest, seconds. Not the 5 s after which the driver lets one go: a request that
meets the hanging-up is one whose answer is lost."""


class SimulatedTerminal:
    """The terminal and its faults, as an ASGI application; `SimulatedTerminalServer` puts it on a port.

    Args:
        folder: the terminal's own folder; what it promised is found there after a restart.
        faults: where faults are armed, also by the window; not in `folder`.
        key: the shared key of protected messages; with one, nothing plain is answered.
        pace: 1.0 lets the acquirer take its true time, 0 none.
    """

    def __init__(
        self,
        folder: Path,
        faults: Faults,
        clock: Clock,
        *,
        key: BlobKey | None = None,
        pace: float = 1.0,
    ) -> None:
        state = StateFolder(folder)
        self.core = TerminalCore(state, faults, clock, pace)
        self._faults = faults
        self._clock = clock
        self._key = key
        self._protocol = TerminalProtocol(self.core, faults, POI_ID)
        self._watch = Watch(clock, self.core.book)
        state.changed = self._watch.poke
        window = TerminalWindow(self.core, faults, self._watch.poke)
        self.app = Starlette(
            routes=[Route("/nexo", self._nexo, methods=["POST"]), *window.routes()],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[_HOST, "localhost", "terminal"])],
            lifespan=self._powered,
        )

    @asynccontextmanager
    async def powered(self) -> AsyncIterator[None]:
        """Switch the terminal on in the running loop; what was not approved before never will be."""
        self.core.power_up()
        await self._watch.start()
        try:
            yield
        finally:
            await self._watch.close()

    @asynccontextmanager
    async def _powered(self, _: Starlette) -> AsyncIterator[None]:
        async with self.powered():
            yield

    async def _nexo(self, request: Request) -> Response:
        if self._faults.take(CARD_TERMINAL, "offline"):
            return _HungUp()
        body = await _read(request)
        message = None if body is None else self._opened(body)
        if message is None:
            return Response(status_code=400)
        try:
            received = self._protocol.receive(message, self._clock.now())
        except BadMessage:
            return Response(status_code=400)
        if isinstance(received, Working):
            received = await self._finish(received)
        if _moves_money(message) and self._faults.take(CARD_TERMINAL, "lose_answer"):
            return _HungUp()
        if self._faults.take(CARD_TERMINAL, "garbage"):
            return Response(b'{"SaleToPOIResponse":[null', media_type="application/json")
        if received is None:
            return Response(status_code=200)
        sealed = received if self._key is None else seal(received, self._key)
        return Response(encode(sealed), media_type="application/json")

    async def _finish(self, working: Working) -> Document:
        """Wait until the payer is through."""
        found: list[Document] = []

        def done() -> bool:
            answer = self._protocol.finished(working)
            found.extend([] if answer is None else [answer])
            return bool(found)

        await self._watch.until(done)
        return found[0]

    def _opened(self, body: bytes) -> Document | None:
        """Return the request out of its blob; None for what the shared key did not make."""
        document = parse(body)
        if document is not None and self._key is not None:
            try:
                document = parse(unseal(document, REQUEST, self._key))
            except NotGenuine:
                return None
        return None if document is None else object_of(document, REQUEST)


def _moves_money(message: Document) -> bool:
    """Tell whether an answer's loss leaves the kiosk in doubt about money."""
    return not {"PaymentRequest", "ReversalRequest"}.isdisjoint(message)


class _HungUp(Response):
    """A connection broken off: headers promise a body that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        headers = [(b"content-length", b"1000"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > _LONGEST_REQUEST:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


class SimulatedTerminalServer:
    """A context manager: inside it the terminal answers on a port of this machine, in its own thread.

    Args:
        port: TCP port on 127.0.0.1; 0 lets the system choose.
    """

    def __init__(self, terminal: SimulatedTerminal, port: int = 0) -> None:
        self.terminal = terminal
        self._port = port

    @property
    def window(self) -> str:
        """Return the address of the terminal's window."""
        return f"http://{_HOST}:{self._port}/"

    @property
    def url(self) -> str:
        """Return the address that the driver talks to."""
        return f"{self.window}nexo"

    def __enter__(self) -> Self:
        listening = socket.create_server((_HOST, self._port))
        self._port = listening.getsockname()[1]
        config = uvicorn.Config(
            self.terminal.app,
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=_STOP_S,
        )
        self._server = _Server(config)
        self._socket = listening
        self._thread = threading.Thread(target=self._run, name="simulated-terminal", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(_START_S):
            listening.close()
            raise OSError("the simulated terminal did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
