"""How commands read the journal, and what they say where it refuses: code, what was found, remedy."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Settings, load_settings
from kiosk.domain.failure import FailureCode, Fault
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.shipped import load_catalogue

DAMAGED = 1
"""Exit code of every command that found the journal damaged."""


@contextmanager
def reading(state: Path | None, *, sound: bool) -> Iterator[tuple[Journal, Settings]]:
    """Open the journal beside a kiosk that may be running; end the program where that cannot be.

    Args:
        sound: look first whether it is damaged: what is shown of a damaged journal may be wrong.
    """
    log_to_stderr(verbose=False)
    settings = load_settings(state=state)
    try:
        journal = Journal.read(folder_of(settings))
        try:
            if sound:
                refuse_damage(journal.damage())
            yield journal, settings
        finally:
            journal.close()
    except JournalUnavailable as error:
        complain(in_words(error), exit_code(error))


def folder_of(settings: Settings) -> Path:
    """Return the state folder; end the program where no journal is in it."""
    if not (settings.state / "journal.db").is_file():
        complain(f"there is no journal in {settings.state}", 2)
    return settings.state


def refuse_damage(fault: str | None) -> None:
    """End the program where something is broken."""
    if fault is not None:
        complain(fault_words(Fault(FailureCode.JOURNAL_DAMAGED, fault)), DAMAGED)


def in_words(error: Exception) -> str:
    """Return what an expected failure says; where disk or file refuse, with its code and the remedy."""
    if not isinstance(error, JournalUnavailable):
        return str(error)
    by_disk = isinstance(error.__cause__, sqlite3.Error | OSError)
    if error.code is FailureCode.JOURNAL_UNAVAILABLE and not by_disk:
        return str(error)  # says itself what to do
    return fault_words(error.fault)


def fault_words(fault: Fault) -> str:
    """Return what is wrong with the journal: its code, what was found, and the catalogue's remedy."""
    return f"{fault.code}: {fault.detail}.\n{load_catalogue().failure(fault.code).remedy.en}"


def exit_code(error: JournalUnavailable) -> int:
    """Return 1 where the journal is damaged, 2 where it could not be read for another reason."""
    return DAMAGED if error.code is FailureCode.JOURNAL_DAMAGED else 2
