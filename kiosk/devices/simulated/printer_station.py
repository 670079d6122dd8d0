"""The simulated thermo-rewrite printer: a program of its own that understands the bytes of the protocol.

It listens on TCP and takes further cables, cuts the stream into commands, erases and writes the film of
the card under its head and tells its status truly from the mechanism's sensors. What it draws comes from
the received bytes, never from what anybody ordered.
"""

import asyncio
import socket
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from PIL import Image

from kiosk.devices.contracts import DeviceName
from kiosk.devices.easyprinter.protocol import PrinterStatus
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.films import Films
from kiosk.devices.simulated.mechanism import (
    IN_REACH,
    SENSORS,
    Mechanism,
    MechanismState,
    Pace,
    Picture,
    PrintPhase,
)
from kiosk.devices.simulated.printer_commands import (
    Command,
    CommandStream,
    DisplayText,
    EraseArea,
    NotUnderstood,
    PrintArea,
    RasterRow,
    Simple,
    StartPosition,
)
from kiosk.devices.simulated.printer_drawing import Job, marked, misprint, pale
from kiosk.tasks import Tasks, let_go

HALF_COMMAND_S = 5.0
"""How long the rest of a begun command is awaited, seconds."""

FIRMWARE_ANSWER = b"EasyPrinter S3 simulated 1.0\r"
SERIAL_ANSWER = b"SIM000001\r"

_GARBAGE = b"\xc3\x28\xff\x00!!"
_CHUNK = 4096
_SLICES = 20
_LASTING = ("error_bit", "cover_open", "film_station_down")

_log = structlog.get_logger()


class _HungUp(Exception):
    """This connection is to be cut, as a pulled cable cuts it."""


class Cable(Protocol):
    """The printer's end of one cable."""

    async def receive(self) -> bytes:
        """Return what came, empty once the cable is pulled; may raise OSError."""

    async def send(self, content: bytes) -> None:
        """Send; may raise OSError."""

    def hang_up(self) -> None:
        """Cut the connection, which a serial cable does not have."""

    def lose(self) -> None:
        """Be pulled out."""


