"""upsd at the far end: the real one of the system with its dummy driver, or a scripted one."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.support.patience import LONG_S
from tests.support.ports import free_port

NAME = "kiosk"
UPSD = Path("/lib/nut/upsd")  # what Debian puts in /usr/sbin looks at its own configuration first
DRIVER = Path("/lib/nut/dummy-ups")

FULL = 'battery.charge: 100\nbattery.runtime: 1800\nups.status: OL\nups.mfr: ACME "Quoted"\n'


def listing(*lines: str) -> bytes:
    """Return the answer to LIST VAR with these lines."""
    return "\n".join([f"BEGIN LIST VAR {NAME}", *lines, f"END LIST VAR {NAME}", ""]).encode()


class RealUpsd:
    """A upsd with a UPS whose variables stand in a file; of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.port = free_port()
        self._folder = folder
        self._state = folder / "run"
        self._device = folder / "kiosk.dev"

    def start(self, variables: str = FULL) -> None:
        self._state.mkdir(mode=0o755)
        self._device.write_text(variables)
        (self._folder / "ups.conf").write_text(
            f"[{NAME}]\n driver = dummy-ups\n port = {self._device}\n mode = dummy-once\n"
        )
        (self._folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {self.port}\nMAXAGE 25\n")
        (self._folder / "upsd.users").write_text("")
        for name in ("ups.conf", "upsd.conf", "upsd.users"):
            (self._folder / name).chmod(0o640)
        self._run(str(DRIVER), "-a", NAME, "-u", "root", "-i", "1")
        self._run(str(UPSD), "-u", "root")

    def set(self, variables: str) -> None:
        """Change the UPS: written aside and put in place, so that the driver never reads half a file."""
        aside = self._folder / "aside"
        aside.write_text(variables)
        aside.replace(self._device)

    def stop(self) -> None:
        for pid_file in self._state.glob("*.pid"):
            self._end(pid_file)

    def stop_driver(self) -> None:
        for pid_file in self._state.glob("dummy-ups-*.pid"):
            self._end(pid_file)

    def _end(self, pid_file: Path) -> None:
        pid = int(pid_file.read_text())
        pid_file.unlink()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def _run(self, *command: str) -> None:
        """Start a service; it comes back once it serves, and goes on in the background."""
        environment = {
            "NUT_CONFPATH": str(self._folder),
            "NUT_STATEPATH": str(self._state),
            "NUT_ALTPIDPATH": str(self._state),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        }
        with (self._folder / "log").open("ab") as log:
            subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=True,
                timeout=LONG_S,
            )


class ScriptedUpsd:
    """Answers every line with the same bytes; None says nothing."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.asked: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                self.asked.append(line)
                if self.answer is not None:
                    writer.write(self.answer)
        finally:
            writer.transport.abort()


@asynccontextmanager
async def scripted(answer: bytes | None) -> AsyncIterator[tuple[ScriptedUpsd, int]]:
    far = ScriptedUpsd(answer)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await far.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield far, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
