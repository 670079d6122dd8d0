"""The schema: up, down, up again, and the same in tables, migrations and the file that new journals get."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from kiosk.journal import schema
from kiosk.journal.database import connect
from kiosk.journal.models import METADATA
from kiosk.journal.schema import config_of, engine_of, revisions


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = engine_of(tmp_path / "journal.db")
    yield made
    made.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


@pytest.mark.parametrize("revision", revisions())
def test_every_revision_goes_up_down_and_up_again(engine: Engine, revision: str) -> None:
    config = config_of(engine)
    command.upgrade(config, revision)
    command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    command.upgrade(config, "head")
    assert differences(engine) == []


def made_of(path: Path) -> set[tuple[str, ...]]:
    """Return the schema of a file, white space aside."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    connection.close()
    return {tuple(" ".join(str(part).split()) for part in row) for row in rows}


def test_a_new_journal_is_what_the_migrations_and_the_tables_say(engine: Engine, tmp_path: Path) -> None:
    base = connect(tmp_path / "new.db")
    schema.prepare(base)
    base.close()
    command.upgrade(config_of(engine), "head")
    assert made_of(tmp_path / "new.db") == made_of(tmp_path / "journal.db")
    assert differences(engine) == []
    command.check(config_of(engine))


def test_there_is_one_head() -> None:
    directory = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert directory.get_heads() == [revisions()[-1]]
