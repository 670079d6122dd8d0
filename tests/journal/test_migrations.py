"""The schema: up, down, up again, and the same as the models at the head."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from kiosk.journal.database import create, migration_config, newest_revision, upgrade
from kiosk.journal.models import Base


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create(tmp_path / "journal.db")
    yield made
    made.dispose()


def revisions() -> list[str]:
    directory = ScriptDirectory(str(Path(__file__).parents[2] / "kiosk/journal/migrations"))
    return [script.revision for script in reversed(list(directory.walk_revisions()))]


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_the_head_is_what_the_models_say(engine: Engine) -> None:
    upgrade(engine)
    assert differences(engine) == []


@pytest.mark.parametrize("revision", revisions())
def test_every_revision_goes_up_down_and_up_again(engine: Engine, revision: str) -> None:
    config = migration_config(engine)
    command.upgrade(config, revision)
    command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    command.upgrade(config, "head")
    assert differences(engine) == []


def schema(engine: Engine) -> set[tuple[str, ...]]:
    query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'"
    with engine.connect() as connection:
        return {tuple(map(str, row)) for row in connection.exec_driver_sql(query)}


def test_a_new_journal_is_what_the_migrations_make(engine: Engine, tmp_path: Path) -> None:
    upgrade(engine)
    migrated = create(tmp_path / "migrated.db")
    command.upgrade(migration_config(migrated), "head")
    assert schema(engine) == schema(migrated)
    command.check(migration_config(engine))
    migrated.dispose()


def test_an_older_journal_is_migrated(engine: Engine) -> None:
    upgrade(engine)
    command.downgrade(migration_config(engine), "base")
    upgrade(engine)
    assert differences(engine) == []


def test_there_is_one_head() -> None:
    directory = ScriptDirectory(str(Path(__file__).parents[2] / "kiosk/journal/migrations"))
    assert directory.get_heads() == [newest_revision()]
