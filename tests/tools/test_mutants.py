"""The list of mutants cannot rot: each still fits the program, and says what it is."""

from collections import Counter
from pathlib import Path

import pytest

from tools.mutants.listed import ROOT, Mutant, mutants
from tools.mutants.page import page
from tools.mutants.trial import Verdict

ALL = mutants()


@pytest.mark.parametrize("mutant", ALL, ids=lambda one: one.name)
def test_a_mutant_changes_one_place_and_leaves_a_program(mutant: Mutant) -> None:
    changed = mutant.text()
    assert mutant.old != mutant.new
    compile(changed, mutant.file, "exec")
    assert mutant.does.endswith(".")
    assert all((ROOT / test.partition("::")[0]).is_file() for test in mutant.tests)
    assert mutant.tests


def test_no_two_mutants_have_one_name() -> None:
    assert [name for name, count in Counter(one.name for one in ALL).items() if count > 1] == []


def test_a_text_that_stands_nowhere_any_more_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("b = 1\n")
    with pytest.raises(ValueError, match="m1: its text stands 0 times"):
        Mutant("g", "m1", "Does.", "a.py", "c = 1", "c = 2", ("t",)).text(tmp_path)


def test_the_page_says_who_caught_what_and_what_nobody_did() -> None:
    verdicts = [Verdict("seed 3: never paid"), Verdict("tests/a.py::test_b[1-2]"), Verdict()]
    told = page(list(zip(ALL, verdicts, strict=False)), "0-9")
    rows = [line.removesuffix(" |").rpartition("| ")[2] for line in told.splitlines() if "| `" in line]
    assert rows == ["seed 3: never paid", "`test_b` (`tests/a.py`)", "**nothing**"]
    assert "2 of 3 are caught, 1 by the worlds, 1 by tests" in told
