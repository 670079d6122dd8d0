"""A simulated terminal in virtual time with its driver, without sockets; and the payer in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from kiosk.devices.payment_contracts import CARD_TERMINAL
from kiosk.devices.simulated.faults import FaultMode, Faults
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.simulated.terminal import POI_ID, SimulatedTerminal
from kiosk.devices.terminal.blob import BlobKey
from kiosk.devices.terminal.driver import NexoTerminal, Parties
from kiosk.devices.terminal.line import TerminalAddress, TerminalLine
from kiosk.domain.card_payment import CardSale
from kiosk.domain.money import Fen
from tests.support.virtual_time import START, VirtualClock

KEY = BlobKey("kiosk", 1, "correct horse battery staple")
PARTIES = Parties("GZ01", POI_ID)
ADDRESS = TerminalAddress("http://terminal/nexo")
SALE = CardSale("KGZ0120260601160000000001", Fen(1500), START)


class Cable(httpx.ASGITransport):
    """The cable to an application of this process: it remembers every byte and can be pulled.

    With `hold`, answers that have not come yet never will, and no end is told. With `straggle`, a payment
    is lost to the kiosk at once and arrives at the terminal that many seconds later.
    """

    def __init__(self, terminal: SimulatedTerminal) -> None:
        super().__init__(terminal.app)
        self.pulled = False
        self.hold = False
        self.straggle = 0.0
        self._stragglers: list[asyncio.Task[httpx.Response]] = []
        self.seen: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.pulled:
            raise httpx.ConnectError("pulled")
        content = await request.aread()
        self.seen.append(content)
        if self.straggle and b'"Payment"' in content and b"TransactionStatus" not in content:
            self._stragglers.append(asyncio.ensure_future(self._later(request)))
            raise httpx.ReadError("lost on the way")
        held_before = self.hold
        try:
            response = await super().handle_async_request(request)
        except AssertionError as error:  # the application broke the answer off
            raise httpx.RemoteProtocolError("hung up") from error
        if self.hold and not held_before:
            await asyncio.Event().wait()
        body = await response.aread()
        self.seen.append(body)
        return httpx.Response(response.status_code, headers=response.headers, stream=_Once(body))

    async def _later(self, request: httpx.Request) -> httpx.Response:
        await VirtualClock().sleep(self.straggle)
        return await super().handle_async_request(request)


class _Once(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


@dataclass
class TerminalBench:
    """Everything a test touches."""

    clock: VirtualClock
    terminal: SimulatedTerminal
    faults: Faults
    cable: Cable
    line: TerminalLine
    driver: NexoTerminal

    def arm(self, name: str, mode: FaultMode = FaultMode.ONCE) -> None:
        self.faults.arm(CARD_TERMINAL, name, mode)

    def clear(self) -> None:
        self.faults.clear(CARD_TERMINAL)

    async def waiting(self) -> None:
        """Let time pass until the terminal waits for the payer."""
        while self.terminal.core.book().under_way() is None:
            await self.clock.sleep(0.1)

    async def pass_time(self, seconds: float) -> None:
        await self.clock.sleep(timedelta(seconds=seconds).total_seconds())


@asynccontextmanager
async def terminal_bench(
    state: Path, *, key: BlobKey | None = KEY, kiosk_key: BlobKey | None = None, pace: float = 1.0
) -> AsyncIterator[TerminalBench]:
    """Switch a terminal on over a state folder; what an earlier one left there is found.

    `kiosk_key` is the key in the kiosk's settings where it is not the terminal's.
    """
    clock = VirtualClock()
    faults = Faults(StateFolder(state / "devices"))
    terminal = SimulatedTerminal(state / "devices" / "terminal", faults, clock, key=key, pace=pace)
    cable = Cable(terminal)
    line = TerminalLine(ADDRESS, cable)
    driver = NexoTerminal(line, clock, PARTIES, key=kiosk_key or key, simulated=True)
    async with terminal.powered():
        yield TerminalBench(clock, terminal, faults, cable, line, driver)
        await driver.close()
