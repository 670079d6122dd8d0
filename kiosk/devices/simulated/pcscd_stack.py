"""A private pcscd with the virtual reader of vsmartcard, for tests and for a visit on the real PC/SC stack.

The service gets namespaces of its own (mount, network, process), so that any number run side by side and
none meets the machine's own: as root directly, as an ordinary user through a user namespace. Where neither is
allowed the machine's own pcscd is shared under a lock. ``PCSCLITE_CSOCK_NAME`` is set for as long as the
stack is open; the PC/SC library reads it once in a process, hence one socket path for all of its stacks.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kiosk.devices.chip.card_folder import Behaviour
from kiosk.devices.chip.pcsc_service import Context, PcscError
from kiosk.devices.driver import ServiceUnavailable
from kiosk.devices.simulated.vpcd_card import CONNECTED, FIRST_PORT

READER = "Permit Reader"
"""Friendly name of the private stack's one reader."""

_VPCD = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_MACHINE_SOCKET = Path("/run/pcscd/pcscd.comm")
_LOCK = Path(tempfile.gettempdir()) / "kiosk-pcscd.lock"
_READY = "daemon ready"
_MOST_SAID = 64 * 1024
_READY_S, _STOP_S, _PLUG_S = 10.0, 5.0, 15.0
_CHANGE_MS, _MOST_CHANGES = 1000, 10
_SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"

_SCRIPT = """
ip link set lo up || exit 1
for net in 127.0.0.0/8 127.0.0.1; do
  ip route change local $net dev lo table local proto kernel scope host src 127.0.0.1 quickack 1
done
mount -t tmpfs tmpfs /run && mkdir /run/pcscd && mount --bind "$1/run" /run/pcscd || exit 1
exec "$2" --foreground --info --config "$1/conf"
"""


_open_here = threading.Lock()
"""Held while a stack is open: the library of this process finds one at a time."""


class StackUnavailable(ServiceUnavailable):
    """The stack cannot run here; the text names what is missing and the remedy."""


