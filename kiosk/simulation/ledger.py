"""The journal of a simulated machine: the real `Journal` on SQLite in memory, with crashes in its commits.

What a crash finds uncommitted is rolled back, as SQLite does at the next opening; what is committed
stays. That a commit survives a power cut is SQLite's promise in WAL mode with synchronous=FULL, and is
shown below SQLite by the tests of `tests/simulation/test_power_cuts.py`.
"""

import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from kiosk.journal import keys, schema
from kiosk.journal.database import Database
from kiosk.journal.retention import Forgetting
from kiosk.journal.store import Journal
from kiosk.simulation.power import Life
from kiosk.visit.events import Event
from kiosk.visit.fold import Advance, Folded

Witness = Callable[[Advance, Event], None]
Forgot = Callable[[Sequence[str], datetime], None]
DISK_FULL = 0.001


@dataclass(slots=True)
class _Disk:
    """The one SQLite connection of this process, the schema to start worlds with, and who writes to it."""

    connection: sqlite3.Connection
    base: Database
    empty: bytes
    life: Life | None = None


@cache
def _disk() -> _Disk:
    """Make the connection; statements are compiled once for all worlds of the process."""
    connection = sqlite3.connect(":memory:")
    base = Database(connection)
    schema.prepare(base)
    disk = _Disk(connection, base, connection.serialize())

    def committing() -> None:
        life = disk.life
        if life is None:
            return
        life.point("in a commit")
        if life.fate.fault("the disk is full", DISK_FULL):
            raise sqlite3.OperationalError("database or disk is full")

    base.committing = committing
    return disk


class WitnessedJournal(Journal):
    """The journal of one life of the program. Every record is shown to the judge once it is committed."""

    def __init__(
        self, base: Database, machine_key: bytes, life: Life, witness: Witness, forgot: Forgot
    ) -> None:
        super().__init__(base, machine_key)
        self._life = life
        self._witness = witness
        self._forgot = forgot

    def forget(self, visit_ids: Sequence[str], at: datetime) -> Forgetting:
        self._life.point("before visits are forgotten")
        done = super().forget(visit_ids, at)
        self._forgot(visit_ids, at)
        self._life.point("after visits are forgotten")
        return done

    def begin(self, visit_id: str, ordinal: int, event: Event, at: datetime) -> Advance:
        self._life.point("before a visit's first record")
        step = super().begin(visit_id, ordinal, event, at)
        self._witness(step, event)
        self._life.point("after a visit's first record")
        return step

    def record(
        self, folded: Folded, event: Event, at: datetime, outcome_of: int | None = None
    ) -> Advance | None:
        name = type(event).__name__
        self._life.point(f"before the record {name}")
        step = super().record(folded, event, at, outcome_of)
        if step is not None:
            self._witness(step, event)
            self._life.point(f"after the record {name}")
        return step


class Ledger:
    """The disk of one world, across the program's lives."""

    def __init__(self) -> None:
        self._key = os.urandom(keys.KEY_BYTES)
        self._disk = _disk()
        self._disk.life = None
        self._disk.connection.rollback()
        self._disk.connection.deserialize(self._disk.empty)

    def open(self, life: Life, witness: Witness, forgot: Forgot) -> WitnessedJournal:
        """Open the journal for a life of the program."""
        self.crash()
        journal = WitnessedJournal(self._disk.base, self._key, life, witness, forgot)
        self._disk.life = life
        return journal

    def crash(self) -> None:
        """Lose what was not committed."""
        self._disk.life = None
        self._disk.connection.rollback()

    def read(self) -> Journal:
        """Open the journal for reading it through, outside any life."""
        self.crash()
        return Journal(self._disk.base, self._key)
