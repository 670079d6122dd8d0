"""A walk that was ended goes on where it was, and never with what another program found."""

from pathlib import Path

import pytest

from kiosk.simulation.points import walked as module
from kiosk.simulation.points.every_point import Cell, Point
from kiosk.simulation.points.walked import Walked, walked

HELD = (Point("1/a fault#1", "paying"), Cell("a fault", "paying", ("printed, card taken",), 7, ()))
BROKE = (Point("1/a fault#2", "", seed=9), Cell("a fault", "", (), 0, ("never lost: somebody's fee",)))


def walk(file: Path, *, deep: bool = True) -> Walked:
    known = walked(file, deep=deep)
    for point, cell in (HELD, BROKE):
        known.keep(point, cell)
    return known


def test_what_was_found_is_known_again(tmp_path: Path) -> None:
    file = tmp_path / "page.html.part"
    walk(file)
    assert walked(file, deep=True).cells == dict((HELD, BROKE))
    assert walked(file, deep=True).cells == dict((HELD, BROKE)), "also when it is taken up a second time"


def test_a_line_that_was_cut_off_is_walked_again(tmp_path: Path) -> None:
    file = tmp_path / "page.html.part"
    walk(file)
    file.write_bytes(file.read_bytes()[:-5])
    known = walked(file, deep=True)
    assert known.cells == dict((HELD,))
    known.keep(*BROKE)
    assert walked(file, deep=True).cells == dict((HELD, BROKE))


def test_another_program_and_another_depth_begin_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html.part"
    walk(file)
    assert walked(file, deep=False).cells == {}
    walk(file)
    monkeypatch.setattr(module, "program", lambda: "another one")
    assert walked(file, deep=True).cells == {}


def test_nothing_stays_of_a_walk_that_came_to_its_end(tmp_path: Path) -> None:
    walk(tmp_path / "page.html.part").forget()
    assert [*tmp_path.iterdir()] == []
