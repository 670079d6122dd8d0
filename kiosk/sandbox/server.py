"""The sandbox server: gateway and authority behind one address of this machine, in a thread of its own."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from kiosk.authority.sandbox.core import Place
from kiosk.authority.sandbox.desk import Desk
from kiosk.authority.sandbox.keys import make_keys
from kiosk.authority.sandbox.web import BASE, AuthoritySandbox
from kiosk.authority.settings import AuthoritySettingsInvalid
from kiosk.clock import Clock
from kiosk.payments.keyfiles import KeyUnusable
from kiosk.payments.sandbox.server import GatewayServer
from kiosk.sandbox.start_page import start_page
from kiosk.shipped import load_catalogue, load_specimens

_HOST = "127.0.0.1"


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
        SandboxNotStarted: on entering, if the port is taken or a keys folder names a live service.
    """

    def __init__(self, state: Path, clock: Clock, port: int = 0, kiosk_id: str = "GZ01") -> None:
        self._state = state
        self._clock = clock
        self._port = port
        self._kiosk_id = kiosk_id

    @property
    def url(self) -> str:
        """Return the address of the start page and of the gateway, without a slash at its end."""
        return self._gateway.url

    @property
    def phone_page(self) -> str:
        """Return the address of the payer's phone."""
        return f"{self.url}/pay"

    @property
    def authority_page(self) -> str:
        """Return the address of the tester's page of the authority."""
        return self.url + BASE

    @property
    def desk(self) -> Desk:
        """Return what a tester may do to the authority; safe from any thread."""
        return self._authority.desk

    def __enter__(self) -> Self:
        try:
            with ExitStack() as stack:
                self._enter(stack)
                self._open = stack.pop_all()
        except OSError as error:
            where = f"port {self._port} on {_HOST}, state in {self._state}"
            raise SandboxNotStarted(f"{error.strerror or error} ({where})") from error
        except (AuthoritySettingsInvalid, KeyUnusable) as error:
            raise SandboxNotStarted(str(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _enter(self, stack: ExitStack) -> None:
        catalogue, keys, kept = load_catalogue(), self._state / "keys", self._state / "sandbox"
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        specimens = load_specimens(self._clock.now())
        authority = AuthoritySandbox(kept / "authority", self._clock, catalogue, specimens)
        self._authority = stack.enter_context(closing(authority))
        gateway = GatewayServer(
            kept / "payments",
            self._clock,
            kiosk_keys=keys / "payments",
            host=_HOST,
            port=self._port,
            extra_routes=_routes(authority),
        )
        self._gateway = stack.enter_context(gateway)
        city = catalogue.rules.city
        place = Place(city[:4], catalogue.city_name(city).zh)
        make_keys(keys / "authority", kept / "authority", self.authority_page, self._kiosk_id, place)


def _routes(authority: AuthoritySandbox) -> Sequence[BaseRoute]:
    """Return start page and authority, deaf to pages elsewhere that call this machine by another name."""
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[_HOST, "localhost"])
    return [Mount("", routes=[Route("/", _start), *authority.routes()], middleware=[hosts])]


async def _start(request: Request) -> Response:
    return HTMLResponse(start_page(request.query_params.get("lang", "zh")))
