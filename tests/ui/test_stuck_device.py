"""A device that is stuck for ever: the screen still answers every touch, and the machine's loop lives."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kiosk.devices.simulated.chip_reader import SimulatedChipReader
from kiosk.runtime.snapshot import Snapshot
from kiosk.runtime.thread import LoopThread
from kiosk.runtime.thread_port import ThreadPort
from kiosk.ui.mailbox import Mailbox
from kiosk.visit.model import Step
from tests.e2e.harness import SLUG, machine, prepare
from tests.support.patience import LONG_S
from tests.ui.bench import Bench

LONG_MS = round(LONG_S * 1000)


class StuckDriver:
    """Blocks the worker thread that a driver runs in, as a library call that never returns does."""

    def __init__(self) -> None:
        self.stuck = threading.Event()
        self.let_go = threading.Event()

    def call(self) -> None:
        self.stuck.set()
        self.let_go.wait()


@contextmanager
def running(state: Path, port: ThreadPort) -> Iterator[LoopThread]:
    """A whole machine in a thread of its own, with the default specimen in its slot."""
    prepare(state)

    async def serve() -> None:
        async with machine(state) as bench:
            port.attach(bench.kiosk, asyncio.get_running_loop())
            bench.tester.insert(SLUG)
            await bench.kiosk.run()

    thread = LoopThread("runtime")
    thread.start(serve(), ended=lambda: None)
    try:
        yield thread
    finally:
        thread.stop()


def test_a_driver_that_never_returns_freezes_nothing(
    benches: Callable[..., Bench],
    qapp: QGuiApplication,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver = StuckDriver()

    async def read(*_: object, **__: object) -> None:
        await asyncio.to_thread(driver.call)

    monkeypatch.setattr(SimulatedChipReader, "read", read)
    port = ThreadPort()
    bench = benches(machine=port)
    steps: list[Step] = []

    def show(snapshot: Snapshot) -> None:
        steps.append(snapshot.visit.step if snapshot.visit else Step.START)
        bench.face.show(snapshot)

    mailbox = Mailbox(qapp.exit)
    mailbox.deliver_to(show)
    unsubscribe = port.subscribe(mailbox.post)
    try:
        with running(tmp_path, port) as thread:
            qtbot.waitUntil(lambda: driver.stuck.is_set() and Step.READING in steps, timeout=LONG_MS)
            bench.settle()
            bench.tap("language")
            assert "Please leave the card in" in bench.texts()
            bench.tap("accessibility")
            bench.tap("textSize-2")
            bench.tap("closeSettings")
            alive = threading.Event()
            thread.loop.call_soon_threadsafe(alive.set)
            assert alive.wait(LONG_S)
            bench.tap("cancel")
            bench.tap("reallyCancel")
            qtbot.waitUntil(lambda: Step.TAKING in steps or Step.PRESENTING in steps, timeout=LONG_MS)
            driver.let_go.set()
    finally:
        driver.let_go.set()
        unsubscribe()
        mailbox.dispose()
