"""Readings of a process after so many visits, and whether they are steady: the one judge of all leaks."""

import ctypes
import gc
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_SETTLED = 0.5
"""Of all visits, those after which every cache is full; only what comes later is judged."""

_SPARE_HANDLES = 6
"""Connections that happen to be open when they are counted."""

FEWEST = 4000
"""Below so many visits one block more from the system looks like a leak, and nothing can be said."""

MOST_BYTES = 768.0
"""The slope of memory that is still called steady, bytes a visit: less than a leak of 1 KiB, more than one
block of 1 MiB, as Python takes its memory from the system, makes of 5,000 visits."""

MOST_OBJECTS = 0.2
"""The slope of Python objects, and of QObjects, that is still called steady, objects a visit."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process holds after some visits; memory in bytes.

    Attributes:
        resident: all of it, with files that are mapped and leave again under pressure.
        private: resident memory that belongs to no file.
        sqlite: of it SQLite's own, most of it page caches: at most 2 MB a connection, filled slowly.
        threads: of the whole process, with those that Python knows nothing of.
        objects: Python's.
        qobjects: Qt's, made since they are counted and not destroyed; 0 where there is no screen.
    """

    visits: int
    resident: int
    private: int
    sqlite: int
    handles: int
    threads: int
    objects: int
    qobjects: int = 0

    @property
    def judged(self) -> int:
        """Return the memory that must stay, bytes."""
        return self.private - self.sqlite

    def __str__(self) -> str:
        memory = f"{self.resident / 2**20:.1f} MiB, private without SQLite {self.judged / 2**20:.2f}"
        held = f"SQLite {self.sqlite / 2**20:.2f} MiB, {self.handles} handles, {self.threads} threads"
        objects = f"{self.objects} Python objects" + (f", {self.qobjects} QObjects" if self.qobjects else "")
        return f"visits {self.visits}: {memory}, {held}, {objects}"


def read(visits: int, qobjects: int = 0) -> Reading:
    """Return what this process holds now, after what is garbage is gone."""
    gc.collect()
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text("ascii").splitlines())
    of = {name: int(told[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon")}
    counts = (len(os.listdir("/proc/self/fd")), int(told["Threads"]), len(gc.get_objects()), qobjects)
    return Reading(visits, of["VmRSS"], of["RssAnon"], _sqlite_bytes(), *counts)


def _sqlite_bytes() -> int:
    """Return what SQLite holds in all connections (sqlite3_memory_used; C library in this process)."""
    used = ctypes.CDLL("libsqlite3.so.0").sqlite3_memory_used
    used.restype = ctypes.c_int64
    return int(used())


def grown(readings: Sequence[Reading]) -> list[str]:
    """Return what grows in the second half of the readings, in words; empty where all is steady."""
    settled = _settled(readings)
    found = []
    if (memory := memory_slope(readings)) > MOST_BYTES:
        found.append(f"memory by {memory:.0f} bytes a visit")
    for name, words in (("objects", "Python objects"), ("qobjects", "QObjects")):
        if (objects := _slope(settled, _number(name))) > MOST_OBJECTS:
            found.append(f"{words} by {objects:.2f} a visit")
    for name in ("handles", "threads"):
        before, after = getattr(settled[0], name), getattr(settled[-1], name)
        if after > before + _SPARE_HANDLES:
            found.append(f"{name} from {before} to {after}")
    return found


def memory_slope(readings: Sequence[Reading]) -> float:
    """Return by how much memory grows in the second half of the readings, bytes a visit."""
    return _slope(_settled(readings), lambda one: one.judged)


def _settled(readings: Sequence[Reading]) -> list[Reading]:
    return [one for one in readings if one.visits >= readings[-1].visits * _SETTLED]


def _number(name: str) -> Callable[[Reading], int]:
    return lambda one: int(getattr(one, name))


def _slope(readings: Sequence[Reading], of: Callable[[Reading], int]) -> float:
    """Return by how much a number grows a visit: the line of least squares."""
    at, values = [one.visits for one in readings], [of(one) for one in readings]
    middle_at, middle = sum(at) / len(at), sum(values) / len(values)
    spread = sum((one - middle_at) ** 2 for one in at)
    rise = sum((a - middle_at) * (v - middle) for a, v in zip(at, values, strict=True))
    return rise / spread if spread else 0.0
