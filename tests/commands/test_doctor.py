"""`kiosk doctor` as a technician uses it: the computer, every device, what the machine offers, exit codes."""

import asyncio
import json
import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.app import only_one
from kiosk.assembly.checkup import Verdict
from kiosk.assembly.slots import BY_DEVICE
from kiosk.assembly.surroundings import Outcome, Surroundings, examine
from kiosk.cli import build
from kiosk.clock import SystemClock
from kiosk.commands.doctor import Health, Report, examined
from kiosk.config import Settings
from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedMachine, SimulatedParts
from kiosk.sandbox.server import SandboxServer
from tests.devices.bench import make_permits
from tests.e2e.harness import made_keys
from tests.support.virtual_time import VirtualClock


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return make_permits(tmp_path)


def bare(state: Path) -> Surroundings:
    """Return a computer on which nothing is installed but the program."""
    nowhere = state / "nowhere"
    return Surroundings(
        environment={}, rare_font=nowhere, pcsc_socket=nowhere, virtual_reader=nowhere, screens=nowhere
    )


def findings(state: Path, around: Surroundings, *, pcsc: bool = False) -> dict[str, Outcome]:
    found = examine(state, around, pcsc=pcsc)
    assert all((finding.remedy is None) == (finding.outcome is Outcome.OK) for finding in found)
    return {finding.check: finding.outcome for finding in found}


def report(state: Path, *, simulate: bool = True, **devices: dict[str, Any]) -> Report:
    settings = Settings(state=state, devices=devices)
    return asyncio.run(examined(settings, bare(state), simulate=simulate))


def verdicts(found: Report) -> dict[str, Verdict]:
    return {one.slot.device: one.verdict for one in found.devices}


# --- the computer -----------------------------------------------------------------------------------


def test_what_is_optional_is_named(state: Path) -> None:
    found = findings(state, bare(state))
    assert found["display"] is found["pcscd"] is found["vpcd"] is found["rare_font"] is Outcome.OPTIONAL
    assert found["python"] is found["pyside"] is found["fonts"] is found["state_folder"] is Outcome.OK


def test_a_real_reader_needs_its_service(state: Path) -> None:
    assert findings(state, bare(state), pcsc=True)["pcscd"] is Outcome.MISSING
    service = state / "pcscd.comm"
    service.touch()
    around = Surroundings(environment={"PCSCLITE_CSOCK_NAME": str(service)})
    assert findings(state, around, pcsc=True)["pcscd"] is Outcome.OK


@pytest.mark.parametrize(
    ("version", "outcome"),
    [("6.11.3", Outcome.OK), ("6.12.0", Outcome.MISSING), ("7.0", Outcome.MISSING), ("x", Outcome.MISSING)],
)
def test_the_version_of_qt_that_aborts_is_known(state: Path, version: str, outcome: Outcome) -> None:
    assert findings(state, Surroundings(pyside=lambda: version))["pyside"] is outcome


def test_no_qt_and_another_python_are_found(state: Path) -> None:
    def gone() -> str:
        raise metadata.PackageNotFoundError

    found = findings(state, Surroundings(pyside=gone, python=(3, 12)))
    assert found["pyside"] is found["python"] is Outcome.MISSING


def test_a_state_folder_that_cannot_be_is_found(state: Path) -> None:
    (state / "file").touch()
    assert findings(state / "file" / "below", bare(state))["state_folder"] is Outcome.MISSING


def test_a_display_is_found(state: Path) -> None:
    assert findings(state, Surroundings(environment={"DISPLAY": ":0"}))["display"] is Outcome.OK


# --- the authority ----------------------------------------------------------------------------------


def authority(found: Report) -> Outcome:
    return next(finding.outcome for finding in found.findings if finding.check == "authority")


def test_a_real_machine_needs_an_authority_that_answers(state: Path) -> None:
    assert authority(report(state)) is Outcome.OK, "the sandbox's"
    assert authority(report(state, simulate=False)) is Outcome.MISSING
    shutil.copytree(made_keys(), state, dirs_exist_ok=True)
    with SandboxServer(state, SystemClock(), kiosk_id="GZ01"):
        assert authority(report(state, simulate=False)) is Outcome.OK
    assert authority(report(state, simulate=False)) is Outcome.MISSING, "it does not answer any more"


# --- the devices ------------------------------------------------------------------------------------


