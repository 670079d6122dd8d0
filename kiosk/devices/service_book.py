"""What a device that does not count itself has done: a small file that outlives the program.

A count lost in a power cut is no harm, a file that cannot be read is: the counts then begin again at
nothing, and the log says so. Nothing personal stands in it.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import structlog

from kiosk.devices.upkeep import Counted, Counter

_LARGEST_FILE = 16 * 1024
_LARGEST_COUNT = 10**12
SINCE_CLEANING = "cards_since_cleaning"

_log = structlog.get_logger()


class ServiceBook:
    """The counts of one device, in a file of mode 0600, or in memory alone without one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._counts: dict[str, int] | None = None

    def add(self, *names: str) -> None:
        """Count one more of each; names are of `Counted`, or `SINCE_CLEANING`."""
        counts = self._read()
        for name in names:
            counts[name] = min(counts.get(name, 0) + 1, _LARGEST_COUNT)
        self._write(counts)

    def cleaned(self) -> None:
        """Note a cleaning: the cards since then are counted anew."""
        counts = self._read()
        counts[SINCE_CLEANING] = 0
        counts[Counted.CLEANINGS] = counts.get(Counted.CLEANINGS, 0) + 1
        self._write(counts)

    def count(self, name: str) -> int:
        return self._read().get(name, 0)

    def counters(self, *names: Counted) -> tuple[Counter, ...]:
        """Return the counts asked for, said to be the kiosk's."""
        return tuple(Counter(name, self.count(name), own=False) for name in names)

    def _read(self) -> dict[str, int]:
        if self._counts is None:
            self._counts = {} if self._path is None else _parsed(self._path)
        return self._counts

    def _write(self, counts: Mapping[str, int]) -> None:
        if self._path is None:
            return
        try:
            _replace(self._path, json.dumps(counts, indent=1).encode())
        except OSError as error:  # a full disk stops no printer
            _log.warning("service_book_not_written", why=error.strerror)


def _parsed(path: Path) -> dict[str, int]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        return _refused(error.strerror or "not readable")
    if len(content) > _LARGEST_FILE:
        return _refused("larger than any book")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return _refused("not JSON")
    if not isinstance(found, dict) or not all(map(_is_count, found.values())):
        return _refused("no counts")
    return {str(name): count for name, count in found.items()}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT


def _refused(why: str) -> dict[str, int]:
    _log.warning("service_book_unreadable", why=why)
    return {}


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).replace(path)
