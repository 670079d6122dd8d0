"""`kiosk sandbox` as a process: says its address, serves, ends when told."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_told_to_stop(tmp_path: Path, ending: signal.Signals) -> None:
    with start("--port", "0", "--state", str(tmp_path)) as process:
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert address
        assert httpx.get(address[0], trust_env=False).status_code == 200
        assert (tmp_path / "keys" / "authority" / "authority.toml").exists()
        process.send_signal(ending)
        assert process.wait() == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start("--port", str(port), "--state", str(tmp_path)) as process:
            _, complaint = process.communicate()
    assert process.returncode == 1
    assert str(port) in complaint
