"""The machine's thread: a stop comes through, however early or late."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.runtime.thread import LoopThread
from kiosk.runtime.thread_port import ThreadPort
from tests.ui.fakes import FakePort

LONGEST_S = 20.0


def test_a_stop_that_comes_before_the_work_has_begun_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, asked, begun = LoopThread("machine"), threading.Event(), []
    monkeypatch.setattr(asyncio, "set_event_loop", lambda loop: asked.wait(LONGEST_S))
    ask = machine.loop.call_soon_threadsafe

    def heard(action: Callable[[], None]) -> Any:
        handle = ask(action)
        asked.set()
        return handle

    async def work() -> None:
        begun.append(True)
        await asyncio.Event().wait()

    monkeypatch.setattr(machine.loop, "call_soon_threadsafe", heard)
    machine.start(work(), ended=lambda: None)
    machine.stop(LONGEST_S)
    assert (machine.alive, machine.error, begun) == (False, None, [])


def test_a_stop_that_meets_the_end_of_the_work_waits_for_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, closed, asked = LoopThread("machine"), threading.Event(), threading.Event()
    ask = machine.loop.call_soon_threadsafe

    def too_late(action: Callable[[], None]) -> Any:
        asked.set()
        return ask(action)

    def ended() -> None:
        closed.set()
        asked.wait(LONGEST_S)

    async def work() -> None:
        return

    machine.start(work(), ended)
    assert closed.wait(LONGEST_S)
    monkeypatch.setattr(machine.loop, "call_soon_threadsafe", too_late)
    assert machine.alive
    machine.stop(LONGEST_S)
    assert (machine.alive, machine.error) == (False, None)


def test_what_the_screen_tells_a_machine_that_has_ended_is_dropped() -> None:
    port, loop, machine = ThreadPort(), asyncio.new_event_loop(), FakePort()
    port.attach(machine, loop)
    loop.close()
    port.activity()
    port.subscribe(lambda snapshot: None)()
    assert machine.listeners == []
