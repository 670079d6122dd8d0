"""The power goes at every single operation of the disk: what was acknowledged is there, nothing is half."""

import itertools
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from kiosk.journal import database
from kiosk.journal.keys import load_machine_key
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit import events as e
from kiosk.visit.model import Step
from tests.simulation.cutting_disk import Disk
from tests.visit.world import Story, inserted

_names = (f"cutting{number}" for number in itertools.count())


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
    """A visit whose events go through a journal, each told on once it was acknowledged."""

    def __init__(self, journal: Journal, acknowledged: Callable[[e.Event], None], ordinal: int) -> None:
        super().__init__()
        self.journal = journal
        self.acknowledged = acknowledged
        self.tell(replace(inserted(), visit_id=f"GZ01-20261122-{ordinal:05d}", ordinal=ordinal))

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        if isinstance(event, e.CardInserted):
            step = self.journal.begin(event.visit_id, event.ordinal, event, self.at)
        else:
            recorded = self.journal.record(self.folded, event, self.at, outcome_of)
            if recorded is None:
                return False
            step = recorded
        self.folded = step.folded
        self.acknowledged(event)
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
    """Tell a whole visit to a journal on the disk, empty its log, and begin another visit.

    Returns how many events were acknowledged.
    """
    # A VFS without shared memory has WAL only where one process holds the file.
    pragmas = ["locking_mode=EXCLUSIVE", *database.PRAGMAS, "busy_timeout=0"]
    if synchronous is not None:
        pragmas.append(f"synchronous={synchronous}")
    noted: list[e.Event] = []
    base: database.Database | None = None
    try:
        base = database.connect(f"file:{folder}/journal.db?vfs={disk.name}", pragmas)
        journal = Journal(base, load_machine_key(folder / "keys" / "journal.key"))
        journal.empty_log()
        Journaled(journal, noted.append, 1).finish()
        journal.empty_log()
        Journaled(journal, noted.append, 2).until(Step.LOOKING_UP)
    except (JournalUnavailable, sqlite3.Error):
        assert disk.off
    finally:
        if base is not None:
            base.close()
    return len(noted)


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
        visits = journal.visits()
        events = [r for visit in visits for r in journal.records(visit) if r.kind == "event"]
        folds = [journal.fold(visit) for visit in visits]
        journal.close()
    except (JournalUnavailable, sqlite3.Error) as error:
        return Found(acknowledged, str(error))
    half = any(not (one.over or one.pending or one.visit.step) for one in folds)
    return Found(max(acknowledged - len(events), 0), fault or ("half a transaction" if half else None))


def cuts(empty: Path, folder: Path, synchronous: str | None = None, every: int = 1) -> Iterator[Found]:
    operations, _ = cut(empty, folder, None, synchronous)
    assert operations > 60
    for at in range(1, operations + 1, every):
        yield cut(empty, folder, at, synchronous)[1]


def test_nothing_acknowledged_is_lost_wherever_the_power_goes(empty: Path, tmp_path: Path) -> None:
    found = list(cuts(empty, tmp_path))
    assert [one for one in found if one.lost or one.broken] == []


def test_without_syncs_the_same_cuts_do_lose_records(empty: Path, tmp_path: Path) -> None:
    """The control: a disk model that could not fail would prove nothing."""
    found = list(cuts(empty, tmp_path, "OFF", every=8))
    assert sum(1 for one in found if one.lost) > len(found) // 4


@pytest.mark.parametrize("automatic", [False, True])
def test_each_commit_of_a_visit_costs_one_sync(empty: Path, tmp_path: Path, automatic: bool) -> None:
    """Also where a log has just been emptied. The control: SQLite's own emptying is seen in the commits."""
    folder = tmp_path / "counted"
    shutil.copytree(empty, folder)
    disk = Disk(next(_names), None, tmp_path)
    synced: list[str] = []
    disk.synced = lambda path: synced.append(Path(path).name)
    pragmas = ["locking_mode=EXCLUSIVE", *database.PRAGMAS]
    if automatic:
        pragmas.append("wal_autocheckpoint=50")
    try:
        base = database.connect(f"file:{folder}/journal.db?vfs={disk.name}", pragmas)
        journal = Journal(base, load_machine_key(folder / "keys" / "journal.key"))
        commits: list[list[str]] = []
        between: list[list[str]] = []
        for ordinal in range(1, 5):
            journal.empty_log()
            between.append(sorted(taken(synced)))
            Journaled(journal, lambda _: commits.append(taken(synced)), ordinal).finish()
        base.close()
    finally:
        disk.close()
    assert len(commits) > 60
    in_one_commit = max(map(len, commits))
    assert in_one_commit == (3 if automatic else 1)
    if not automatic:
        assert commits == [["journal.db-wal"]] * len(commits)
        assert between[1:] == [["journal.db", *["journal.db-wal"] * 3]] * 3


def taken(synced: list[str]) -> list[str]:
    """Return what was synced since the last time."""
    found = synced.copy()
    synced.clear()
    return found
