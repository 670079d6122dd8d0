"""What the service trial makes of the log and of the package, without booting anything."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.service_trial import __main__ as command
from tools.service_trial.log import Mark, waits
from tools.service_trial.machine import Machine, NoTrial

STARTED = r'{"__REALTIME_TIMESTAMP":"1002500000","MESSAGE":"Started endorsement-kiosk.service"}'
SERVING = r'{"__REALTIME_TIMESTAMP":"1004000000","MESSAGE":"[info] in service"}'
STRANGE = r'{"__REALTIME_TIMESTAMP":"1003000000","MESSAGE":[255,1]}'


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Machine]:
    """Return a machine whose log has these lines, and no more."""

    def make(*lines: str) -> Machine:
        said = "\n".join(lines)
        words = (sys.executable, "-c", f"print({said!r})")
        monkeypatch.setattr(Machine, "command", lambda *_: words)
        return Machine(1)

    return make


def test_lines_are_waited_for_in_their_order(told: Callable[..., Machine]) -> None:
    machine = told(SERVING, STARTED, STRANGE, SERVING)
    assert waits(machine, Mark(1000.0), 5, "^Started", "in service") == [2.5, 4.0]


def test_a_line_that_does_not_come_is_missing(told: Callable[..., Machine]) -> None:
    assert waits(told(SERVING, STARTED), Mark(1000.0), 5, "^Started", "in service") == [2.5]


def test_what_a_package_needs_is_read_from_it(tmp_path: Path) -> None:
    control = tmp_path / "root" / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    fields = (
        "Package: some\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: some\n"
    )
    control.write_text(fields + "Depends: python3 (>= 3.11), python3 (<< 3.12), cage\n", "utf-8")
    package = tmp_path / "some.deb"
    subprocess.run(["dpkg-deb", "--build", str(control.parents[1]), str(package)], check=True)
    assert command._needed(package) == ["cage", "python3"]


def test_a_missing_or_wrong_package_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoTrial, match="make installer"):
        command._package(tmp_path / "none.deb")
    (tmp_path / "wrong.deb").write_bytes(b"no package")
    with pytest.raises(NoTrial, match="not a package"):
        command._needed(tmp_path / "wrong.deb")
