"""The keys with which a journal is opened: those that wrote it, and none made in their place."""

from pathlib import Path

from kiosk.domain.failure import FailureCode
from kiosk.domain.text import Text
from kiosk.journal import keys, schema
from kiosk.journal.database import Database
from kiosk.journal.head import HeadKeeper
from kiosk.journal.rows import Seals
from kiosk.journal.trouble import JournalUnavailable

_NO_KEY = Text("缺少 {path}：请从本机备份恢复", "{path} is missing: restore it from the machine's backup")
_WRONG_KEY = Text("{path} 不属于该流水：{why}", "{path} does not fit this journal: {why}")


def machine_key(folder: Path, base: Database) -> bytes:
    """Return the machine's key; a journal that has visits is never given a fresh one, nor a wrong one."""
    path, found = folder / "keys" / "journal.key", schema.version(base)
    if found is not None and not path.exists():
        raise JournalUnavailable(_NO_KEY.fill(path=str(path)), FailureCode.JOURNAL_KEY)
    try:
        key = keys.load_machine_key(path)
    except keys.JournalKeyError as error:
        raise JournalUnavailable(error.text, FailureCode.JOURNAL_KEY) from error
    wrong = (
        None if found is None else Seals(key).key_fault(base.connection, sealed=found >= schema.SEALED_SINCE)
    )
    if wrong is not None:
        foreign = Text(
            _WRONG_KEY.zh.format(path=path, why=wrong.zh), _WRONG_KEY.en.format(path=path, why=wrong.en)
        )
        raise JournalUnavailable(foreign, FailureCode.JOURNAL_KEY)
    return key


def keeper(folder: Path, *, make: bool) -> HeadKeeper:
    """Return who keeps the signed ends; with `make` a missing signing key is made."""
    try:
        return HeadKeeper.of(folder, make=make)
    except keys.JournalKeyError as error:
        raise JournalUnavailable(error.text, FailureCode.JOURNAL_KEY) from error
