"""Scenario files: read with every mistake named, played through the one fault interface, moment by moment."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.bench.scenario import LARGEST, ScenarioInvalid, load_scenario, shipped_scenarios
from kiosk.bench.scenario_player import ScenarioPlayer, ScenarioStage
from kiosk.cli import build
from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import Picture, PrintPhase
from tests.devices.bench import LI, make_permits, place, running
from tests.support.virtual_time import VirtualClock, run

TITLE = 'title = { zh = "试", en = "Trial" }\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "trial.toml"
    path.write_text(TITLE + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_can_be_read(name: str) -> None:
    scenario = load_scenario(shipped_scenarios()[name])
    assert scenario.title.zh
    assert scenario.moments


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "moment: Field required"),
        ("[[moment]]\n", "moment 1:.*expected one of fault, clear and do"),
        ('[[moment]]\nfault = "card_printer.explodes"', "moment 1:.*there is no such fault"),
        ('[[moment]]\nfault = "all"', "there is no such fault"),
        (
            '[[moment]]\nclear = "all"\n[[moment]]\nwhen = "card:flying"\nclear = "all"',
            "moment 2:.*card:PICTURE",
        ),
        ('[[moment]]\nwhen = "visit:eating"\nclear = "all"', "visit:STEP"),
        ('[[moment]]\ndo = "card_station.insert"', "name: the permit"),
        ('[[moment]]\ndo = "card_station.pull"\nname = "x"', "name: the permit"),
        ('[[moment]]\nclear = "all"\nafter_s = -1', "moment 1: after_s: .*greater than or equal to 0"),
        ('[[moment]]\nclear = "all"\nsurprise = 1', "moment 1: surprise: "),
        ("this is no TOML", "not TOML"),
        ("#" * LARGEST, "longer than"),
    ],
)
def test_a_file_that_is_no_scenario_is_named(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioInvalid, match=named):
        load_scenario(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioInvalid, match="No such file"):
        load_scenario(tmp_path / "nothing.toml")


def test_each_moment_waits_for_the_one_before_and_for_its_own(tmp_path: Path) -> None:
    scenario = load_scenario(
        written(
            tmp_path,
            """
            [[moment]]
            when = "card:at_print"
            fault = "card_printer.cover_open"
            lasting = true
            [[moment]]
            after_s = 4.0
            clear = "card_printer.cover_open"
            [[moment]]
            when = "print:printed"
            do = "card_station.pull"
            [[moment]]
            do = "card_station.take"
            """,
        )
    )

    async def play() -> None:
        async with (
            running(tmp_path) as machine,
            ScenarioPlayer(scenario, machine, machine.pace.clock) as player,
        ):
            clock = machine.pace.clock
            await clock.sleep(1)
            assert player.played == 0
            place(machine.mechanism, Picture.AT_PRINT)
            await clock.sleep(1)
            assert machine.faults.armed(DeviceName.PRINTER, "cover_open")
            await clock.sleep(4)
            assert (player.played, machine.faults.active()) == (2, ())
            machine.mechanism.mark_print(PrintPhase.PRINTED)
            await clock.sleep(1)
            assert machine.mechanism.state().picture is Picture.NO_CARD
            assert player.ended.is_set()
            assert player.problems == ["moment 4: card_station.take: no card is in reach: no_card"]

    run(play())


def test_what_was_not_reached_is_let_go_of(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, '[[moment]]\nafter_s = 60\nfault = "card_printer.jam"'))

    async def play() -> None:
        async with running(tmp_path) as machine:
            async with ScenarioPlayer(scenario, machine, machine.pace.clock) as player:
                await machine.pace.clock.sleep(1)
            await machine.pace.clock.sleep(120)
            assert (player.played, machine.faults.active()) == (0, ())

    run(play())


def test_the_dock_plays_shipped_scenarios_one_at_a_time(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path) as machine:
            clock = machine.pace.clock
            stage = ScenarioStage(machine, clock)
            assert {name for name, _, _ in stage.scenarios()} == set(shipped_scenarios())
            stage.play("reader-away-and-back")
            await clock.sleep(1)
            assert [name for name, _, playing in stage.scenarios() if playing] == ["reader-away-and-back"]
            assert machine.faults.armed(DeviceName.CHIP, "offline")
            stage.play("printer-jams")  # takes its place
            await clock.sleep(30)
            assert machine.faults.armed(DeviceName.CHIP, "offline"), "the other was broken off"
            stage.play("printer-jams")
            await clock.sleep(1)
            assert not any(playing for _, _, playing in stage.scenarios())
            stage.play("reader-away-and-back")
            await clock.sleep(30)
            assert not machine.faults.active()
            assert not any(playing for _, _, playing in stage.scenarios())

    run(play())


def test_the_command_plays_a_file_on_a_state_folder(tmp_path: Path) -> None:
    make_permits(tmp_path)
    file = written(
        tmp_path,
        f"""
        [[moment]]
        do = "card_station.insert"
        name = "{LI}"
        [[moment]]
        when = "card:at_entry"
        fault = "chip_reader.mute"
        [[moment]]
        do = "face_camera.walk-away"
        """,
    )
    program = build("device")
    played = CliRunner().invoke(
        program, ["device", "scenario", str(file), "--state", str(tmp_path), "--json"]
    )
    assert json.loads(played.stdout) == {"played": 3, "problems": []}
    parts = SimulatedParts(tmp_path, VirtualClock(), 0.0)
    assert parts.faults.armed(DeviceName.CHIP, "mute")
    assert parts.mechanism.state().card == LI
    assert not parts.camera.scene().present


@pytest.mark.parametrize("named", ["printer-jams", "no-such-scenario"])
def test_a_scenario_that_cannot_be_played_here_is_refused(named: str, tmp_path: Path) -> None:
    refused = CliRunner().invoke(build("device"), ["device", "scenario", named, "--state", str(tmp_path)])
    assert refused.exit_code == 2
    assert "kiosk visit --scenario" in refused.stderr or "shipped scenarios are" in refused.stderr
