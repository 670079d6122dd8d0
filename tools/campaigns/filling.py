"""Inside a small file system: a visit, filled up in the middle of it, then room again and recovery.

Usage: python -m tools.campaigns.filling STATE SEED; prints one line of JSON.
"""

import json
import sqlite3
import sys
from pathlib import Path
from random import Random

from kiosk.domain.payment import Channel
from kiosk.journal.store import JournalUnavailable
from tools.campaigns.books import in_child, recovered
from tools.campaigns.controls import Disk
from tools.campaigns.killing import BEGUN, Running, until, visit

_STOPPED = 7
_BLOCK = 64 * 1024
_LONGEST_S = 90.0


async def _visit_on(state: Path, channel: Channel) -> None:
    try:
        await visit(state, channel)
    except JournalUnavailable:
        sys.exit(_STOPPED)
    except (OSError, sqlite3.Error):  # the evidence, or the simulated side's own books, found no room
        sys.exit(_STOPPED + 1)


def fill(path: Path) -> None:
    """Write until there is no room any more."""
    with path.open("wb", buffering=0) as file:
        for size in (_BLOCK, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def main() -> int:
    """Do it and say what came of it."""
    state, chance = Path(sys.argv[1]), Random(int(sys.argv[2]))  # noqa: S311 - reproducible, not secret
    running = until(state, Channel.ALIPAY, BEGUN, _visit_on)
    disk = Disk.of(state)
    running.child.join(chance.uniform(0.0, 0.8))
    filler = state / "filler"
    fill(filler)
    ended = _ended(running)
    filler.unlink()
    disk.stop()
    told = in_child(lambda: recovered(state))
    outcome = f"{ended}: {', '.join(told['outcome']) or 'no visit had begun'}"
    print(json.dumps({"outcome": outcome, "problems": told["problems"]}))
    return 0


def _ended(running: Running) -> str:
    """Wait for the visit, kill it in the end, and say how it took the full disk."""
    child = running.child
    child.join(_LONGEST_S)
    waiting = child.exitcode is None
    child.kill()
    child.join()
    if waiting:
        return f"was still at {running.last_step()} after {_LONGEST_S:.0f} s"
    return {0: "went on", _STOPPED: "stopped by the journal"}.get(child.exitcode or 0, "stopped")


if __name__ == "__main__":
    sys.exit(main())
