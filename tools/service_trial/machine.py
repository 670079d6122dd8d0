"""The trial machine: a tree of Debian 12, booted by systemd-nspawn over a copy in memory."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

BOOT_S, END_S = 120, 60
_GROUPS = "/sys/fs/cgroup"
_SYSTEM = "systemd,systemd-sysv,dbus,ca-certificates"
_TOOLS = ("xvfb", "x11-apps", "vsmartcard-vpcd")
"""Of the trial itself: the screen, its pictures, a card reader."""

# Where process 1 is not systemd, its control groups may be of any kind: the machine gets its own, version 2.
_OWN_GROUPS = (
    f"umount -R {_GROUPS}; mount -t cgroup2 cgroup2 {_GROUPS} && mkdir -p {_GROUPS}/kiosk-trial "
    f'&& echo $$ > {_GROUPS}/kiosk-trial/cgroup.procs && exec "$@"'
)


class NoTrial(Exception):
    """The trial cannot be held; the text says why."""


def make_tree(tree: Path, packages: Sequence[str]) -> None:
    """Install a Debian 12 with these packages into a folder, where it is not there yet; raise NoTrial."""
    done = tree / "etc" / "kiosk-trial"
    wanted = " ".join(sorted({*packages, *_TOOLS}))
    if done.exists() and done.read_text("utf-8") == wanted:
        return
    if not (tree / "etc" / "debian_version").exists():
        _tool("debootstrap", "--variant=minbase", f"--include={_SYSTEM}", "bookworm", str(tree))
    inside = ("systemd-nspawn", "--quiet", "--register=no", "--pipe", f"--directory={tree}")
    apt = (*inside, "--setenv=DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    _tool(*apt, "update", own_groups=True)
    _tool(*apt, "install", "-y", "--no-install-recommends", *wanted.split(), own_groups=True)
    done.write_text(wanted, "utf-8")


@dataclass(frozen=True, slots=True)
class Machine:
    """A booted machine; `leader` is its process 1 as this system numbers it."""

    leader: int

    def command(self, *words: str) -> tuple[str, ...]:
        """Return the command that runs these words as root in the machine."""
        inside = ("nsenter", f"--target={self.leader}", "--all", "env", "-i", "HOME=/root", "LC_ALL=C.UTF-8")
        return (*inside, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DISPLAY=:7", *words)

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in the machine; `stdout` has what it said on both streams."""
        return subprocess.run(
            self.command(*words),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def say(self, *words: str) -> str:
        """Return what a command in the machine says."""
        return self.run(*words).stdout.strip()

    def output(self, *words: str) -> bytes:
        """Return what a command in the machine writes; empty where it fails."""
        return subprocess.run(self.command(*words), check=False, capture_output=True).stdout

    def write(self, path: str, text: str) -> None:
        """Write a file in the machine; raise NoTrial."""
        if self.run("sh", "-c", f'mkdir -p "$(dirname {path})" && cat > {path}', given=text).returncode:
            raise NoTrial(f"cannot write {path} in the machine")


@contextmanager
def booted(tree: Path, package: Path, scratch: Path) -> Iterator[Machine]:
    """Boot a tree over a copy in memory, with the package as /root/kiosk.deb; power it off afterwards."""
    address, console = scratch / "notify", scratch / "console"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(address))
        told.settimeout(BOOT_S)
        container = _started(tree, package, address, console)
        try:
            leader = _leader(told, console)
        except NoTrial:
            _end(container)
            raise
    # Closed, because what nobody reads would in time stop the machine's process 1, which goes on telling.
    try:
        yield Machine(leader)
    finally:
        _end(container, leader)


def _started(tree: Path, package: Path, address: Path, console: Path) -> "subprocess.Popen[bytes]":
    words = ["systemd-nspawn", "--quiet", "--register=no", "--boot", "--notify-ready=yes"]
    words += [f"--directory={tree}", "--volatile=overlay", "--private-network", "--console=pipe"]
    words += ["--machine=kiosk-trial", f"--bind-ro={package.resolve()}:/root/kiosk.deb"]
    with console.open("wb") as shown:
        return subprocess.Popen(
            _in_groups(words),
            stdin=subprocess.DEVNULL,
            stdout=shown,
            stderr=shown,
            env={**os.environ, "NOTIFY_SOCKET": str(address)},
        )


def _leader(told: socket.socket, console: Path) -> int:
    """Wait until the machine has booted; return its process 1."""
    leader = 0
    while True:
        try:
            lines = told.recv(4096).decode().splitlines()
        except TimeoutError:
            raise NoTrial(f"the machine does not boot:\n{console.read_text('utf-8', 'replace')}") from None
        for line in lines:
            if line.startswith("X_NSPAWN_LEADER_PID="):
                leader = int(line.partition("=")[2])
        if "READY=1" in lines and leader:
            return leader


def _end(container: "subprocess.Popen[bytes]", leader: int | None = None) -> None:
    container.terminate()  # systemd-nspawn asks the machine to power off
    with suppress(subprocess.TimeoutExpired):
        container.wait(END_S)
        return
    if leader is not None:
        os.kill(leader, signal.SIGKILL)  # and with it the whole machine, which outlives systemd-nspawn
    container.kill()
    container.wait()


def _in_groups(words: Sequence[str]) -> list[str]:
    if Path("/run/systemd/system").is_dir():
        return list(words)
    own = ["unshare", "--mount", "--propagation=private", "sh", "-c", _OWN_GROUPS, "sh"]
    return [*own, words[0], "--keep-unit", *words[1:]]


def _tool(*words: str, own_groups: bool = False) -> None:
    if shutil.which(words[0]) is None:
        raise NoTrial(f"{words[0]} is missing: apt-get install debootstrap systemd-container")
    done = subprocess.run(
        _in_groups(words) if own_groups else words, check=False, capture_output=True, text=True
    )
    if done.returncode:
        complaint = "\n".join((done.stdout + done.stderr).strip().splitlines()[-10:])
        raise NoTrial(f"{words[0]} failed ({done.returncode}):\n{complaint}")
