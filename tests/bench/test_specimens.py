"""Specimens on the bench: made once, here or by a process of their own, alike."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.bench.specimens import SpecimensNotMade, provide

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_all_are_made_apart_and_only_once(tmp_path: Path) -> None:
    people = asyncio.run(provide(tmp_path, NOW))
    made = {one.stat().st_mtime_ns for one in (tmp_path / "permits").iterdir()}
    assert {one.slug for one in people} == {one.name for one in (tmp_path / "permits").iterdir()}
    asyncio.run(provide(tmp_path, NOW))
    assert {one.stat().st_mtime_ns for one in (tmp_path / "permits").iterdir()} == made


def test_one_alone_is_made_here(tmp_path: Path) -> None:
    people = asyncio.run(provide(tmp_path, NOW, ("chen-xiaoming",)))
    assert [one.name for one in (tmp_path / "permits").iterdir()] == ["chen-xiaoming"]
    assert len(people) > 1


def test_a_maker_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "permits").write_text("in the way", encoding="utf-8")
    with pytest.raises(SpecimensNotMade, match="permits"):
        asyncio.run(provide(tmp_path, NOW))
