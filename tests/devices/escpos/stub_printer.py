"""A slip printer in the test's own loop: answers like one, prints with the decoder, fails on demand."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from tests.devices.escpos.decoder import (
    REAL_TIME,
    AutomaticStatus,
    ClearBuffers,
    Command,
    CounterQuestion,
    Cut,
    Decoder,
    Paper,
    Raster,
    RealTimeStatus,
    Recover,
    SensorQuestion,
)


class Cable(Protocol):
    """The printer's end of the line."""

    def send(self, content: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    def hang_up(self) -> None: ...


class StubPrinter:
    """The printer itself; `attach` plugs a cable in.

    Attributes:
        paper_left: raster commands until the paper ends, None for a full roll.
        cutter_jams: the next cut fails.
        answers: False for a printer that takes everything and says nothing.
        automatic: whether it reports changes by itself when asked to (GS a).
    """

    def __init__(self, work: Callable[[], Awaitable[None]], gate: Callable[[], bool] = lambda: True) -> None:
        self._work = work
        self._gate = gate
        self._resumed = asyncio.Event()
        self._printed = asyncio.Condition()
        self._mask = 0
        self._cable: Cable | None = None
        self.paper = Paper()
        self.paper_left: int | None = None
        self.near_end = False
        self.cover_open = False
        self.cutter_jams = False
        self.cutter_error = False
        self.hot = False
        self.answers = True
        self.automatic = True
        self.commands: list[Command] = []
        self.counters: dict[int, int] = {}
        self.counter_answer: bytes | None = None

    async def attach(self, cable: Cable) -> None:
        """Serve one cable until it is pulled."""
        self._cable = cable
        queue: asyncio.Queue[Command] = asyncio.Queue()
        printing = asyncio.get_running_loop().create_task(self._print(queue))
        decoder = Decoder()
        try:
            while self._gate() and (content := await cable.receive()) and self._gate():
                for command in decoder.feed(content):
                    self.commands.append(command)
                    if isinstance(command, REAL_TIME):
                        self._at_once(command, queue)
                    else:
                        queue.put_nowait(command)
        finally:
            printing.cancel()
            await asyncio.wait({printing})
            cable.hang_up()

    async def half_way(self) -> None:
        """Wait until some of a slip has come out."""
        async with self._printed:
            await self._printed.wait_for(lambda: len(self.paper.current.parts) >= 2)

    def changed(self) -> None:
        """Tell of a change that somebody made by hand: cover, roll."""
        self._resumed.set()
        self._report()

    def lose_line(self) -> None:
        assert self._cable is not None
        self._cable.hang_up()

    @property
    def _out(self) -> bool:
        return self.paper_left == 0

    @property
    def _stopped(self) -> bool:
        return self._out or self.cover_open or self.cutter_error

    def _at_once(self, command: Command, queue: "asyncio.Queue[Command]") -> None:
        match command:
            case RealTimeStatus(number):
                self._say(bytes([self._status(number)]))
            case Recover() | ClearBuffers():
                while not queue.empty():
                    queue.get_nowait()
                self.cutter_error = self.cutter_error and not isinstance(command, Recover)

    def _status(self, number: int) -> int:
        bits = {
            1: 0x08 * self._stopped,
            2: 0x04 * self.cover_open | 0x20 * self._out | 0x40 * self.cutter_error,
            3: 0x08 * self.cutter_error | 0x40 * self.hot,
            4: 0x0C * self.near_end | 0x60 * self._out,
        }
        return 0x12 | bits[number]

    async def _print(self, queue: "asyncio.Queue[Command]") -> None:
        while True:
            command = await queue.get()
            while self._stopped:
                self._resumed.clear()
                await self._resumed.wait()
            await self._carry_out(command)

    async def _carry_out(self, command: Command) -> None:
        match command:
            case AutomaticStatus(mask):
                self._mask = mask
                self._report()
            case CounterQuestion(number):
                self._say(self.counter_answer or b"_%d\x00" % self.counters.get(number, 0))
            case SensorQuestion():
                self._say(bytes([0x03 * self.near_end]))
            case Cut() if self.cutter_jams:
                self.cutter_jams, self.cutter_error = False, True
                self._report()
            case Raster():
                await self._work()
                self.paper.put(command)
                self._use_paper()
                async with self._printed:
                    self._printed.notify_all()
            case _:
                self.paper.put(command)

    def _use_paper(self) -> None:
        if self.paper_left is not None:
            self.paper_left = max(self.paper_left - 1, 0)
            if self._out:
                self._report()

    def _report(self) -> None:
        if self._mask and self.automatic:
            first = 0x10 | 0x08 * self._stopped | 0x20 * self.cover_open
            second = 0x08 * self.cutter_error | 0x40 * self.hot
            third = 0x03 * self.near_end | 0x0C * self._out
            self._say(bytes([first, second, third, 0]))

    def _say(self, content: bytes) -> None:
        if self.answers and self._cable is not None:
            self._cable.send(content)


class _Connection:
    """One TCP connection as a cable."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, content: bytes) -> None:
        self._writer.write(content)

    async def receive(self) -> bytes:
        try:
            return await self._reader.read(4096)
        except OSError:
            return b""

    def hang_up(self) -> None:
        self._writer.transport.abort()


class Attachable(Protocol):
    """Whatever can be at the far end of a cable."""

    async def attach(self, cable: Cable) -> None: ...


class Network:
    """Puts a printer on a port of loopback."""

    def __init__(self, printer: Attachable) -> None:
        self._printer = printer
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._serving):
            task.cancel()
        if self._serving:
            await asyncio.wait(self._serving)
        await asyncio.sleep(0)  # noqa: TID251 - aborted connections are closed in the loop's next turn

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        connection = _Connection(reader, writer)
        try:
            await self._printer.attach(connection)
        except asyncio.CancelledError:
            return  # the end of the test
        finally:
            connection.hang_up()
            self._serving.discard(serving)
