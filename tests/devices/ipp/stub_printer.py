"""An IPP printer inside the test's own loop: for virtual time, and for answers no decent printer gives."""

import asyncio
from collections.abc import Awaitable, Callable

from kiosk.devices.ipp.encoding import Attribute, Group, GroupTag, Message, Tag, Value, decode, encode
from kiosk.devices.ipp.messages import JobState, Operation, PrinterState, Status

_SUCCESS = "job-completed-successfully"


def keyword(name: str, *texts: str) -> Attribute:
    return Attribute(name, tuple(Value(Tag.KEYWORD, text) for text in texts))


def integer(name: str, number: int, tag: Tag = Tag.INTEGER) -> Attribute:
    return Attribute(name, (Value(tag, number),))


def text(name: str, content: str, tag: Tag = Tag.URI) -> Attribute:
    return Attribute(name, (Value(tag, content),))


class StubPrinter:
    """Takes one job at a time, like ippeveprinter.

    Args:
        work: what happens between taking a job and its last page.
        gate: asked before every request; False drops the connection.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], gate: Callable[[], bool] = lambda: True) -> None:
        self._work = work
        self._gate = gate
        self._server: asyncio.Server | None = None
        self._jobs: dict[int, tuple[str, JobState]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.nonsense: bytes | None = None
        """A whole HTTP answer instead of any sensible one."""
        self.printed: list[bytes] = []

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"ipp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ipp/print"

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await asyncio.sleep(0)  # noqa: TID251 - aborted connections are closed in the loop's next turn

    def forget(self) -> None:
        """Lose power and come back: every job is gone."""
        self._jobs.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.current_task()
        assert serving is not None
        self._tasks.add(serving)
        serving.add_done_callback(self._tasks.discard)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            return  # the other side has gone
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while self._gate():
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next(
                int(row.split(":")[1]) for row in head.splitlines() if row.startswith("content-length")
            )
            body = await reader.readexactly(length)
            answer = self.nonsense if self.nonsense is not None else self._answer(body)
            if not self._gate():
                break
            writer.write(answer)
            await writer.drain()

    def _answer(self, body: bytes) -> bytes:
        request = decode(body)
        assert isinstance(request, Message), request
        content = encode(self._carried_out(request))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {len(content)}\r\n\r\n"
        return head.encode() + content

    def _carried_out(self, request: Message) -> Message:
        asked = {attribute.name: attribute.values[0].content for attribute in request.groups[0].attributes}
        match request.code:
            case Operation.GET_PRINTER_ATTRIBUTES:
                return _message(request, Status.OK, Group(GroupTag.PRINTER, self._attributes()))
            case Operation.VALIDATE_JOB:
                return _message(request, Status.OK)
            case Operation.PRINT_JOB if self._busy:
                return _message(request, Status.BUSY)
            case Operation.PRINT_JOB:
                number = self._take(str(asked["job-name"]), request.document)
                return _message(request, Status.OK, self._job(number))
            case Operation.GET_JOBS:
                return _message(request, Status.OK, *(self._job(number) for number in self._jobs))
            case Operation.GET_JOB_ATTRIBUTES if asked["job-id"] in self._jobs:
                return _message(request, Status.OK, self._job(int(asked["job-id"])))
            case Operation.CANCEL_JOB if asked["job-id"] in self._jobs:
                return _message(request, Status.OK)
            case _:
                return _message(request, Status.NOT_FOUND)

    @property
    def _busy(self) -> bool:
        return any(state is JobState.PROCESSING for _, state in self._jobs.values())

    def _attributes(self) -> tuple[Attribute, ...]:
        state = PrinterState.PROCESSING if self._busy else PrinterState.IDLE
        return (
            integer("printer-state", state, Tag.ENUM),
            keyword("printer-state-reasons", "none"),
            text("printer-uuid", "urn:uuid:printer"),
            integer("queued-job-count", int(self._busy)),
        )

    def _take(self, name: str, pdf: bytes) -> int:
        number = len(self._jobs) + 1
        self._jobs[number] = (name, JobState.PROCESSING)
        task = asyncio.get_running_loop().create_task(self._print(number, name, pdf))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return number

    async def _print(self, number: int, name: str, pdf: bytes) -> None:
        await self._work()
        if number in self._jobs:
            self._jobs[number] = (name, JobState.COMPLETED)
            self.printed.append(pdf)

    def _job(self, number: int) -> Group:
        name, state = self._jobs[number]
        ended = state is JobState.COMPLETED
        attributes = (
            integer("job-id", number),
            text("job-uuid", f"urn:uuid:{name}"),
            text("job-name", name, Tag.NAME),
            integer("job-state", state, Tag.ENUM),
            keyword("job-state-reasons", _SUCCESS if ended else "job-printing"),
            integer("job-impressions-completed", int(ended)),
        )
        return Group(GroupTag.JOB, attributes)


def _message(request: Message, status: Status, *groups: Group) -> Message:
    first = Group(GroupTag.OPERATION, (text("attributes-charset", "utf-8", Tag.CHARSET),))
    return Message(status, request.request_id, (first, *groups))
