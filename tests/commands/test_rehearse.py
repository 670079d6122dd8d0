"""`kiosk rehearse`: its clock, and that it spoils no journal; whole days are made by hand."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

from typer.testing import CliRunner

from kiosk.cli import build
from kiosk.commands.rehearse import YesterdayClock

DAY = date(2026, 11, 21)


def test_its_clock_begins_at_noon_in_beijing_and_runs_faster() -> None:
    clock = YesterdayClock(DAY, faster=1000.0)
    noon = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    began = clock.now()
    assert began.tzinfo is UTC
    assert 0 <= (began - noon).total_seconds() < 1000
    asyncio.run(clock.sleep(20.0))
    assert (clock.now() - began).total_seconds() >= 20.0


def test_a_folder_with_a_journal_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"somebody's")
    refused = CliRunner().invoke(build("rehearse"), ["rehearse", "--state", str(tmp_path)])
    assert refused.exit_code == 2
    assert (tmp_path / "journal.db").read_bytes() == b"somebody's"
