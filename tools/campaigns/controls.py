"""A disk that lies: it says that it has synced the journal, and forgets it. Every campaign must find that.

Only for `--control`; handed down by the environment, because a campaign breaks programs in other processes.
"""

import os
from dataclasses import dataclass
from pathlib import Path

WHAT = "a control that must fail: the disk forgets the journal from some moment on, and says nothing"

WANTED = "KIOSK_CAMPAIGN_CONTROL"
_FILES = ("journal.db", "journal.db-wal", "journal.db-shm", "journal.head")


def want() -> None:
    """Let the disks of this campaign lie."""
    os.environ[WANTED] = "1"


def wanted() -> bool:
    return WANTED in os.environ


@dataclass(frozen=True, slots=True)
class Disk:
    """A machine's disk.

    Attributes:
        last_kept: the journal's files as they will be found after a stop; None on an honest disk.
    """

    state: Path
    last_kept: dict[str, bytes] | None

    @classmethod
    def of(cls, state: Path) -> "Disk":
        """Return the machine's disk; a lying one keeps nothing from now on."""
        files = [state / name for name in _FILES if (state / name).exists()]
        return cls(state, {file.name: file.read_bytes() for file in files} if wanted() else None)

    def stop(self) -> None:
        """Cut the power: a lying disk has the journal of long ago."""
        if self.last_kept is None:
            return
        for name in _FILES:
            (self.state / name).unlink(missing_ok=True)
        for name, content in self.last_kept.items():
            if not name.endswith("-shm"):  # memory, not disk
                (self.state / name).write_bytes(content)
