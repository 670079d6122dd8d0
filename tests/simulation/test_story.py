"""A failure is told in plain words: what broke, by which faults, at which step, and no further than that."""

from dataclasses import replace

from kiosk.simulation.fate import Plan
from kiosk.simulation.story import in_words, tell
from kiosk.simulation.world import run_world

KILLED = "2/the program is killed after card_printer.print_card#1"


def test_faults_are_told_in_words() -> None:
    assert (
        in_words(KILLED) == "while applicant 2 is there: the program is killed after card_printer.print_card"
    )
    assert in_words("1/applicant pulls the card at proving#1") == (
        "while applicant 1 is there: applicant pulls the card while checking that the machine can deliver"
    )
    assert in_words("99/gateway query loses its answer#3") == (
        "while staff work on cases: gateway query loses its answer (time 3 that it could)"
    )


def test_a_story_names_the_step_and_ends_where_it_broke() -> None:
    outcome = run_world(0, Plan(storm=0.0, forced=frozenset({KILLED})), 2)
    struck = next(i for i, line in enumerate(outcome.trace) if "FAULT" in line)
    cut = (
        *outcome.trace[: struck + 1],
        f"{9e5:10.3f} BROKEN: never two prints",
        *outcome.trace[struck + 1 :],
    )
    told = tell(0, 2, (KILLED,), replace(outcome, trace=cut))
    assert told[0] == "In seed 0 with 2 applicants, by 1 fault:"
    assert told[1].strip() == in_words(KILLED)
    assert "visit 2 stood at “printing the card”" in told[2]
    assert "(1 applicant before; nothing of theirs matters)" in told[4]
    assert told[5].endswith("applicant 2 comes with card 2")
    assert any(line.endswith("visit 2: payment settled; now issuing") for line in told)
    assert told[-2].endswith(">>> the program is killed after card_printer.print_card")
    assert told[-1].endswith("BROKEN: never two prints")
    assert len(told) < 40


def test_a_tap_that_does_nothing_is_told_and_one_that_is_taken_only_once() -> None:
    outcome = run_world(0, Plan(storm=0.0), 1)
    late = (*outcome.trace, f"{9e5:10.3f} tap WentBack", f"{9e5:10.3f} everything works again")
    told = tell(0, 1, (), replace(outcome, trace=late))
    assert told[-2].endswith("tapped, and nothing came of it: went back")
    assert sum("order confirmed" in line for line in told) == 1
