"""The installer's recipe, without building it: dependencies, paths that agree, scripts that parse."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import build_installer

PACKAGING = build_installer.PACKAGING


def test_the_control_file_asks_for_what_the_program_needs() -> None:
    control = build_installer.control_text("1.2.3", "amd64", 4096)
    fields = dict(line.split(": ", 1) for line in control.splitlines() if not line.startswith(" "))
    wanted = fields["Depends"].split(", ")
    assert {"python3 (>= 3.11)", "python3 (<< 3.12)", "pcscd", "fonts-hanazono", "libegl1", "cage"} <= set(
        wanted
    )
    assert len(set(wanted)) == len(wanted)
    assert not {"gcc", "xvfb", "vsmartcard-vpcd"} & set(wanted)
    assert (fields["Version"], fields["Installed-Size"]) == ("1.2.3", "4096")


def test_the_service_starts_what_the_package_installs() -> None:
    service = (PACKAGING / "endorsement-kiosk.service").read_text("utf-8")
    assert f"/{build_installer.HOME}/bin/kiosk run --config /etc/endorsement-kiosk/kiosk.toml" in service
    user = re.search(r"^User=(\S+)$", service, re.MULTILINE)
    assert user
    assert f"u {user[1]} " in (PACKAGING / "endorsement-kiosk.conf").read_text("utf-8")


def service_lines() -> set[str]:
    service = (PACKAGING / "endorsement-kiosk.service").read_text("utf-8")
    return {line for line in service.splitlines() if line and not line.startswith("#")}


def test_the_service_comes_back_and_is_watched_through_the_screens_thread() -> None:
    lines = service_lines()
    assert {"Type=notify", "NotifyAccess=all", "Restart=always", "StartLimitIntervalSec=0"} <= lines
    assert any(line.startswith("WatchdogSec=") for line in lines)
    # The program is a child of cage: it would take the watchdog for its parent's and never feed it.
    assert any("/usr/bin/env --unset=WATCHDOG_PID /opt" in line for line in lines)
    assert {"NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict"} <= lines


def test_the_service_has_no_session_and_its_own_runtime_folder() -> None:
    """In a session, logind would move the processes out of the unit: READY=1 would be a stranger's."""
    lines = service_lines()
    assert not any(line.startswith("PAMName=") for line in lines)
    assert {"RuntimeDirectory=endorsement-kiosk", "RuntimeDirectoryMode=0700"} <= lines
    assert {"StandardOutput=journal", "StandardError=journal"} <= lines
    variables = " ".join(line for line in lines if line.startswith("Environment="))
    assert "XDG_RUNTIME_DIR=/run/endorsement-kiosk" in variables
    assert "LIBSEAT_BACKEND=seatd" in variables
    assert "seatd" in build_installer.control_text("1", "amd64", 1)


@pytest.fixture
def window_system() -> Iterator[subprocess.Popen[str]]:
    """A parent that ends with its child, as cage does."""
    script = "sleep 60 & echo begun; wait $!; echo ended"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "begun\n"
        yield parent


def test_the_kiosk_is_asked_to_end_not_its_window_system(window_system: subprocess.Popen[str]) -> None:
    assert f"ExecStop=-/{build_installer.HOME}/libexec/end-kiosk" in service_lines()
    variables = {"MAINPID": str(window_system.pid), "PATH": "/usr/bin:/bin"}
    stopping = subprocess.Popen([str(PACKAGING / "end-kiosk")], env=variables)
    assert window_system.communicate()[0] == "ended\n"
    assert stopping.wait() == 0


def test_a_kiosk_that_has_ended_by_itself_is_not_asked() -> None:
    ended = subprocess.run([str(PACKAGING / "end-kiosk")], env={}, check=False, capture_output=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


@pytest.mark.parametrize("group", ["video", "render", "input", "dialout", "lp", "audio"])
def test_the_services_user_reaches_devices(group: str) -> None:
    assert f"m endorsement-kiosk {group}\n" in (PACKAGING / "endorsement-kiosk.conf").read_text("utf-8")


def test_nothing_is_enabled_by_installing() -> None:
    scripts = "".join((PACKAGING / name).read_text("utf-8") for name in ("postinst", "prerm", "postrm"))
    assert "systemctl enable" not in scripts


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm", "end-kiosk"])
def test_maintainer_scripts_parse(script: str) -> None:
    assert subprocess.run(["sh", "-n", str(PACKAGING / script)], check=False).returncode == 0


@pytest.mark.parametrize("arguments", [["--version", "not a version"], ["--version", ""]])
def test_a_wrong_version_is_said(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build_installer.main([*arguments, "--output", str(tmp_path)]) == 1
    assert "not a Debian version" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_times_must_be_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert build_installer.main(["--output", str(tmp_path)]) == 1
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err
