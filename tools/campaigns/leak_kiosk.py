"""Screen and machine in one process, as `kiosk run` has them, one applicant after the other.

Qt's loop has the main thread, the machine a thread of its own. The automatic applicant acts only on what the
screen has had the time to show; the machine's own waits are cut short, as in `leak.py`. Counted are QObjects
too; every page there is, and sooner: `leak_screen.py`.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlEngine, qmlEngine

from kiosk.app import simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.commands.run import give_memory_back
from kiosk.domain.payment import Channel
from kiosk.runtime.snapshot import Snapshot
from kiosk.runtime.thread import LoopThread
from kiosk.runtime.thread_port import ThreadPort
from kiosk.shipped import load_catalogue
from kiosk.ui.main_window import close_screen, run_screen
from tools.campaigns.books import SLUG, settings
from tools.campaigns.leak import HurriedClock, served, tidy
from tools.campaigns.qobjects import Count, counted_qobjects
from tools.campaigns.watching import Watch, Wish

_LONGEST_WAIT_S = 0.05
"""Of the machine: the goodbye is still seen, and devices are polled four times as often as they are."""

_TICK_MS = 5
_QUIET_TURNS = 60
"""Turns without a QObject made or destroyed, after which the screen has come to rest: 0.6 s."""

_MOST_TURNS = 2000


_Errand = tuple[Callable[[], None], Callable[[], object]]
"""What the GUI thread is to do, and whom it tells that it is done."""


class Turns:
    """Has the GUI thread do something, after it has had the time to show what there was to show."""

    def __init__(self) -> None:
        self._asked: list[_Errand] = []
        self._seen: list[_Errand] = []
        self._timer = QTimer()
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    async def do(self, work: Callable[[], None] = lambda: None) -> None:
        """Wait for the second next turn, and for the work done in it; called on the machine's loop."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._asked.append((work, lambda: loop.call_soon_threadsafe(done.set_result, None)))
        await done

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        due, self._seen, self._asked = self._seen, self._asked, []
        for work, done in due:
            work()
            done()


class Onlooker:
    """The applicant in front of the screen: sees a snapshot once the screen can have shown it."""

    def __init__(self, applicant: AutomaticApplicant, turns: Turns) -> None:
        self._applicant, self._turns = applicant, turns
        self._looking: set[asyncio.Task[None]] = set()

    def watch(self, snapshot: Snapshot) -> None:
        task = asyncio.get_running_loop().create_task(self._look(snapshot))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _look(self, snapshot: Snapshot) -> None:
        await self._turns.do()
        self._applicant.watch(snapshot)


def run(wish: Wish) -> int:
    """Serve them all; return the exit code: 0 steady, 1 something grew, 3 too few to tell."""
    give_memory_back()
    port, machine = ThreadPort(), LoopThread("runtime")
    folder = Path(tempfile.mkdtemp(prefix="kiosk-leak-"))
    watches: list[Watch] = []
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)

        def start() -> None:
            turns, count = Turns(), stack.enter_context(counted_qobjects())
            stack.callback(turns.stop)
            watches.append(Watch(wish, lambda: count.alive, QObject))
            machine.start(_serve(folder, port, watches[0], turns, count), ended=close_screen)

        run_screen(port, load_catalogue, None, windowed=True, on_ready=start)
        machine.stop()
    if machine.error is not None:
        raise machine.error
    return watches[0].verdict()


async def _serve(folder: Path, port: ThreadPort, watch: Watch, turns: Turns, count: Count) -> None:
    async with simulated_kiosk(settings(folder), HurriedClock(_LONGEST_WAIT_S), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        bench.kiosk.subscribe(Onlooker(applicant, turns).watch)
        port.attach(bench.kiosk, asyncio.get_running_loop())
        await bench.kiosk.recover()
        for number in watch.visits():
            printed = await served(bench, applicant)
            await turns.do(partial(watch.over, printed=printed))
            if watch.due(number):
                await _rest(turns, count)
                await turns.do(partial(watch.read, number))
                tidy(bench)


async def _rest(turns: Turns, count: Count) -> None:
    """Wait until the screen has come to rest, with QML's garbage thrown away."""
    await turns.do(_sweep)
    quiet, before = 0, count.alive
    for _ in range(_MOST_TURNS):
        await turns.do()
        quiet, before = (quiet + 1 if count.alive == before else 0), count.alive
        if quiet == _QUIET_TURNS:
            return
    raise RuntimeError("the screen makes or destroys objects all the time")


def _sweep() -> None:
    for window in QGuiApplication.topLevelWindows():
        engine = qmlEngine(window)
        if isinstance(engine, QQmlEngine):
            engine.collectGarbage()
