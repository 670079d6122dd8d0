"""Counts that the kiosk keeps: written whole, private, and any nonsense in the file is no count."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.service_book import SINCE_CLEANING, ServiceBook
from kiosk.devices.upkeep import Cleaning, CleaningState, ConsumableKind, Counted, Level, Unit, counted


def test_counts_are_kept_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "service" / "printer.json"
    book = ServiceBook(path)
    book.add(Counted.CARDS_PRINTED, SINCE_CLEANING)
    book.add(Counted.CARDS_PRINTED)
    assert ServiceBook(path).count(Counted.CARDS_PRINTED) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ServiceBook(path).cleaned()
    assert ServiceBook(path).count(SINCE_CLEANING) == 0
    assert [path.name for path in path.parent.iterdir()] == ["printer.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing", b"[]", b'{"slips": -1}', b'{"slips": true}', b'{"slips": 1.5}', b"\xff", b"[" * 9000],
)
def test_a_spoilt_file_is_an_empty_book(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "printer.json"
    path.write_bytes(content)
    book = ServiceBook(path)
    assert book.count(Counted.SLIPS) == 0
    book.add(Counted.SLIPS)
    assert json.loads(path.read_bytes()) == {"slips": 1}


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    book = ServiceBook(tmp_path / "file" / "printer.json")
    book.add(Counted.SLIPS)
    assert book.count(Counted.SLIPS) == 1


@given(since=st.integers(0, 3000), due=st.integers(1, 1000), more=st.integers(0, 1000))
def test_a_cleaning_runs_out_like_anything_else(since: int, due: int, more: int) -> None:
    cleaning = Cleaning(since, due, due + more)
    listed = cleaning.consumable()
    levels = {
        Level.FULL: CleaningState.NOT_DUE,
        Level.LOW: CleaningState.DUE,
        Level.OUT: CleaningState.OVERDUE,
    }
    assert cleaning.state is levels[listed.level]
    assert listed.left == max(due + more - since, 0)
    assert (listed.left == 0) is (listed.level is Level.OUT)


@given(left=st.one_of(st.none(), st.integers(-10, 100)), threshold=st.integers(0, 100))
def test_a_level_follows_its_count(left: int | None, threshold: int) -> None:
    one = counted(ConsumableKind.PAPER, "roll", left=left, threshold=threshold, unit=Unit.SLIPS)
    assert (one.level is Level.UNKNOWN) is (left is None)
    assert (one.level is Level.OUT) is (left is not None and left <= 0)
    assert (one.level is Level.FULL) is (left is not None and left > threshold)
