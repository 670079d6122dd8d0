"""A long journal: how long a start takes until a visit that was cut off is folded, and its verification.

Run: ``make bench`` or ``python benchmarks/recovery.py [--visits 100000]`` (2.6 GB on the disk for so many).
Each visit of the long journal has the records of a real one, sealed under a key of its own and chained.
What it takes to verify them is compared with a bare read of the same rows and one SHA-256 of each.
"""

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kiosk.clock import SystemClock
from kiosk.journal import chain, database, keys
from kiosk.journal.head import Head, HeadKeeper
from kiosk.journal.rows import Row, Seals
from kiosk.journal.store import Journal, Record
from kiosk.visit.events import CardInserted

TARGET_S = 2.0


def real_visit(folder: Path) -> list[Record]:
    """Serve one applicant and return the records of the visit."""
    command = [sys.executable, "-m", "kiosk", "visit", "--state", str(folder), "--out", str(folder / "out")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
    journal = Journal.read(folder)
    (visit,) = journal.visits()
    records = list(journal.records(visit))
    journal.close()
    return records


def lengthen(folder: Path, visits: int, records: list[Record]) -> None:
    """Write so many visits into an empty journal, without a sync for each."""
    Journal.open(folder).close()
    machine_key = keys.load_machine_key(folder / "keys" / "journal.key")
    base = database.connect(folder / "journal.db", ("journal_mode=WAL", "synchronous=OFF"))
    seq, tip, at, seals = 0, chain.GENESIS, "", Seals(machine_key)
    for first in range(1, visits + 1, 1000):
        rows: list[tuple[object, ...]] = []
        owners: list[Row] = []
        for ordinal in range(first, min(first + 1000, visits + 1)):
            visit_id, key = f"GZ01-20261122-{ordinal:06d}", keys.new_visit_key()
            for link, digest in chained(visit_id, key, seq, tip, records):
                rows.append((*link, digest))
                seq, tip = link.seq, digest
            at = records[-1].at.isoformat()
            owners.append(Row(visit_id, ordinal, at, keys.wrap(machine_key, key), "ended", 1, "", seq, at))
        base.connection.execute("BEGIN")
        for owner in owners:
            seals.insert(base.connection, owner)
        base.connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        base.connection.execute("COMMIT")
    base.close()
    HeadKeeper.of(folder, make=True).keep(Head(seq, tip, at))


def chained(
    visit_id: str, key: bytes, seq: int, tip: bytes, records: list[Record]
) -> Iterator[tuple[chain.Link, bytes]]:
    """Yield a visit's records with the chain's digests."""
    for number, record in enumerate(records, seq + 1):
        payload = keys.seal(key, record.fields or b"", f"{number}:{visit_id}".encode())
        at = record.at.isoformat()
        link = chain.Link(number, visit_id, record.kind, record.name, record.number, at, payload)
        tip = chain.digest(tip, link)
        yield link, tip


def cut_off(folder: Path) -> None:
    """Begin one more visit and leave it there."""
    journal = Journal.open(folder)
    ordinal = journal.next_ordinal()
    event = CardInserted("GZ01-20261122-999999", "GZ01", ordinal)
    journal.begin(event.visit_id, ordinal, event, SystemClock().now())
    journal.close()


class Start(NamedTuple):
    """Seconds from opening the journal until what was cut off is folded: on the clock, and of a core."""

    clock_s: float
    core_s: float


def start(folder: Path) -> Start:
    """Start once as the kiosk does, as far as the journal goes."""
    began, used = time.perf_counter(), time.process_time()
    journal = Journal.open(folder)
    for visit_id in journal.unfinished():
        journal.fold(visit_id)
    journal.next_ordinal()
    taken = Start(time.perf_counter() - began, time.process_time() - used)
    journal.close()
    return taken


def typical(folder: Path) -> Start:
    """Return what a start takes: the median of five."""
    starts = [start(folder) for _ in range(5)]
    return Start(*(statistics.median(times) for times in zip(*starts, strict=True)))


def verified_s(folder: Path) -> tuple[float, float]:
    """Return seconds of a core: to verify every record, and to do no more than read and hash the rows."""
    journal = Journal.read(folder)
    rows = journal._base.connection
    began = time.process_time()
    fault = journal.verify()
    verified = time.process_time() - began
    if fault is not None:
        raise RuntimeError(fault.en)
    began = time.process_time()
    for row in chain.rows(rows):
        hashlib.sha256(row[-2]).digest()
    bare = time.process_time() - began
    journal.close()
    return verified, bare


def whole_command(folder: Path) -> tuple[float, int, int]:
    """Run `kiosk journal verify`; return its seconds on the clock, its memory in bytes and its exit code."""
    began = time.perf_counter()
    command = (sys.executable, "-m", "kiosk", "journal", "verify", "--state", str(folder))
    _, status, used = os.wait4(os.posix_spawn(sys.executable, command, os.environ), 0)
    return time.perf_counter() - began, used.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def tell(visits: int, each: int, size: int, long: Start, empty: Start) -> None:
    """Print how long the starts took; on a busy machine the seconds of a core tell more than the clock."""
    print(f"a journal of {visits} visits, {visits * each} records, {size / 1e6:.0f} MB")
    for name, one in (("start", long), ("start with an empty one", empty)):
        print(f"  {name}: {one.clock_s * 1000:.0f} ms, {one.core_s * 1000:.0f} ms of a core")
    difference = long.clock_s - empty.clock_s
    print(f"  difference {difference:.3f} s (target at most {TARGET_S})", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5_000)
    visits = parser.parse_args().visits
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder = Path(name)
        records = real_visit(folder / "real")
        lengthen(folder / "long", visits, records)
        for one in (folder / "long", folder / "empty"):
            cut_off(one)
        long, empty = typical(folder / "long"), typical(folder / "empty")
        tell(visits, len(records), (folder / "long" / "journal.db").stat().st_size, long, empty)
        verified, bare = verified_s(folder / "long")
        whole, memory, code = whole_command(folder / "long")
    count = visits * len(records)
    ratio = f"{verified / bare:.2f} times the bare read with one SHA-256 a row"
    print(f"  verified: {count / verified:.0f} records a second of a core, {ratio}")
    print(f"  kiosk journal verify: {whole:.1f} s, {memory / 1e6:.0f} MB of memory, exit code {code}")


if __name__ == "__main__":
    main()
