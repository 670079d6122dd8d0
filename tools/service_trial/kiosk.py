"""The installed kiosk in the trial machine: its processes, its state, a tester's hands."""

import json
import struct
from dataclasses import dataclass
from typing import Any

from PIL import Image

from tools.service_trial.log import Mark, mark, waits
from tools.service_trial.machine import Machine, NoTrial

UNIT = "endorsement-kiosk"
STATE = f"/var/lib/{UNIT}"
PERMIT = "chen-xiaoming"
WATCHDOG_S, STOP_S, START_S = 30, 20, 120
_XWD = struct.Struct(">25I")
"""Header of a dump, XWDFile.h: its size, width, height, bytes a line and colours at 0, 4, 5, 12 and 19."""

_AS_ITSELF = ("setpriv", f"--reuid={UNIT}", f"--regid={UNIT}", "--init-groups", "env")
_PLACE = (
    f"KIOSK_STATE={STATE}",
    f"HOME={STATE}",
    f"XDG_RUNTIME_DIR=/run/{UNIT}",
    "QT_QPA_PLATFORM=offscreen",
)

# Drop-ins: a screen in memory instead of the machine's own, and a seat without a virtual terminal.
_FILES = {
    f"/etc/default/{UNIT}": "KIOSK_OPTIONS=--simulate --verbose\n",
    "/etc/systemd/system/trial-screen.service": (
        "[Service]\nExecStart=/usr/bin/Xvfb :7 -screen 0 1024x768x24 -ac -nolisten tcp\n"
    ),
    "/etc/systemd/system/seatd.service.d/trial.conf": "[Service]\nEnvironment=SEATD_VTBOUND=0\n",
    f"/etc/systemd/system/{UNIT}.service.d/trial.conf": (
        "[Unit]\nRequires=trial-screen.service\nAfter=trial-screen.service\n"
        "[Service]\nEnvironment=WLR_BACKENDS=x11,libinput WLR_RENDERER=pixman DISPLAY=:7\n"
        "Environment=WLR_LIBINPUT_NO_DEVICES=1\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Kiosk:
    """The service in a machine."""

    machine: Machine

    def fit(self) -> None:
        """Give the service the trial's screen and seat, and simulated devices."""
        for path, text in _FILES.items():
            self.machine.write(path, text)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", "seatd")

    def shown(self, *properties: str) -> list[str]:
        """Return properties of the unit, as `systemctl show` has them, in this order."""
        words = ("systemctl", "show", "--value", UNIT)
        return [self.machine.say(*words, f"--property={one}") for one in properties]

    @property
    def process(self) -> int:
        """The kiosk itself, the window system's child, as the machine numbers it; raise NoTrial if none."""
        (main,) = self.shown("MainPID")
        children = self.machine.say("sh", "-c", f"cat /proc/{main}/task/{main}/children").split()
        if not children or not children[0].isdigit():
            raise NoTrial(f"the service has no kiosk: {self.machine.say('systemctl', 'status', UNIT)}")
        return int(children[0])

    def signal(self, name: str) -> Mark:
        """Send the kiosk a signal; return the place in the log just before."""
        before = mark(self.machine)
        self.machine.run("sh", "-c", f"kill -{name} {self.process}")
        return before

    def command(self, *words: str) -> tuple[int, str]:
        """Run a `kiosk` command as the service's user; return its exit code and what it says."""
        done = self.machine.run(*_AS_ITSELF, *_PLACE, "kiosk", *words)
        return done.returncode, done.stdout.strip()

    def begin_visit(self) -> str:
        """Put a card in and return the number of the visit, which waits for its applicant; raise NoTrial."""
        before = mark(self.machine)
        self.command("device", "card_station", "insert", PERMIT, "--state", STATE)
        if not waits(self.machine, before, START_S, "step=identifying"):
            raise NoTrial("no visit began")
        return str(self.visits()[-1]["visit"])

    def visits(self) -> list[dict[str, Any]]:
        """Return what the journal lists, oldest first."""
        found: list[dict[str, Any]] = json.loads(self.command("journal", "show", "--json")[1])
        return sorted(found, key=lambda visit: str(visit["visit"]))

    def finished(self, visit: str, since: Mark) -> str:
        """Take the card that a recovery hands out; return what is wrong with the end, empty if nothing is."""
        if not waits(self.machine, since, START_S, f"recovering .*id={visit}", f"id={visit} step=taking"):
            return f"{visit} was not recovered"
        self.command("device", "card_station", "take", "--state", STATE)
        if not waits(self.machine, since, START_S, f"id={visit} step=ended", "in service"):
            return f"{visit} did not end"
        ended = next(one for one in self.visits() if one["visit"] == visit)
        code, told = self.command("journal", "verify")
        return "" if ended["open"] == "" and code == 0 else f"{ended}; {told}"

    def picture(self) -> Image.Image | None:
        """Return what is on the screen; None where there is no screen."""
        dump = self.machine.output("xwd", "-root", "-silent")
        if len(dump) < _XWD.size:
            return None
        words = _XWD.unpack_from(dump)
        start, width, height, stride = words[0] + words[19] * 12, words[4], words[5], words[12]
        return Image.frombytes("RGB", (width, height), dump[start:], "raw", "BGRX", stride)
