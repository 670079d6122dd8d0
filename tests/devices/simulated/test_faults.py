"""The fault interface: armed once or until cleared, shared through the file, known names only."""

from pathlib import Path

import pytest

from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.faults import CATALOGUE, FaultKind, FaultMode, Faults, faults_of
from kiosk.devices.simulated.state_files import StateFolder

PRINTER = DeviceName.PRINTER


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path)


def test_armed_once_strikes_once(folder: StateFolder) -> None:
    Faults(folder).arm(PRINTER, "jam")
    elsewhere = Faults(folder)
    assert elsewhere.armed(PRINTER, "jam")
    assert elsewhere.take(PRINTER, "jam")
    assert not Faults(folder).take(PRINTER, "jam")


def test_armed_until_cleared_strikes_until_cleared(folder: StateFolder) -> None:
    faults = Faults(folder)
    faults.arm(PRINTER, "jam", FaultMode.UNTIL_CLEARED)
    assert [faults.take(PRINTER, "jam") for _ in range(3)] == [True] * 3
    faults.clear(PRINTER, "jam")
    assert not faults.armed(PRINTER, "jam")


def test_arming_again_replaces(folder: StateFolder) -> None:
    faults = Faults(folder)
    faults.arm(PRINTER, "jam", FaultMode.UNTIL_CLEARED)
    faults.arm(PRINTER, "jam")
    assert [fault.mode for fault in faults.active()] == [FaultMode.ONCE]


def test_clearing_a_device_leaves_the_others(folder: StateFolder) -> None:
    faults = Faults(folder)
    faults.arm(PRINTER, "jam")
    faults.arm(PRINTER, "mute")
    faults.arm(DeviceName.SLIP, "paper_out")
    faults.clear(PRINTER)
    assert [fault.name for fault in faults.active()] == ["paper_out"]
    faults.clear_all()
    assert faults.active() == ()


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: f"{kind.device}-{kind.name}")
def test_every_fault_can_be_armed_and_has_words(folder: StateFolder, kind: FaultKind) -> None:
    faults = Faults(folder)
    faults.arm(kind.device, kind.name)
    assert faults.take(kind.device, kind.name)
    assert kind.text.zh
    assert kind.text.en
    assert kind in faults_of(kind.device)


def test_an_unknown_fault_is_a_mistake(folder: StateFolder) -> None:
    for call in (Faults(folder).arm, Faults(folder).armed, Faults(folder).take, Faults(folder).clear):
        with pytest.raises(ValueError, match="has no fault"):
            call(PRINTER, "paper_out")


def test_a_damaged_file_arms_nothing(folder: StateFolder, tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('{"armed": [{"device": "card_printer"')
    assert Faults(folder).active() == ()