class _Connection:
    """One TCP connection as a cable."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def receive(self) -> bytes:
        return await self._reader.read(_CHUNK)

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    def hang_up(self) -> None:
        self._writer.transport.abort()

    lose = hang_up


@dataclass(slots=True)
class _Client:
    """One connection: its half-finished job, and the printing it started and was not told of yet."""

    cable: Cable
    stream: CommandStream = field(default_factory=CommandStream)
    job: Job = field(default_factory=Job)
    owed_printing: bool = False


class PrinterStation:
    """The printer. Its port is known from the start; it answers between `start` and `close`.

    A real print takes half a minute and no poll can miss it. At a pace without delays the station
    therefore says "printing" at least once to the connection that sent the job.
    """

    def __init__(
        self,
        mechanism: Mechanism,
        faults: Faults,
        films: Films,
        pace: Pace,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._mechanism = mechanism
        self._faults = faults
        self._films = films
        self._pace = pace
        self._socket = socket.create_server((host, port))
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._tasks = Tasks()
        self._work: asyncio.Task[None] | None = None
        self._boot: asyncio.Task[None] | None = None

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    async def start(self) -> None:
        """Begin to answer. A print that an earlier end of this program broke off shows as an error."""
        if self._mechanism.state().print_phase is PrintPhase.PRINTING:
            self._mechanism.mark_print(PrintPhase.BROKEN_OFF)
        self._server = await asyncio.start_server(self._connected, sock=self._socket)

    async def close(self) -> None:
        """Switch the printer off, whatever it is doing."""
        if self._server is None:
            self._socket.close()
            return
        self._server.close()
        await let_go(*self._handlers)
        await self._tasks.end()
        self._server = None

    async def attach(self, cable: Cable) -> None:
        """Serve one cable until it is hung up or the printer is switched off."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._handlers.add(task)
        try:
            await self._serve(_Client(cable))
        except (_HungUp, OSError):
            pass
        except NotUnderstood as error:
            _log.warning("printer_line_not_understood", why=str(error))
        finally:
            cable.hang_up()
            self._handlers.discard(task)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.attach(_Connection(reader, writer))

    async def _serve(self, client: _Client) -> None:
        while True:
            patience = HALF_COMMAND_S if client.stream.pending else None
            try:
                async with asyncio.timeout(patience):
                    chunk = await client.cable.receive()
            except TimeoutError as error:
                raise NotUnderstood("a command broke off") from error
            if not chunk or _runs(self._boot) or self._strikes("offline"):
                raise _HungUp
            for command in client.stream.feed(chunk):
                await self._obey(client, command)

    async def _obey(self, client: _Client, command: Command) -> None:
        match command:
            case PrintArea() | EraseArea() | StartPosition() | RasterRow():
                if self._strikes("line_lost_before_print"):
                    raise _HungUp
                client.job.add(command)
            case Simple("status"):
                await self._answer(client, bytes((self._status(client).encoded,)))
            case Simple("firmware"):
                await self._answer(client, FIRMWARE_ANSWER)
            case Simple("serial_number"):
                await self._answer(client, SERIAL_ANSWER)
            case Simple("turn_card"):
                client.job.turned = True
            case Simple("print"):
                self._begin(client)
            case Simple("feed_front"):
                self._mechanism.shift(Picture.AT_PRINT, only_from=frozenset({Picture.AT_ENTRY}))
            case Simple("eject"):
                self._eject()
            case Simple("reboot"):
                await self._reboot()
            case Simple() | DisplayText():
                pass  # its display, and feeding that is not under way: nothing to be seen from outside

    async def _answer(self, client: _Client, answer: bytes) -> None:
        if self._strikes("mute"):
            return
        await client.cable.send(_GARBAGE if self._strikes("garbage") else answer)

    def _status(self, client: _Client) -> PrinterStatus:
        state = self._mechanism.state()
        sensors = SENSORS[state.picture]
        owed, client.owed_printing = client.owed_printing, False
        error = self._in_error(state)
        at_head = state.picture is Picture.AT_PRINT
        printing = not error and (owed or state.print_phase is PrintPhase.PRINTING)
        return PrinterStatus(
            sensor_head=sensors.head,
            sensor_front=state.picture in IN_REACH,
            at_head=at_head,
            printing=printing,
            printed=not printing and state.print_phase is PrintPhase.PRINTED,
            at_peripheral=state.picture is Picture.AT_CHIP,
            error=error,
        )

    def _in_error(self, state: MechanismState) -> bool:
        nobody_prints = state.print_phase is PrintPhase.PRINTING and not _runs(self._work)
        broken = state.print_phase is PrintPhase.BROKEN_OFF or state.picture is Picture.JAMMED
        return broken or nobody_prints or self._down()

    def _down(self) -> bool:
        return any(self._faults.armed(DeviceName.PRINTER, name) for name in _LASTING)

    def _begin(self, client: _Client) -> None:
        """Start the job that lies ready; where that cannot be, nothing happens, as nothing is answered."""
        job, client.job = client.job, Job()
        state = self._mechanism.state()
        if self._in_error(state) or state.print_phase is PrintPhase.PRINTING or job.empty:
            return
        if state.card is None or state.picture is not Picture.AT_PRINT:
            return
        if self._work is not None:
            self._work.cancel()  # it belonged to a card that was pulled from under the head
        client.owed_printing = True
        self._mechanism.mark_print(PrintPhase.PRINTING)
        self._work = self._tasks.start(self._make(client, job, state.card))

    async def _make(self, client: _Client, job: Job, card: str) -> None:
        """Print; where the films' own disk takes no more, the print has broken off."""
        try:
            await self._erase_and_write(client, job, card)
        except OSError as error:
            _log.error("the simulated film cannot be kept", why=error.strerror)

    async def _erase_and_write(self, client: _Client, job: Job, card: str) -> None:
        """Erase and write. Each half is seen on the film when it is done, and not before."""
        if self._strikes("line_lost_during_print"):
            client.cable.lose()
        if not await self._heat(self._pace.times.erase, card):
            return
        self._films.save(card, job.erased(self._films.load(card)))
        if self._strikes("power_lost_during_print"):
            client.cable.lose()
            self._mechanism.mark_print(PrintPhase.BROKEN_OFF)
            return
        if self._strikes("jam"):
            self._mechanism.shift(Picture.JAMMED, only_from=frozenset({Picture.AT_PRINT}))
        if not await self._heat(self._pace.times.write, card):
            return
        self._films.save(card, self._write(job, card))
        self._films.rewritten(card)
        self._mechanism.mark_print(PrintPhase.PRINTED if job.rows else PrintPhase.IDLE)

    def _write(self, job: Job, card: str) -> Image.Image:
        film, ink = self._films.load(card), job.ink()
        if self._strikes("blank_print"):
            return film
        if self._strikes("wrong_print"):
            return marked(film, misprint(ink))
        return marked(film, pale(ink) if self._films.worn(card) else ink)

    async def _heat(self, seconds: float, card: str) -> bool:
        """Let the head work for a time; False as soon as the card is gone or something breaks."""
        for _ in range(_SLICES):
            await self._pace.spend(seconds / _SLICES)
            state = self._mechanism.state()
            if state.card != card or state.print_phase is not PrintPhase.PRINTING:
                return False  # pulled out, perhaps put in again: that is another card's visit
            if self._down() or self._strikes("error_midway"):
                self._mechanism.mark_print(PrintPhase.BROKEN_OFF)
                return False
        return True

    def _eject(self) -> None:
        if self._mechanism.state().print_phase is not PrintPhase.PRINTING:
            self._mechanism.shift(Picture.AT_EXIT, only_from=frozenset({Picture.AT_PRINT, Picture.AT_CHIP}))

    async def _reboot(self) -> None:
        """Start afresh: a running print breaks off, and nobody is answered until it is up again."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait({self._work})
        self._boot = self._tasks.start(self._come_up())
        raise _HungUp

    async def _come_up(self) -> None:
        await self._pace.spend(self._pace.times.reboot)
        self._mechanism.mark_print(PrintPhase.IDLE)
        for fault in _LASTING:
            self._strikes(fault)  # one that was armed once does not outlive a restart

    def _strikes(self, fault: str) -> bool:
        return self._faults.take(DeviceName.PRINTER, fault)


def _runs(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()
