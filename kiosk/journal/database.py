"""The journal's SQLite file: durable settings and schema migrations.

Alembic is loaded only where an older journal has to be migrated: it takes 15 MB that stay taken.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from kiosk.journal.models import Base

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


def create(path: Path) -> Engine:
    """Return the engine of a journal file: WAL and synchronous=FULL, so that a commit survives a cut.

    One commit costs one fsync in this mode (https://sqlite.org/wal.html, section Performance).
    """
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migration_config(engine: Engine) -> "Config":
    """Return alembic's configuration bound to an engine."""
    from alembic.config import Config  # noqa: PLC0415 - see the top

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema to the program's version; an older journal is migrated in place."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            _make(connection)
            return
        if "alembic_version" in tables and _revisions(connection) == [newest_revision()]:
            return
    from alembic import command  # noqa: PLC0415 - see the top

    command.upgrade(migration_config(engine), "head")


def newest_revision() -> str:
    """Return the version of the newest migration; their files' names begin with it."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revisions(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def _make(connection: Connection) -> None:
    """Make a new journal as all migrations together would; whole or, after a cut, not at all."""
    connection.rollback()
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver itself begins none for a schema
    Base.metadata.create_all(connection)
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
    )
    connection.exec_driver_sql("INSERT OR IGNORE INTO alembic_version VALUES (?)", (newest_revision(),))
    connection.commit()