def test_a_bare_machine_cannot_serve_and_each_missing_device_has_its_remedy(state: Path) -> None:
    found = report(state, simulate=False)
    assert found.health is Health.CANNOT_SERVE
    missing = [one for one in found.devices if one.slot.needed]
    assert {one.verdict for one in missing} == {Verdict.MISSING}
    assert all(one.remedies for one in missing)
    assert all(one.verdict is Verdict.ABSENT for one in found.devices if not one.slot.needed)
    assert not any(offer.offered for offer in found.offers)


def test_a_simulated_machine_can_serve(state: Path) -> None:
    found = report(state)
    assert found.health is Health.READY
    assert {one.verdict for one in found.devices if one.slot.needed} == {Verdict.READY}
    assert all(one.simulated for one in found.devices if one.driver)


def test_a_fault_is_told_with_the_remedy_of_the_catalogue(state: Path) -> None:
    faults = SimulatedParts(state, VirtualClock(), 0.0).faults
    faults.arm(DeviceName.PRINTER, "error_bit", FaultMode.UNTIL_CLEARED)
    found = report(state)
    (printer,) = [one for one in found.devices if one.slot.device == DeviceName.PRINTER]
    assert printer.verdict is Verdict.BROKEN
    assert [fault.code for fault in printer.faults] == ["PRINTER_FAULT"]
    assert printer.remedies
    assert found.health is Health.CANNOT_SERVE


def test_a_machine_without_its_slip_printer_serves_with_less(state: Path) -> None:
    faults = SimulatedParts(state, VirtualClock(), 0.0).faults
    faults.arm(DeviceName.SLIP, "paper_out", FaultMode.UNTIL_CLEARED)
    found = report(state)
    assert verdicts(found)["slip_printer"] is Verdict.BROKEN
    assert found.health is Health.SERVES_WITH_LESS
    offered = {offer.service.name: offer.offered for offer in found.offers}
    assert (offered["slip"], offered["endorsement"]) == (False, True)


def test_real_devices_are_asked_over_their_lines(state: Path) -> None:
    """A printer station of its own, as in another process; and a slip printer that is not there."""

    async def ask() -> Report:
        other = SimulatedMachine(state, VirtualClock(), 0.0)
        await other.printer_station.start()
        host, port = other.printer_station.address
        try:
            return await examined(
                Settings(
                    state=state,
                    devices={
                        "card_printer": {
                            "driver": "easyprinter",
                            "host": host,
                            "port": port,
                            "film_camera": "simulated",
                        },
                        "slip_printer": {"driver": "escpos", "serial": str(state / "no-such-port")},
                    },
                ),
                bare(state),
                simulate=True,
            )
        finally:
            await other.printer_station.close()
            await other.close()

    found = asyncio.run(ask())
    by_name = {one.slot.device: one for one in found.devices}
    assert by_name["card_printer"].verdict is Verdict.READY
    assert not by_name["card_printer"].simulated
    slip = by_name["slip_printer"]
    assert slip.verdict is Verdict.BROKEN
    assert "power" in slip.remedies[0].en
    assert found.health is Health.SERVES_WITH_LESS


def test_wrong_settings_of_a_device_are_told_beside_the_others(state: Path) -> None:
    found = report(state, slip_printer={"driver": "escpos"})
    assert verdicts(found)["slip_printer"] is Verdict.WRONG_SETTINGS
    assert verdicts(found)["chip_reader"] is Verdict.READY
    assert found.health is Health.CANNOT_SERVE, "kiosk run would refuse"


def test_devices_of_a_running_kiosk_are_left_alone(state: Path) -> None:
    with only_one(state):
        found = report(state)
    assert {one.verdict for one in found.devices if one.driver} == {Verdict.NOT_ASKED}


def test_the_command_prints_text_and_json_and_ends_with_its_code(state: Path) -> None:
    program = build("doctor")
    text = CliRunner().invoke(program, ["doctor", "--simulate", "--state", str(state)])
    assert text.exit_code == 0
    assert all(slot.title.zh in text.stdout for slot in BY_DEVICE.values())
    told = CliRunner().invoke(program, ["doctor", "--state", str(state), "--json"])
    as_json = json.loads(told.stdout)
    assert told.exit_code == as_json["exit_code"] == 1
    assert {one["device"] for one in as_json["devices"]} == set(BY_DEVICE)
    wrong = CliRunner().invoke(program, ["doctor", "--config", str(state / "nowhere.toml")])
    assert wrong.exit_code == 2
