"""How commands read the journal, and what they say where it refuses: code, what was found, remedy."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Settings, load_settings
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.text import Text
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.shipped import load_catalogue

ENGLISH = "en"
_NO_JOURNAL = Text("{folder} 中没有流水", "there is no journal in {folder}")

DAMAGED = 1
"""Exit code of every command that found the journal damaged."""


@contextmanager
def reading(
    state: Path | None, *, sound: bool, language: str | None = ENGLISH
) -> Iterator[tuple[Journal, Settings]]:
    """Open the journal beside a kiosk that may be running; end the program where that cannot be.

    Args:
        sound: look first whether it is damaged: what is shown of a damaged journal may be wrong.
        language: of what is said where it cannot be; None takes the one of the settings.
    """
    log_to_stderr(verbose=False)
    settings = load_settings(state=state)
    spoken = language or settings.language
    try:
        journal = Journal.read(folder_of(settings, spoken))
        try:
            if sound:
                refuse_damage(journal.damage(), spoken)
            yield journal, settings
        finally:
            journal.close()
    except JournalUnavailable as error:
        complain(in_words(error, spoken), exit_code(error))


def folder_of(settings: Settings, language: str = ENGLISH) -> Path:
    """Return the state folder; end the program where no journal is in it."""
    if not (settings.state / "journal.db").is_file():
        complain(_NO_JOURNAL.in_language(language).format(folder=settings.state), 2)
    return settings.state


def refuse_damage(fault: Text | None, language: str = ENGLISH) -> None:
    """End the program where something is broken."""
    if fault is not None:
        complain(_fault_words(FailureCode.JOURNAL_DAMAGED, fault).in_language(language), DAMAGED)


def in_words(error: Exception, language: str = ENGLISH) -> str:
    """Return what an expected failure says; where disk or file refuse, with its code and the remedy."""
    if not isinstance(error, JournalUnavailable):
        return str(error)
    by_disk = isinstance(error.__cause__, sqlite3.Error | OSError)
    if error.code is FailureCode.JOURNAL_UNAVAILABLE and not by_disk:
        return error.text.in_language(language)  # says itself what to do
    return _fault_words(error.code, error.text).in_language(language)


def fault_words(fault: Fault, language: str = ENGLISH) -> str:
    """Return what keeps the journal out of service: its code, what was found, and the catalogue's remedy."""
    return _fault_words(fault.code, Text(fault.detail, fault.detail)).in_language(language)


def _fault_words(code: FailureCode, found: Text) -> Text:
    known = load_catalogue().failure(code)
    return Text(
        f"{code}：{known.cause.zh.rstrip('。')}（{found.zh}）。\n{known.remedy.zh}",
        f"{code}: {found.en}.\n{known.remedy.en}",
    )


def exit_code(error: JournalUnavailable) -> int:
    """Return 1 where the journal is damaged, 2 where it could not be read for another reason."""
    return DAMAGED if error.code is FailureCode.JOURNAL_DAMAGED else 2