class PcscdStack:
    """Context manager: a running pcscd, and one virtual card in its reader at a time."""

    def __init__(self) -> None:
        self._service: subprocess.Popen[bytes] | None = None
        self._daemon = 0
        self._card: subprocess.Popen[bytes] | None = None
        self._leaving = False
        self._lock: IO[str] | None = None
        self._before: str | None = None
        self._opened = False
        self._log: deque[str] = deque(maxlen=50)
        self._listener: threading.Thread | None = None

    def __enter__(self) -> Self:
        missing = missing_parts()
        if missing:
            raise StackUnavailable(missing)
        if not _open_here.acquire(blocking=False):
            raise StackUnavailable("a stack is already open in this process: close it first")
        self._opened = True
        self._before = os.environ.get(_SOCKET_VARIABLE)
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def private(self) -> bool:
        """Whether this is a service of our own; the shared one cannot be stopped and started."""
        return self._lock is None

    def start(self, reader: str = READER) -> None:
        """Start the service (again), its reader under a name of choice; raise StackUnavailable."""
        if _may_unshare():
            self._start_private(reader)
        else:
            self._start_shared()

    def crash(self) -> None:
        """End the service without a word, as a crash of pcscd would; `start` brings it back."""
        if self._service is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._daemon, signal.SIGKILL)

    def stop(self) -> None:
        """Stop the service, as a restart of pcscd would: readers and cards are gone."""
        self.unplug()
        service, self._service = self._service, None
        if service is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._daemon, signal.SIGTERM)
        try:
            service.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait(_STOP_S)
        if self._listener is not None:
            self._listener.join(_STOP_S)
        elif service.stdout is not None:
            service.stdout.close()

    def close(self) -> None:
        """Stop everything that was started and put the environment back."""
        self.stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if not self._opened:
            return
        self._opened = False
        _open_here.release()
        if self._before is None:
            os.environ.pop(_SOCKET_VARIABLE, None)
        else:
            os.environ[_SOCKET_VARIABLE] = self._before

    def plug(self, folder: Path, behaviour: Behaviour | None = None) -> None:
        """Put the card of a folder into the reader; `behaviour` replaces the card's own.

        A card that is still there is pulled first, and the service sees the last one go: it would else take
        the new card for the old one, answer to reset and all. Returns once vpcd has the new card; the service
        notices it within 400 ms.
        """
        self.unplug()
        if self._leaving and self.private:
            self._await_absence()
        self._insert(folder, behaviour)

    def swap(self, folder: Path) -> None:
        """Put another card into the reader so quickly that the service does not see the first one go."""
        self.unplug()
        self._insert(folder, None)

    def _await_absence(self) -> None:
        """Wait until the service sees no card; a service that is gone sees none."""
        with contextlib.suppress(PcscError), contextlib.closing(_Watch(Context())) as watch:
            for _ in range(_MOST_CHANGES):
                if not watch.present():
                    break
        self._leaving = False

    def _insert(self, folder: Path, behaviour: Behaviour | None) -> None:
        command = [*self._entrance(), sys.executable, "-m", "kiosk.devices.simulated.vpcd_card", str(folder)]
        if behaviour is not None and behaviour.mute_after is not None:
            command += ["--mute-after", str(behaviour.mute_after)]
        if behaviour is not None and behaviour.pulled_after is not None:
            command += ["--pull-after", str(behaviour.pulled_after)]
        card = subprocess.Popen([*command, "--port", str(FIRST_PORT)], stdout=subprocess.PIPE)  # noqa: S603 our own program
        self._card = card
        said = _await_line(card, CONNECTED, _PLUG_S, self._log)
        if not said:
            self.unplug()
            raise StackUnavailable(f"the virtual card did not reach the reader: {self._last_words()}")

    def unplug(self) -> None:
        """Pull the card, wherever the reader is with it."""
        card, self._card = self._card, None
        if card is None:
            return
        self._leaving = True
        card.kill()
        card.wait(_STOP_S)
        if card.stdout is not None:
            card.stdout.close()

    def wait_pulled(self) -> None:
        """Wait until a card that is to be pulled after some commands has gone."""
        if self._card is not None:
            self._card.wait(_PLUG_S)

    def _start_private(self, reader: str) -> None:
        folder = _run_folder()
        _configure(folder, reader)
        socket = folder / "run" / "pcscd.comm"
        if Context.socket not in (None, str(socket)):
            raise StackUnavailable("this process already spoke to another PC/SC service: use a fresh process")
        for left in (folder / "run").iterdir():
            left.unlink()
        os.environ[_SOCKET_VARIABLE] = str(socket)
        service = subprocess.Popen(  # noqa: S603 fixed command
            [*_unshare(), "sh", "-c", _SCRIPT, "pcscd-stack", str(folder), _pcscd()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._service, self._listener = service, None
        if not _await_line(service, _READY, _READY_S, self._log):
            raise StackUnavailable(f"pcscd did not start: {self._last_words()}")
        children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
        self._daemon = int(children[0])
        self._listener = _drain(service, self._log)

    def _start_shared(self) -> None:
        if not _MACHINE_SOCKET.exists():
            raise StackUnavailable(
                "neither namespaces of our own are allowed here nor does the machine's pcscd run: "
                "start pcscd, or allow unprivileged user namespaces"
            )
        if self._lock is None:
            self._lock = _LOCK.open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        os.environ[_SOCKET_VARIABLE] = str(_MACHINE_SOCKET)

    def _entrance(self) -> list[str]:
        if self._service is None:
            return []
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return [_tool("nsenter"), f"--target={self._daemon}", *user, "--net", "--"]

    def _last_words(self) -> str:
        return " / ".join(list(self._log)[-3:]) or "no message"


class _Watch:
    """The service's own view of its readers, waited upon."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[str, int] = {}

    def present(self) -> bool:
        """Return whether a card is in any reader, after waiting for a change since the last call."""
        states = [(name, self._known.get(name, 0)) for name in self._context.readers()]
        views = self._context.wait(states, _CHANGE_MS)
        self._known = {view.name: view.raw for view in views}
        return any(view.present for view in views)

    def close(self) -> None:
        self._context.release()


def reserve_socket() -> Path:
    """Point this process at the socket of its own stacks for good, and return it.

    For test suites: whatever calls PC/SC first then finds no service instead of the machine's, and the stacks
    opened later are still found, although the library reads the path only once.
    """
    socket = _run_folder() / "run" / "pcscd.comm"
    os.environ[_SOCKET_VARIABLE] = str(socket)
    return socket


def missing_parts() -> str:
    """Return what is not installed, with the remedy; empty where everything is there."""
    if shutil.which("pcscd", path=_PATH) is None:
        return "pcscd is not installed: apt-get install pcscd"
    if not _VPCD.exists():
        return "the virtual reader is not installed: apt-get install vsmartcard-vpcd"
    return ""


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _tool(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise StackUnavailable(f"{name} is not installed: apt-get install util-linux iproute2")
    return found


def _pcscd() -> str:
    return _tool("pcscd")


def _unshare() -> list[str]:
    flags = "-nmf" if os.geteuid() == 0 else "-Urnmf"
    return [_tool("unshare"), flags, "--pid", "--kill-child"]


@functools.cache
def _may_unshare() -> bool:
    """Return whether namespaces of our own are allowed, by trying."""
    trial = [*_unshare(), "sh", "-c", "mount -t tmpfs tmpfs /run && ip link set lo up"]
    return subprocess.run(trial, capture_output=True, timeout=_READY_S, check=False).returncode == 0  # noqa: S603 fixed command


@functools.cache
def _run_folder() -> Path:
    """Return this process's one folder for private stacks."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pcscd-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "run").mkdir()
    (folder / "conf").mkdir()
    return folder


def _configure(folder: Path, reader: str) -> None:
    (folder / "conf" / "reader").write_text(
        f'FRIENDLYNAME "{reader}"\nDEVICENAME /dev/null:{FIRST_PORT}\n'
        f"LIBPATH {_VPCD}\nCHANNELID {FIRST_PORT}\n"
    )


def _await_line(process: "subprocess.Popen[bytes]", wanted: str, seconds: float, log: "deque[str]") -> bool:
    """Return whether the process says `wanted`, each piece within `seconds` of the one before."""
    if process.stdout is None:
        return False
    said = ""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(seconds):
            piece = os.read(process.stdout.fileno(), 4096)
            said = (said + piece.decode(errors="replace"))[-_MOST_SAID:]
            if wanted in said or not piece:
                break
    log.extend(said.splitlines())
    return wanted in said


def _drain(process: "subprocess.Popen[bytes]", log: "deque[str]") -> threading.Thread:
    """Keep reading what the service says, or its pipe would fill up and stop it."""
    stream = process.stdout

    def read() -> None:
        if stream is not None:
            with stream:
                log.extend(line.decode(errors="replace").strip() for line in stream)

    listener = threading.Thread(target=read, name="pcscd-log", daemon=True)
    listener.start()
    return listener
