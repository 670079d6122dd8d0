"""A real IPP printer (ippeveprinter of CUPS) on a private bus, with a print command that fails on demand.

It starts only where a D-Bus system bus and both loopback addresses are to be had, so every bench brings a
bus of its own; its address goes to the printer's environment alone. Everything is stopped by pid.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self

from reportlab.pdfgen.canvas import Canvas

from tests.support.patience import LONG_S
from tests.support.ports import free_port

_BUS = """<busconfig><type>custom</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""
_COMMAND = """#!/bin/bash
# What the printer runs for every job; the file fault.mode says how it goes wrong.
mode() {{ cat {folder}/fault.mode; }}
until_changed() {{ read -r _ < {folder}/go; }}
came_out() {{ cp "$1" {folder}/out/; echo "ATTR: job-impressions-completed={pages}" >&2; }}
echo "ATTR: job-impressions={pages}" >&2
m=$(mode)
case $m in
 ok) came_out "$1";;
 silent_counter) cp "$1" {folder}/out/;;
 slow) until_changed; came_out "$1";;
 media-empty|cover-open)
  echo "STATE: +$m-error" >&2; until_changed; echo "STATE: -$m-error" >&2; came_out "$1";;
 jam) echo "STATE: +media-jam-error" >&2; echo "ERROR: paper jammed" >&2; exit 1;;
 ribbon) echo "STATE: +marker-supply-empty-error" >&2; echo "ATTR: marker-levels=0,0,0,0,0" >&2; exit 1;;
 crash) kill -SEGV $$;;
 hang) exec cat {folder}/go;;
esac
"""


def document(pages: int = 1) -> bytes:
    """Return a PDF of A4 pages."""
    path = tempfile.SpooledTemporaryFile()  # noqa: SIM115 - closed below
    with closing(path):
        canvas = Canvas(path, pagesize=(595.276, 841.89), invariant=True)
        for page in range(pages):
            canvas.drawString(72, 720, f"Exit and entry record, page {page + 1}")
            canvas.showPage()
        canvas.save()
        path.seek(0)
        content: bytes = path.read()
    return content


class PrinterBench:
    """One printer: `set` the fault before a job, `go` to let a held job continue."""

    def __init__(self, folder: Path, bus: str, pages: int) -> None:
        self.folder = folder
        self._bus = bus
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "out").mkdir()
        (folder / "spool").mkdir()
        (folder / "keys").mkdir()
        os.mkfifo(folder / "go")
        command = folder / "print.sh"
        command.write_text(_COMMAND.format(folder=folder, pages=pages))
        command.chmod(0o755)
        self.set("ok")

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    def set(self, fault: str) -> None:
        (self.folder / "fault.mode").write_text(fault)

    def go(self) -> None:
        """Let the job that is held go on; blocks until the print command reads it."""
        with (self.folder / "go").open("w") as gate:
            gate.write("go\n")

    def printed(self) -> list[Path]:
        return sorted((self.folder / "out").iterdir())

    def start(self) -> Self:
        """Start the printer and wait until it listens."""
        command = ["ippeveprinter", "-r", "off", "-p", str(self.port), "-n", "localhost"]
        command += [
            "-d",
            str(self.folder / "spool"),
            "-f",
            "application/pdf",
            "-K",
            str(self.folder / "keys"),
        ]
        command += ["-c", str(self.folder / "print.sh"), "A4 printer"]
        with (self.folder / "printer.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self._bus},
                start_new_session=True,
            )
        _wait_for_port(self.port, self._process)
        return self

    def kill(self) -> None:
        """The printer dies without a word, and its print command with it."""
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(LONG_S)


@contextmanager
def printer_bench(pages: int = 1, start: bool = True) -> Iterator[PrinterBench]:
    """Give a printer with its private bus; both are gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ipp-")))
        bus = stack.enter_context(_private_bus(folder))
        bench = PrinterBench(folder, bus, pages)
        stack.callback(bench.kill)
        yield bench.start() if start else bench


@contextmanager
def _private_bus(folder: Path) -> Iterator[str]:
    address = f"unix:path={folder}/bus.sock"
    (folder / "bus.conf").write_text(_BUS.format(socket=folder / "bus.sock"))
    daemon = shutil.which("dbus-daemon")
    assert daemon is not None, "Debian package dbus"
    command = [daemon, f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), "the private bus does not start"  # its address: it listens
            yield address
        finally:
            process.kill()
            process.wait(LONG_S)


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """The printer has no way to say that it listens: try until it does, at most a few seconds."""
    for _ in range(2000):
        assert process.poll() is None, "ippeveprinter ended: see printer.log"
        with closing(socket.socket()) as probe:
            probe.settimeout(1.0)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("ippeveprinter does not listen")
