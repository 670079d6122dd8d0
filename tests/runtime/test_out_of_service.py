"""The journal keeps the machine out of service, with its reason on the screen; and is looked after."""

import asyncio
import sqlite3
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.assembly.plan import Plan
from kiosk.clock import SystemClock
from kiosk.commands import run
from kiosk.config import Settings
from kiosk.domain.failure import FailureCode, Fault
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.runtime import closed
from kiosk.runtime.closed import ClosedKiosk
from kiosk.runtime.housekeeping import Housekeeping
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.runtime.thread_port import ThreadPort
from tests.journal.test_journal_store import Journaled
from tests.visit.world import NOON


class HandClock(SystemClock):
    """A clock that only hands move."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOON).total_seconds()


DAMAGED = Fault(FailureCode.JOURNAL_DAMAGED, "record 7 is missing")
NEWER = Fault(FailureCode.JOURNAL_NEWER, "schema 0099")


def test_a_listener_hears_every_machine_that_stands_behind_the_port() -> None:
    async def run() -> None:
        port, loop, clock = ThreadPort(), asyncio.get_running_loop(), SystemClock()
        heard: list[Snapshot] = []
        end = port.subscribe(heard.append)
        assert heard == []
        port.attach(ClosedKiosk(DAMAGED, clock), loop)
        port.attach(ClosedKiosk(NEWER, clock), loop)
        assert [(one.service, one.fault) for one in heard] == [
            (Service.OUT_OF_SERVICE, DAMAGED),
            (Service.OUT_OF_SERVICE, NEWER),
        ]
        end()
        port.attach(ClosedKiosk(DAMAGED, clock), loop)
        assert len(heard) == 2

    asyncio.run(run())


def test_the_machine_is_put_together_again_until_the_journal_lets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    async def put_together(*_: object) -> None:
        tried.append(None)
        if len(tried) < 3:
            raise JournalUnavailable("record 7 is missing", FailureCode.JOURNAL_DAMAGED)
        raise asyncio.CancelledError  # the screen was closed

    monkeypatch.setattr(closed, "AGAIN_S", 0.0)
    monkeypatch.setattr(run, "_put_together_and_serve", put_together)

    async def serve() -> list[Snapshot]:
        port = ThreadPort()
        heard: list[Snapshot] = []
        port.subscribe(heard.append)
        with suppress(asyncio.CancelledError):
            await run._serve(Settings(state=tmp_path), Plan((), ()), port, None)
        return heard

    heard = asyncio.run(serve())
    assert [one.fault for one in heard] == [DAMAGED, DAMAGED]
    assert len(tried) == 3


def kept(folder: Path, clock: HandClock) -> Housekeeping:
    journal = Journal.open(folder)
    Journaled(journal).finish()
    return Housekeeping(journal, clock, timedelta(days=30))


def test_what_is_due_is_forgotten_once_a_day(tmp_path: Path) -> None:
    clock = HandClock()
    keeping = kept(tmp_path, clock)
    (visit,) = keeping.journal.visits()
    keeping.tidy()
    assert keeping.journal.why_kept(visit) is None
    clock.at += timedelta(days=29, hours=23)
    keeping.tidy()
    clock.at += timedelta(hours=2)
    keeping.tidy()  # it looked two hours ago
    assert keeping.journal.why_kept(visit) is None
    clock.at += timedelta(hours=23)
    keeping.tidy()
    kept_now = keeping.journal.why_kept(visit)
    assert kept_now is not None
    assert kept_now.en == "it was forgotten before"
    assert keeping.journal.verify() is None


def test_damage_found_while_the_machine_waits_keeps_it_out_of_service(tmp_path: Path) -> None:
    keeping = kept(tmp_path, HandClock())
    assert keeping.unready() is None
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("UPDATE records SET name = 'CardTaken' WHERE seq = 7")
    connection.commit()
    connection.close()
    keeping.tidy()
    fault = keeping.unready()
    assert fault is not None
    assert fault.code is FailureCode.JOURNAL_DAMAGED
    assert "record 7" in fault.detail
