"""What the kiosk may and may not do behind the unit's hardening: a probe under the same lines."""

import json

from tools.service_trial.machine import Machine

_UNIT_FILE = "/lib/systemd/system/endorsement-kiosk.service"
_PYTHON = "/opt/endorsement-kiosk/bin/python3"

# Runs in the machine: true is "it may". `readers` raises unless the card reader service answers.
_PROBE = """
import json, mmap, os, socket, subprocess
from smartcard.System import readers

def may(what):
    try:
        return bool(what())
    except Exception:
        return False

def bus():
    words = ["busctl", "--system", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus"]
    return subprocess.run([*words, "org.freedesktop.DBus", "GetId"], capture_output=True).returncode == 0

def tcp():
    with socket.create_server(("127.0.0.1", 0)) as printer:
        return socket.create_connection(printer.getsockname(), 5)

print(json.dumps({
    "reach a card reader through pcscd": may(readers),
    "talk on the system's D-Bus": may(bus),
    "reach printers and networks over TCP": may(tcp),
    "compile scripts (QML)": may(lambda: mmap.mmap(-1, 4096, prot=7)),
    "write its state": may(lambda: open("/var/lib/endorsement-kiosk/probe", "w")),
    "read secrets of the system": may(lambda: open("/etc/shadow")),
    "write to the system": may(lambda: open("/etc/probe", "w")) or may(lambda: open("/opt/probe", "w")),
    "see homes": may(lambda: os.listdir("/home") or os.listdir("/root")),
    "see processes of others": may(lambda: os.path.exists("/proc/1")),
    "capture packets": may(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
}))
"""
ALLOWED = 5
"""So many of the probe's first questions are to be answered with yes, the others with no."""


def probed(machine: Machine) -> list[tuple[str, bool]]:
    """Return what the probe may do; empty where it did not run."""
    lines = machine.say("cat", _UNIT_FILE).partition("# Hardening")[2].partition("[Install]")[0].splitlines()
    settings = [line for line in lines if "=" in line and not line.startswith("#")]
    wanted = ["StateDirectory=endorsement-kiosk", "StateDirectoryMode=0700", "UMask=0077", *settings]
    words = ["systemd-run", "--wait", "--pipe", "--quiet", "--uid=endorsement-kiosk"]
    words += [f"--property={line}" for line in wanted]
    done = machine.run(*words, _PYTHON, "-", given=_PROBE)
    try:
        return list(json.loads(done.stdout.strip().splitlines()[-1]).items())
    except (ValueError, IndexError):
        return []
