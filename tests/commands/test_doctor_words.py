"""The words of the doctor: each value has one in both languages, and the text is of one language."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.assembly.checkup import Verdict
from kiosk.assembly.surroundings import Outcome
from kiosk.cli import build
from kiosk.commands import doctor_words as words
from kiosk.devices.contracts import DeviceState
from kiosk.devices.driver import Capability
from kiosk.devices.upkeep import Consumable, ConsumableKind, Level, Unit


def test_every_value_has_its_word() -> None:
    assert set(words.OUTCOMES) == set(Outcome)
    assert set(words.VERDICTS) == set(Verdict)
    assert set(words.STATES) == set(DeviceState)
    assert set(words.CAPABILITIES) == set(Capability)


@pytest.mark.parametrize("kind", ConsumableKind)
@pytest.mark.parametrize("unit", [None, *Unit])
def test_what_runs_out_is_told_whatever_it_is(kind: ConsumableKind, unit: Unit | None) -> None:
    for level in Level:
        told = words.consumable(Consumable(kind, "Black", level, 7, 5, unit))
        assert " 7" in told.zh
        assert "7" in told.en
        assert ("full" in told.en) == (kind is ConsumableKind.WASTE)
        assert words.consumable(Consumable(kind, "Black", level)).en


@pytest.mark.parametrize(
    ("language", "heading", "strange"), [("en", "Devices", "设备"), ("zh_CN", "设备", " ok ")]
)
def test_the_text_is_of_the_language_asked_for(
    tmp_path: Path, language: str, heading: str, strange: str
) -> None:
    done = CliRunner().invoke(build("doctor"), ["doctor", "--state", str(tmp_path), "--language", language])
    assert heading in done.output
    assert strange not in done.output
