"""`kiosk device` as a tester uses it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.commands.device import app
from kiosk.devices.contracts import DeviceName, Orientation
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import Picture
from tests.devices.bench import LI, WU, make_permits, place
from tests.support.virtual_time import VirtualClock


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return make_permits(tmp_path)


def command(state: Path, *words: str) -> Any:
    """Give a command and return what it prints as JSON."""
    result = CliRunner().invoke(app, [*words, "--state", str(state), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(state: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--state", str(state), "--json"])
    assert result.exit_code == 1, result.output
    return result.stderr


def parts(state: Path) -> SimulatedParts:
    return SimulatedParts(state, VirtualClock(), 0.0)


def test_the_state_folder_of_the_environment_is_the_one_meant(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_STATE", str(state))
    inserted = CliRunner().invoke(app, ["card_station", "insert", LI])
    assert inserted.exit_code == 0, inserted.output
    assert parts(state).mechanism.state().card == LI


def test_the_list_shows_every_device(state: Path) -> None:
    rows = command(state, "list")
    assert {row["device"] for row in rows} == set(DeviceName)
    text = CliRunner().invoke(app, ["list", "--state", str(state)])
    assert text.exit_code == 0
    assert all(name.value in text.stdout for name in DeviceName)


def test_a_card_goes_in_and_out(state: Path) -> None:
    row = command(state, "card_station", "insert", LI, "--upside-down")
    assert (row["picture"], row["card"], row["orientation"]) == ("at_entry", LI, Orientation.UPSIDE_DOWN)
    assert "in the way" in refused(state, "card_station", "insert", WU)
    assert command(state, "card_station", "take")["card"] is None
    assert command(state, "card_station", "half", WU)["picture"] == "half_in"
    assert command(state, "card_station", "pull")["picture"] == "no_card"
    assert "no card" in refused(state, "card_station", "take")


def test_a_permit_that_does_not_exist_is_named(state: Path) -> None:
    assert "no permit named" in refused(state, "card_station", "insert", "../../etc")


def test_the_bin_is_emptied(state: Path) -> None:
    place(parts(state).mechanism, Picture.RETAINED)
    assert command(state, "card_station", "show")["retained"] == [LI]
    assert command(state, "card_station", "empty-bin")["retained"] == []


def test_faults_are_armed_and_cleared(state: Path) -> None:
    row = command(state, "card_printer", "fault", "set", "jam", "--until-cleared")
    assert row["faults"] == {"jam": FaultMode.UNTIL_CLEARED}
    assert command(state, "card_printer", "fault", "set", "mute")["faults"]["mute"] == FaultMode.ONCE
    assert parts(state).faults.armed(DeviceName.PRINTER, "mute")
    assert command(state, "card_printer", "fault", "clear", "jam")["faults"] == {"mute": FaultMode.ONCE}
    assert command(state, "card_printer", "fault", "clear")["faults"] == {}
    command(state, "slip_printer", "fault", "set", "paper_out")
    assert all(row["faults"] == {} for row in command(state, "clear-faults"))
    assert "has no fault" in refused(state, "chip_reader", "fault", "set", "jam")


def test_an_armed_fault_is_shown_in_words(state: Path) -> None:
    parts(state).faults.arm(DeviceName.SLIP, "paper_out")
    assert "缺纸" in CliRunner().invoke(app, ["slip_printer", "show", "--state", str(state)]).stdout


def test_people_come_and_go(state: Path) -> None:
    assert command(state, "face_camera", "stand", WU, "--hint", "mask")["hints"] == ["mask"]
    assert command(state, "face_camera", "walk-away")["present"] is False
    assert command(state, "face_camera", "stand")["present"] is True
    assert "no hint" in refused(state, "face_camera", "stand", "--hint", "hat")


def test_purses_are_held_to_the_reader_and_taken_away(state: Path) -> None:
    assert command(state, "purse_reader", "hold", "poor")["present"] == "poor"
    assert "no card" in refused(state, "purse_reader", "hold", "gold")
    assert command(state, "purse_reader", "remove")["present"] is None


def test_the_terminal_takes_nothing_it_does_not_wait_for(state: Path) -> None:
    assert command(state, "card_terminal", "show")["stage"] == "idle"
    for words in (("tap", "debit"), ("insert", "debit"), ("pin", "111101"), ("walk-away",)):
        assert "not waiting" in refused(state, "card_terminal", *words)
    assert "no card" in refused(state, "card_terminal", "tap", "gold")


def test_a_phone_is_shown_to_the_scanner_and_its_code_is_told_to_nobody(state: Path) -> None:
    row = command(state, "payment_scanner", "show-code", "134567890123456789")
    assert row["phone_shown"] is True
    assert "134567890123456789" not in json.dumps(row)


def test_paper_is_refilled(state: Path) -> None:
    parts(state).faults.arm(DeviceName.SLIP, "paper_out", FaultMode.UNTIL_CLEARED)
    assert command(state, "slip_printer", "refill")["faults"] == {}


def test_what_stands_around_the_applicant_is_driven(state: Path) -> None:
    row = command(state, "keypad", "press", "up", "select")
    assert (row["counters"]["pressed"], row["headphones"]) == (2, "not_present")
    assert command(state, "keypad", "plug-in")["headphones"] == "present"
    assert command(state, "keypad", "pull-out")["headphones"] == "not_present"
    assert command(state, "cabinet", "picture", "tampered")["picture"] == "tampered"
    assert command(state, "ups", "picture", "battery_low")["picture"] == "battery_low"
    assert command(state, "lights", "show")["lit"] == []
    assert command(state, "sounds", "show")["counters"] == {"played": 0}
    assert command(state, "face_camera", "stand", "--photo")["photo"] is True
