"""The judge sees every deliberately broken program, and within how many seeds."""

import pytest

from kiosk.simulation.judge import Invariant
from kiosk.simulation.world import run_world
from tests.simulation.controls import CONTROLS, Control, blindfold

# Whole worlds: seconds of work each, more on a machine that is busy with other tests.
pytestmark = pytest.mark.timeout(180)


def seeds_until_caught(control: Control, patch: pytest.MonkeyPatch) -> int | None:
    """Return how many seeds it takes until the judge names the broken invariant."""
    if control.invariant is not Invariant.OWN_RULES:
        blindfold(patch)
    control.switch(patch)
    for seed in range(control.within):
        if any(violation.invariant is control.invariant for violation in run_world(seed).broken):
            return seed + 1
    return None


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.invariant.name.lower())
def test_a_broken_program_is_caught(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seeds_until_caught(control, monkeypatch) is not None, control.what


def test_every_invariant_has_a_control() -> None:
    assert {control.invariant for control in CONTROLS} == set(Invariant)
