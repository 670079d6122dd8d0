"""The sandbox server: gateway and authority behind one address of this machine, in a thread of its own."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from kiosk import resources
from kiosk.authority.sandbox.core import Place
from kiosk.authority.sandbox.desk import Desk
from kiosk.authority.sandbox.keys import make_keys
from kiosk.authority.sandbox.web import BASE, AuthoritySandbox
from kiosk.authority.settings import AuthoritySettingsInvalid
from kiosk.clock import Clock
from kiosk.domain.beijing import beijing_date
from kiosk.domain.catalogue import Catalogue, parse_catalogue
from kiosk.domain.specimens import parse_specimens
from kiosk.sandbox.start_page import start_page

_HOST = "127.0.0.1"
_START_SECONDS = 20.0
_STOP_SECONDS = 5


class SandboxNotStarted(Exception):
    """The server could not be started; the text says why."""


class SandboxServer:
    """A context manager: inside it the sandbox serves, and the kiosk's keys folders point at it.

    Everything is kept in ``STATE/sandbox`` and found again at the next start; the kiosk's side is written
    to ``STATE/keys/authority`` and ``STATE/keys/payments``.

    Args:
        state: the program's state folder.
        port: TCP port on 127.0.0.1; 0 lets the system choose.
        kiosk_id: the kiosk that the authority is to know.

    Raises:
        SandboxNotStarted: on entering, if the port is taken or the keys folders name live services.
    """

    def __init__(self, state: Path, clock: Clock, port: int = 0, kiosk_id: str = "GZ01") -> None:
        self._state = state
        self._clock = clock
        self._port = port
        self._kiosk_id = kiosk_id
        self._started = threading.Event()

    @property
    def url(self) -> str:
        """Return the address of the start page, without a slash at its end."""
        return self._url

    @property
    def desk(self) -> Desk:
        """Return what a tester may do to the authority; safe from any thread."""
        return self._authority.desk

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            listening = stack.enter_context(self._listen())
            self._url = f"http://{_HOST}:{listening.getsockname()[1]}"
            try:
                self._authority = stack.enter_context(closing(self._make_authority(_catalogue())))
            except AuthoritySettingsInvalid as error:
                raise SandboxNotStarted(str(error)) from error
            stack.enter_context(self._serving(listening))
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _listen(self) -> socket.socket:
        try:
            return socket.create_server((_HOST, self._port))
        except OSError as error:
            raise SandboxNotStarted(f"port {self._port} on {_HOST}: {error.strerror}") from error

    @contextmanager
    def _serving(self, listening: socket.socket) -> Iterator[None]:
        """Serve in a thread until the block is left."""
        server = uvicorn.Server(
            uvicorn.Config(
                self._application(),
                log_config=None,
                access_log=False,
                ws="none",
                timeout_graceful_shutdown=_STOP_SECONDS,
            )
        )
        thread = threading.Thread(target=server.run, args=([listening],), name="sandbox", daemon=True)
        thread.start()
        try:
            if not self._started.wait(_START_SECONDS):
                raise SandboxNotStarted("the server did not come up in time")
            yield
        finally:
            server.should_exit = True
            thread.join()

    def _make_authority(self, catalogue: Catalogue) -> AuthoritySandbox:
        folder = self._state / "sandbox" / "authority"
        city = catalogue.rules.city
        place = Place(city[:4], catalogue.city_name(city).zh)
        make_keys(self._state / "keys" / "authority", folder, self._url + BASE, self._kiosk_id, place)
        today = beijing_date(self._clock.now())
        specimens = parse_specimens(resources.text("specimens", "holders.toml"), catalogue, today)
        return AuthoritySandbox(folder, self._clock, catalogue, specimens)

    def _application(self) -> Starlette:
        routes = [Route("/", _start), *self._authority.routes()]
        # A page elsewhere in the browser must not reach the sandbox under a name of its own.
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[_HOST, "localhost"])
        return Starlette(routes=routes, middleware=[hosts], lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self._started.set()
        yield


async def _start(request: Request) -> Response:
    return HTMLResponse(start_page(request.query_params.get("lang", "zh")))


def _catalogue() -> Catalogue:
    names = ("kinds", "fees", "rules", "reasons", "failures", "cities")
    return parse_catalogue(**{name: resources.text("data", f"{name}.toml") for name in names})
