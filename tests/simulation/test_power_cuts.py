"""The power goes at every single operation of the disk: what was acknowledged is there, nothing is half."""

import itertools
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from kiosk.journal import database
from kiosk.journal.keys import load_machine_key
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit import events as e
from tests.simulation.cutting_disk import Disk
from tests.visit.world import Story, inserted

_names = (f"cutting{number}" for number in itertools.count())
_VISIT = inserted().visit_id


@dataclass(frozen=True)
class Found:
    """What a cut left.

    Attributes:
        lost: acknowledged records that are gone.
        broken: how the file or its chain is damaged, None where it is not.
    """

    lost: int
    broken: str | None


class Journaled(Story):
    """A visit whose events go through a journal, counting what was acknowledged."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self.acknowledged = 0

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        if isinstance(event, e.CardInserted):
            step = self.journal.begin(event.visit_id, event.ordinal, event, self.at)
        else:
            recorded = self.journal.record(self.folded, event, self.at, outcome_of)
            if recorded is None:
                return False
            step = recorded
        self.folded = step.folded
        self.acknowledged += 1
        return True


@pytest.fixture(autouse=True)
def _failing_disks_are_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is told of the failing disk by its error code; that apsw also raises is of no interest."""
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty, closed journal."""
    folder = tmp_path_factory.mktemp("empty")
    Journal.open(folder).close()
    return folder


def live(folder: Path, disk: Disk, synchronous: str | None) -> int:
    """Tell a whole visit to a journal on the disk; return how many records were acknowledged."""
    # A VFS without shared memory has WAL only where one process holds the file.
    pragmas = ["locking_mode=EXCLUSIVE", *database.PRAGMAS, "busy_timeout=0"]
    if synchronous is not None:
        pragmas.append(f"synchronous={synchronous}")
    told: Journaled | None = None
    base: database.Database | None = None
    try:
        base = database.connect(f"file:{folder}/journal.db?vfs={disk.name}", pragmas)
        told = Journaled(Journal(base, load_machine_key(folder / "keys" / "journal.key")))
        told.tell(inserted())
        told.finish()
    except (JournalUnavailable, sqlite3.Error):
        assert disk.off
    finally:
        if base is not None:
            base.close()
    return told.acknowledged if told else 0


def cut(empty: Path, folder: Path, at: int | None, synchronous: str | None = None) -> tuple[int, Found]:
    """Cut the power at an operation; return how many operations there were, and what is left."""
    before, after = folder / f"before{at}", folder / f"after{at}"
    for copy in (before, after):
        shutil.copytree(empty, copy)
    disk = Disk(next(_names), at, folder)
    try:
        acknowledged = live(before, disk, synchronous)
    finally:
        disk.close()
    if at is not None:
        for file in after.glob("journal.db*"):
            file.unlink()
        disk.leave(after, Random(at))  # noqa: S311 - reproducible, not secret
    return disk.operations, look(after, acknowledged) if at is not None else Found(0, None)


def look(folder: Path, acknowledged: int) -> Found:
    """Open what is left as the next start does, and count."""
    try:
        base = database.connect(folder / "journal.db")
        journal = Journal(base, load_machine_key(folder / "keys" / "journal.key"))
        fault = journal.verify()
        events = [r for r in journal.records(_VISIT) if r.kind == "event"] if journal.visits() else []
        folded = journal.fold(_VISIT) if events else None
        journal.close()
    except (JournalUnavailable, sqlite3.Error) as error:
        return Found(acknowledged, str(error))
    half = folded is not None and not folded.over and not folded.pending and not folded.visit.step
    return Found(max(acknowledged - len(events), 0), fault or ("half a transaction" if half else None))


def cuts(empty: Path, folder: Path, synchronous: str | None = None, every: int = 1) -> Iterator[Found]:
    operations, _ = cut(empty, folder, None, synchronous)
    assert operations > 60
    for at in range(1, operations + 1, every):
        yield cut(empty, folder, at, synchronous)[1]


@pytest.mark.timeout(180)
def test_nothing_acknowledged_is_lost_wherever_the_power_goes(empty: Path, tmp_path: Path) -> None:
    found = list(cuts(empty, tmp_path))
    assert [one for one in found if one.lost or one.broken] == []


@pytest.mark.timeout(180)
def test_without_syncs_the_same_cuts_do_lose_records(empty: Path, tmp_path: Path) -> None:
    """The control: a disk model that could not fail would prove nothing."""
    found = list(cuts(empty, tmp_path, "OFF", every=5))
    assert sum(1 for one in found if one.lost) > len(found) // 4


def test_a_record_costs_one_sync(empty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "counted"
    shutil.copytree(empty, folder)
    disk = Disk(next(_names), None, tmp_path)
    syncs: list[str] = []
    try:
        acknowledged = live_counting(folder, disk, syncs)
    finally:
        disk.close()
    assert acknowledged > 15
    assert len(syncs) <= acknowledged + 3  # the WAL's own header, and the checkpoint at the end


def live_counting(folder: Path, disk: Disk, syncs: list[str]) -> int:
    """Tell a visit and note every sync."""
    disk.synced = syncs.append
    return live(folder, disk, None)
