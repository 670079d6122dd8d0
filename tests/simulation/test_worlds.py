"""Worlds with faults and crashes hold every invariant, and are the same twice; each single point, too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.simulation.campaign import Figures, campaign, kind_of
from kiosk.simulation.fate import Fate, Plan
from kiosk.simulation.judge import Invariant
from kiosk.simulation.outside.line import OUT_OF_ORDER
from kiosk.simulation.points.every_point import OTHER_WAYS, every, points, strike
from kiosk.simulation.power import KILLED, POWER_CUT
from kiosk.simulation.shrink import minimal, shrink
from kiosk.simulation.world import run_world
from tests.simulation.controls import CONTROLS, blindfold

# Whole worlds: seconds of work each, more on a machine that is busy with other tests.

ROOT = Path(__file__).parents[2]
SEEDS = range(60)
PARTS = 8
CANCELLED = "1/applicant cancels at choosing_method#1"


def test_sixty_worlds_hold_every_invariant() -> None:
    total = Figures()
    for figures in campaign(SEEDS):
        total.add(figures)
    assert total.failing == {}
    assert set(total.checked) == set(Invariant)
    assert total.visits > 4 * len(SEEDS) - 30
    assert total.crashes > 100
    assert len(total.faults) > 100
    assert all(total.disorder[kind] >= 2 for kind in OUT_OF_ORDER)
    assert total.disorder["notification paid of a visit that goes on, not booked"] > 10
    assert total.disorder["notification paid of a visit that goes on, booked"] > 10
    assert total.disorder["notification paid of a visit that is over, booked"] > 0


def test_a_seed_gives_the_same_trace_in_another_process() -> None:
    program = "from kiosk.simulation.world import run_world; print(run_world(11).digest)"
    ran = [
        subprocess.run(
            [sys.executable, "-c", f"from kiosk.simulation.quiet import be_quiet; be_quiet(); {program}"],
            env=os.environ | {"PYTHONHASHSEED": hashing},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hashing in ("1", "2")
    ]
    assert ran == [run_world(11).digest] * 2


def test_another_seed_is_another_world() -> None:
    assert run_world(2).digest != run_world(3).digest


@pytest.mark.parametrize("part", range(PARTS))
def test_every_fault_alone_at_every_point_of_a_visit(part: int) -> None:
    walked = every(own_kinds=True)
    assert len(walked) > 600
    struck = ((point, strike(point.key, seed=point.seed)) for point in walked[part::PARTS])
    assert {point: world.broken for point, world in struck if world.broken} == {}


@pytest.mark.parametrize(("way", "seed"), OTHER_WAYS.items(), ids=OTHER_WAYS)
def test_the_walked_worlds_pay_in_all_ways(way: str, seed: int) -> None:
    names = {kind_of(point.key) for point in points(seed=seed)}
    asked = {
        "card": "before terminal.pay",
        "purse": "before purse.complete",
        "payer's code": "gateway.charge",
    }
    assert any(asked[way] in name for name in names)
    assert any(ending.startswith("printed") for ending in strike(seed=seed).endings)


def test_every_record_has_a_crash_before_in_and_after_it() -> None:
    names = {kind_of(point.key) for point in points()}
    for cause in (KILLED, POWER_CUT):
        assert f"{cause} in a commit" in names
        records = {name.split()[-1] for name in names if name.startswith(f"{cause} before the record")}
        assert len(records) > 15
        assert all(f"{cause} after the record {record}" in names for record in records)


@pytest.mark.parametrize("commit", range(1, 26))
def test_a_full_disk_at_any_commit_also_in_the_background(commit: int) -> None:
    outcome = strike(CANCELLED, f"1/the disk is full#{commit}")
    assert [str(broken) for broken in outcome.broken] == []


def test_a_failure_is_shrunk_to_the_faults_it_needs() -> None:
    control = next(control for control in CONTROLS if control.invariant is Invariant.ONE_PRINT)
    with pytest.MonkeyPatch.context() as patch:
        blindfold(patch)
        control.switch(patch)
        failing = next(world for seed in range(200) if (world := run_world(seed)).broken)
        story = shrink(failing, 4)
    assert story.outcome.broken[0].invariant is failing.broken[0].invariant
    assert len(story.faults) <= 3 < len(failing.happened)
    assert story.applicants <= 4
    assert "BROKEN" in story.lines()[-1]


def test_shrinking_finds_the_pair_that_matters() -> None:
    faults = tuple(f"fault {number}" for number in range(40))
    assert minimal(faults, lambda kept: {"fault 3", "fault 29"} <= set(kept)) == ("fault 3", "fault 29")


def test_a_fault_taken_away_leaves_the_other_draws_as_they_were() -> None:
    whole, less = (Fate(5, Plan(suppressed=frozenset(keys))) for keys in ((), ("0/jam#1",)))
    drawn = [
        (fate.fault("jam", 1.0), fate.seconds("pause", 0, 9), fate.chance("coin", 0.5))
        for fate in (whole, less)
    ]
    assert drawn[0][1:] == drawn[1][1:]
