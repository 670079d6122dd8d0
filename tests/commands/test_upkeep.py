"""`kiosk upkeep` as a technician types it, at the simulated machine's devices."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.app import only_one
from kiosk.cli import build
from kiosk.clock import SystemClock
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import Picture
from kiosk.journal.store import Journal
from kiosk.visit.events import CardInserted
from tests.devices.bench import place

CARD = "chen-xiaoming"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A machine that knows one card; its mechanics take no time."""
    (tmp_path / "permits" / CARD).mkdir(parents=True)
    (tmp_path / "kiosk.toml").write_text("pace = 0.0\n", encoding="utf-8")
    return tmp_path


def run(state: Path, *words: str, simulate: bool = True) -> tuple[int, str]:
    options = ["--state", str(state), "--config", str(state / "kiosk.toml")]
    done = CliRunner().invoke(
        build("upkeep"), ["upkeep", *words, *options, *(["--simulate"] if simulate else [])]
    )
    return done.exit_code, done.output


def lay(state: Path, picture: Picture) -> None:
    place(SimulatedParts(state, SystemClock(), 0.0).mechanism, picture, CARD)


def test_a_film_is_erased_and_counted(state: Path) -> None:
    code, said = run(state, "erase", "card_printer")
    assert (code, "no card at the print position" in said) == (1, True)
    lay(state, Picture.AT_PRINT)
    assert run(state, "erase", "card_printer") == (0, "done\n")
    told = json.loads(run(state, "show", "card_printer")[1])
    assert told["counters"]["cards_erased"] == 1
    assert (told["cleans"], told["erases"], told["state"]) == (True, True, "online")


def test_the_cleaning_card_goes_through(state: Path) -> None:
    assert run(state, "clean", "card_printer")[0] == 1
    lay(state, Picture.AT_ENTRY)
    assert run(state, "clean", "card_printer") == (0, "done\n")
    told = json.loads(run(state, "show", "card_printer")[1])
    assert told["counters"]["cleanings"] == 1


def test_a_reset_gives_the_card_out(state: Path) -> None:
    lay(state, Picture.AT_CHIP)
    assert run(state, "reset", "card_station", "--action", "eject") == (0, "done\n")
    assert SimulatedParts(state, SystemClock(), 0.0).mechanism.state().picture is Picture.AT_EXIT


def test_nothing_is_done_while_a_kiosk_runs_or_a_visit_is_open(state: Path) -> None:
    lay(state, Picture.AT_PRINT)
    with only_one(state):
        code, said = run(state, "erase", "card_printer")
        assert (code, "another kiosk works" in said) == (1, True)
    journal = Journal.open(state)
    journal.begin("visit-1", 1, CardInserted("visit-1", "K001", 1), SystemClock().now())
    journal.close()
    code, said = run(state, "erase", "card_printer")
    assert (code, "a visit is open" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("clean", "slip_printer"), 1, "not cleaned by a command"),
        (("erase", "slip_printer"), 1, "cannot leave a film empty"),
        (("clean", "toaster"), 2, "no such device"),
    ],
)
def test_what_is_not_to_be_had_is_said(state: Path, words: tuple[str, str], code: int, why: str) -> None:
    got, said = run(state, *words)
    assert (got, why in said) == (code, True)


def test_a_machine_without_the_device_says_so(state: Path) -> None:
    code, said = run(state, "clean", "card_printer", simulate=False)
    assert (code, "no driver is configured" in said) == (2, True)
    assert run(state, "reset", "document_printer", simulate=False)[0] == 2
