"""The journal's schema: made new, migrated after a backup, or refused as newer than the program.

SQLAlchemy and Alembic are loaded only where an older journal has to be migrated: they take 40 MB that
stay taken.
"""

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.failure import FailureCode
from kiosk.domain.text import Text
from kiosk.journal import breaks
from kiosk.journal.database import Database
from kiosk.journal.rows import Seals, seal_all
from kiosk.journal.trouble import JournalUnavailable, damaged

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

_HERE = Path(__file__).parent
_MIGRATIONS = _HERE / "migrations"
_TABLES = frozenset({"visits", "records"})
SEALED_SINCE = "0003"
"""The first version in which rows are sealed."""

_EMPTY = Text("流水是空的", "the journal is empty")
_OLDER = Text(
    "流水的结构版本较旧：启动一次本程序即可升级",
    "the journal has an older schema: start the kiosk once, it migrates it",
)
_NEWER = Text(
    "流水由更新版本的程序写入：其结构版本为 {found}，本程序认识 {known}",
    "the journal was written by a newer program: its schema is {found}, known are {known}",
)
_NO_JOURNAL = Text("该文件不是本程序的流水", "the file is no journal of this program")
_NOT_MIGRATED = Text(
    "流水无法升级到结构版本 {revision}：{why}",
    "the journal cannot be migrated to schema {revision}: {why}",
)


def revisions() -> tuple[str, ...]:
    """Return the versions of the schema, oldest first; the migrations' file names begin with them."""
    return tuple(sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")))


def prepare(database: Database, seals: Seals | None = None) -> None:
    """Bring the schema to the program's version.

    Args:
        seals: of this machine; an older journal is not migrated without.

    Raises:
        JournalUnavailable: the journal was written by a newer program, or its backup failed.
        sqlite3.Error: the file cannot be read or written.
    """
    found = version(database)
    newest = revisions()[-1]
    if found is None:
        database.write(_make)
        return
    _refuse_newer(found)
    if found != newest and database.folder is not None and seals is not None:
        _back_up(database, database.folder, found)
        migrate(database.folder / "journal.db", newest, seals)
    _refuse_without_tables(database)


def expect_newest(database: Database) -> None:
    """Raise JournalUnavailable unless the journal has the program's schema."""
    found = version(database)
    if found is None:
        raise JournalUnavailable(_EMPTY)
    _refuse_newer(found)
    if found != revisions()[-1]:
        raise JournalUnavailable(_OLDER)
    _refuse_without_tables(database)


def _refuse_without_tables(database: Database) -> None:
    missing = _TABLES - _tables(database)
    if missing:
        raise damaged(breaks.table_missing(min(missing)))


def _tables(database: Database) -> set[str]:
    return {str(name) for (name,) in database.connection.execute("SELECT name FROM sqlite_master")}


def _refuse_newer(found: str) -> None:
    if found not in revisions():
        why = _NEWER.fill(found=found, known=", ".join(revisions()))
        raise JournalUnavailable(why, FailureCode.JOURNAL_NEWER)


def version(database: Database) -> str | None:
    """Return the schema's version; None for a journal that has no tables yet."""
    tables = _tables(database)
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise JournalUnavailable(_NO_JOURNAL, FailureCode.JOURNAL_DAMAGED)
    row = database.connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _make(connection: sqlite3.Connection) -> None:
    """Make a new journal, whole or, after a cut, not at all."""
    script = (_HERE / "schema.sql").read_text(encoding="utf-8")
    for statement in script.partition("\n")[2].split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute("INSERT INTO alembic_version VALUES (?)", (revisions()[-1],))


def backup_of(folder: Path, version: str) -> Path:
    """Return where the journal of an older schema is kept before it is migrated."""
    return folder / f"journal-before-{version}.db"


def _back_up(database: Database, folder: Path, version: str) -> None:
    """Copy the journal beside itself, synced, before anything of it is changed."""
    copy = backup_of(folder, version)
    copy.unlink(missing_ok=True)
    database.connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    for path in (copy, folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def migrate(path: Path, revision: str, seals: Seals) -> None:
    """Run the migrations up to a revision, in one transaction; rows without a seal get one as they stand."""
    from alembic import command  # noqa: PLC0415 - see the top
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    engine = engine_of(path)
    try:
        config = config_of(engine)
        config.attributes["seal_rows"] = partial(seal_all, seals=seals)
        command.upgrade(config, revision)
    except (SQLAlchemyError, CommandError) as error:
        raise JournalUnavailable(_NOT_MIGRATED.fill(revision=revision, why=str(error))) from error
    finally:
        engine.dispose()


def config_of(engine: "Engine") -> "Config":
    """Return Alembic's configuration bound to an engine."""
    from alembic.config import Config  # noqa: PLC0415 - see the top

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def engine_of(path: Path) -> "Engine":
    """Return an engine whose transactions cover changes of the schema too.

    Python's driver would commit before each of them; so transactions are begun by hand (SQLAlchemy's
    documentation, SQLite dialect, "Enabling Non-Legacy SQLite Transactional Modes").
    """
    from sqlalchemy import Connection, create_engine, event  # noqa: PLC0415 - see the top

    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _entry: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
