"""The judge sees every deliberately broken program, within as many seeds as docs/reliability.md says."""

import pytest

from kiosk.simulation.judge import Invariant
from tests.simulation.controls import CONTROLS, Control, seeds_until_caught
from tools.controls_table import documented, row

# Whole worlds: seconds of work each, more on a machine that is busy with other tests.


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.invariant.name.lower())
def test_a_broken_program_is_caught_as_soon_as_the_page_says(control: Control) -> None:
    seeds = seeds_until_caught(control)
    assert seeds is not None, control.what
    assert row(control, seeds) in documented(), "python -m tools.controls_table writes the page anew"


def test_every_invariant_has_a_control_and_every_control_one_line_on_the_page() -> None:
    assert {control.invariant for control in CONTROLS} == set(Invariant)
    told = [line.rsplit(" | ", 1)[0] for line in documented()]
    assert told == [row(control, 0).rsplit(" | ", 1)[0] for control in CONTROLS]
