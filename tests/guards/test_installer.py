"""The installer's recipe, without building it: dependencies, paths that agree, scripts that parse."""

import re
import subprocess
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


def test_the_service_comes_back_and_is_watched_through_the_screens_thread() -> None:
    service = (PACKAGING / "endorsement-kiosk.service").read_text("utf-8")
    lines = {line for line in service.splitlines() if line and not line.startswith("#")}
    assert {"Type=notify", "NotifyAccess=all", "Restart=always", "StartLimitIntervalSec=0"} <= lines
    assert any(line.startswith("WatchdogSec=") for line in lines)
    # The program is a child of cage: it would take the watchdog for its parent's and never feed it.
    assert "/usr/bin/env --unset=WATCHDOG_PID /opt" in service
    # It hides /run/user, where the window system's socket lies.
    assert not any(line.startswith("ProtectHome=") for line in lines)
    assert {"NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict"} <= lines


def test_nothing_is_enabled_by_installing() -> None:
    scripts = "".join((PACKAGING / name).read_text("utf-8") for name in ("postinst", "prerm", "postrm"))
    assert "systemctl enable" not in scripts


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm"])
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
