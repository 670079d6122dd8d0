"""Staff's desk beside the running kiosk: what needs no card is done by the machine that serves.

Two programs cannot write one journal. So the kiosk listens at a Unix socket in its state folder, which only
its own user may open; one line of JSON asks for one deed, one line answers. What needs a card needs the
station too: the service is stopped for it.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from kiosk.diagnostics.case_words import failure
from kiosk.diagnostics.cases import Case, read_case
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.domain.text import Text
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.outside import Outside
from kiosk.runtime.snapshot import Service
from kiosk.tasks import Tasks
from kiosk.visit.casework import CaseAction

SOCKET = "desk.sock"
"""Name of the socket in the state folder."""

NEEDS_THE_CARD = frozenset({CaseAction.INSPECT, CaseAction.REPRINT})
LONGEST_ANSWER_S = 600.0
"""How long a deed can take, seconds: networks and authority are asked patiently."""

_LONGEST_LINE = 64 * 1024
_LONGEST_ASKING_S = 10.0
_KNOCK_S = 1.0
_NOT_YET = frozenset({Service.STARTING, Service.RECOVERING})
_CONVERTER = make_converter()
_log = structlog.get_logger()


_CARD_NEEDED = Text(
    "此项需要放入证件，而卡位正由运行中的程序使用", "the card is needed for it, and the kiosk has the station"
)
_NOT_READY = Text("本机正在准备，请稍后再试", "the machine is getting ready: try again in a moment")
_STARTS_ANEW = Text(
    "；本机将重新启动，继续已开始的处理", ": the machine starts anew and goes on with what was begun"
)
_LATE = Text("未及时收到请求", "no request came in time")
_NO_REQUEST = Text("这不是请求", "that is no request")
_TAKES_NO_WORK = Text("它不受理问题", "it takes no work on cases")
_NO_ANSWER = Text(
    "它没有答复：请用 kiosk case show 查看已做了什么",
    "it has not answered: look with `kiosk case show` what was done",
)


class DeskClosed(Exception):
    """Nobody answers at the desk; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Request:
    """What staff want done about one case."""

    number: str
    order: Order


@dataclass(frozen=True, slots=True)
class Answer:
    """The case as it stands after the deed, or why it was not done."""

    case: Case | None = None
    refused: Text = Text("", "")  # noqa: RUF009 - an immutable value


@contextlib.asynccontextmanager
async def desk(kiosk: Kiosk, outside: Outside, journal: Journal, folder: Path) -> AsyncIterator[None]:
    """Keep the desk open. Where the socket cannot be made, cases wait until the kiosk is stopped."""
    clerk, path = _Clerk(kiosk, outside, journal), folder / SOCKET
    try:
        server = await asyncio.start_unix_server(clerk.welcome, path, limit=_LONGEST_LINE)
    except OSError as error:
        _log.warning("no desk for staff beside the kiosk", why=error.strerror or str(error))
        yield
        return
    try:
        path.chmod(0o600)
        yield
    finally:
        server.close()
        await clerk.leave()
        path.unlink(missing_ok=True)


class _Clerk:
    """Attends to one request after the other."""

    def __init__(self, kiosk: Kiosk, outside: Outside, journal: Journal) -> None:
        self._kiosk, self._outside, self._journal = kiosk, outside, journal
        self._turn = asyncio.Lock()
        self._present = Tasks()

    def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Attend to somebody; called by the server."""
        self._present.start(self._attend(reader, writer), "staff at the desk")

    async def leave(self) -> None:
        """Let go of everybody; what was begun is in the journal."""
        await self._present.end()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request, and answer it."""
        try:
            request = await _request(reader)
            if isinstance(request, Request):
                async with self._turn:
                    answer = await self._answer(request)
            else:
                answer = request
            writer.write(_CONVERTER.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except ConnectionError as gone:
            _log.info("whoever stood at the desk has left", why=type(gone).__name__)
        finally:
            writer.close()

    async def _answer(self, request: Request) -> Answer:
        """Do the deed; a journal that refuses ends the machine, which recovers, as at any other record."""
        if request.order.action in NEEDS_THE_CARD:
            return Answer(refused=_CARD_NEEDED)
        if self._kiosk.snapshot().service in _NOT_YET:
            return Answer(refused=_NOT_READY)
        try:
            read_case(self._journal, request.number)
        except JournalUnavailable as unknown:
            return Answer(refused=failure(unknown.code, str(unknown)))
        _log.info("staff at the desk", id=request.number, what=request.order.action)
        try:
            return await self._kiosk.beside(self._done(request))
        except JournalUnavailable as refused:
            why = failure(refused.code, str(refused))
            return Answer(refused=Text(f"{why.zh}{_STARTS_ANEW.zh}", f"{why.en}{_STARTS_ANEW.en}"))

    async def _done(self, request: Request) -> Answer:
        try:
            return Answer(await act(self._outside, self._journal, request.number, request.order))
        except NotAllowed as why:
            return Answer(refused=why.text)


async def _request(reader: asyncio.StreamReader) -> Request | Answer:
    """Read one line; whatever is not a request is answered as such."""
    try:
        async with asyncio.timeout(_LONGEST_ASKING_S):
            line = await reader.readline()
        return _CONVERTER.loads(line, Request)
    except TimeoutError:
        return Answer(refused=_LATE)
    except (BaseValidationError, ValueError, TypeError, KeyError, RecursionError):
        return Answer(refused=_NO_REQUEST)


def attended(folder: Path) -> bool:
    """Return whether a kiosk runs in a state folder and keeps its desk open."""
    with socket.socket(socket.AF_UNIX) as door, contextlib.suppress(OSError):
        door.settimeout(_KNOCK_S)
        door.connect(str(folder / SOCKET))
        return True
    return False


async def ask_desk(folder: Path, request: Request) -> Case:
    """Have the running kiosk do a deed and return the case; raise NotAllowed, DeskClosed."""
    try:
        async with asyncio.timeout(LONGEST_ANSWER_S):
            reader, writer = await asyncio.open_unix_connection(folder / SOCKET, limit=1024 * 1024)
            try:
                writer.write(_CONVERTER.dumps(request, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
                answer = _CONVERTER.loads(await reader.readline(), Answer)
            finally:
                writer.close()
    except OSError as error:
        raise DeskClosed(_TAKES_NO_WORK) from error
    except (TimeoutError, BaseValidationError, ValueError) as error:
        raise DeskClosed(_NO_ANSWER) from error
    if answer.case is None:
        raise NotAllowed(answer.refused)
    return answer.case
