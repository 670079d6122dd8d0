"""Serves the simulated gateway (and whatever else is given) by uvicorn in a thread of its own."""

import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute, Mount

from kiosk.clock import Clock
from kiosk.payments.sandbox.shell import Gateway, OriginForm

_OWN_NAMES = ("127.0.0.1", "localhost")  # a page elsewhere may call this machine by another name
_START_S = 10.0
_STOP_S = 5

KEEP_ALIVE_S = 75
"""How long a connection may rest, seconds: nginx's own default, as in front of the networks. Far beyond the
clients' 5 s: with equal times a request now and then met the hanging-up, and its order was undecided."""


class GatewayServer:
    """The simulated gateway on a port of this machine, a context manager.

    Args:
        state_dir: the gateway's own folder: its keys and its ledger, kept over restarts.
        kiosk_keys: the kiosk's payment folder, written to point here; None leaves it alone.
        port: 0 takes a free one; `url` tells which.
        extra_routes: other Starlette routes to serve beside the gateway's.

    Entering raises OSError if the port is taken and KeyUnusable if `kiosk_keys` names a live gateway.
    """

    def __init__(
        self,
        state_dir: Path,
        clock: Clock,
        *,
        kiosk_keys: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        extra_routes: Sequence[BaseRoute] = (),
    ) -> None:
        self._state_dir = state_dir
        self._clock = clock
        self._kiosk_keys = kiosk_keys
        self._address = (host, port)
        self._extra_routes = extra_routes
        self.url = ""

    def __enter__(self) -> Self:
        self._gateway = Gateway(self._state_dir, self._clock)
        self._socket = socket.create_server(self._address, reuse_port=False)
        # asyncio sets this only on sockets that name their protocol; accepted ones inherit it from here.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, port = self._socket.getsockname()[:2]
        self.url = f"http://{host}:{port}"
        try:
            if self._kiosk_keys is not None:
                self._gateway.write_kiosk_folder(self._kiosk_keys, self.url)
            self._start()
        except BaseException:
            self._socket.close()
            self._gateway.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self._gateway.close()

    def _start(self) -> None:
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[self._address[0], *_OWN_NAMES])
        testers = Mount("", routes=[*self._gateway.tester_routes(), *self._extra_routes], middleware=[hosts])
        app = OriginForm(Starlette(routes=[*self._gateway.network_routes(), testers]))
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,  # the shell dates answers by the gateway's clock
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=_STOP_S,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, name="payment-gateway", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(_START_S):
            raise OSError("the payment gateway did not start")

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
