"""`kiosk run` as a process: the screen comes up, the machine behind it serves, and both end on SIGTERM."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from kiosk.devices.simulated.machine import SimulatedParts
from tests.support.patience import LONG_S
from tests.support.virtual_time import VirtualClock


def test_a_card_put_in_from_outside_is_served_on_the_screen(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "--verbose", "--pace", "0"]
    offscreen = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    with subprocess.Popen(
        [*command, "--state", str(tmp_path)], stderr=subprocess.PIPE, text=True, env=offscreen
    ) as running:
        assert running.stderr is not None
        seen: list[str] = []
        for line in running.stderr:
            seen.append(line)
            if "in service" in line:
                SimulatedParts(tmp_path, VirtualClock()).mechanism.insert("chen-xiaoming")
            if "step=identifying" in line:
                running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=LONG_S) == 0, "".join(seen)
    assert any("step=identifying" in line for line in seen), "".join(seen)


def refused(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "run", *words]
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=LONG_S, check=False, env=environment
    )


def test_without_a_display_it_says_so_itself(tmp_path: Path) -> None:
    done = refused("--simulate", "--state", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("There is no display to show the kiosk on (")
    assert "kiosk visit" in done.stderr
    assert "Reinstalling" not in done.stderr


def test_without_simulation_every_device_without_a_real_driver_is_named_before_there_is_a_screen(
    tmp_path: Path,
) -> None:
    done = refused("--state", str(tmp_path))
    assert done.returncode == 2
    for device in ("card_station", "chip_reader", "code_scanner", "face_camera", "card_printer"):
        assert f"[devices.{device}]: no driver is configured" in done.stderr
    assert "one file (docs/write-a-driver.md)" in done.stderr
    assert "slip_printer" not in done.stderr, "it is optional"
    assert "Traceback" not in done.stderr


def test_a_wrong_section_is_named_before_there_is_a_screen(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text('[devices.slip_printer]\ndriver = "escpos"\nhost = "printer"\nport = 0\n')
    done = refused("--simulate", "--config", str(settings), "--state", str(tmp_path))
    assert done.returncode == 2
    assert "[devices.slip_printer] port: " in done.stderr
