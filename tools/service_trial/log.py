"""What the machine's log says of the service, and when."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from tools.service_trial.machine import Machine

UNITS = ("--unit=endorsement-kiosk", "--unit=seatd")


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in the log, Unix seconds in the machine."""

    at_s: float


def mark(machine: Machine) -> Mark:
    """Return the end of the log as it is now."""
    return Mark(float(machine.say("date", "+%s.%N")))


def waits(machine: Machine, since: Mark, bound_s: int, *patterns: str) -> list[float]:
    """Wait for lines with these patterns, one after the other; return when each came, seconds after the mark.

    The result is shorter than the patterns where one did not come within `bound_s` seconds.
    """
    came: list[float] = []
    with subprocess.Popen(
        machine.command("timeout", str(bound_s), *_following(since)), stdout=subprocess.PIPE, text=True
    ) as reading:
        for at_s, message in _entries(reading):
            if re.search(patterns[len(came)], message):
                came.append(at_s - since.at_s)
            if len(came) == len(patterns):
                break
        reading.terminate()
    return came


def lines(machine: Machine, since: Mark) -> list[str]:
    """Return what the service has said since a mark."""
    return machine.say("journalctl", *_said(since), "--quiet", "--output=cat").splitlines()


def _following(since: Mark) -> tuple[str, ...]:
    return ("journalctl", *_said(since), "--follow", "--lines=all", "--output=json")


def _said(since: Mark) -> tuple[str, ...]:
    return (*UNITS, f"--since=@{since.at_s:.6f}")


def _entries(reading: "subprocess.Popen[str]") -> Iterator[tuple[float, str]]:
    if reading.stdout is None:
        return
    for line in reading.stdout:
        entry = json.loads(line)
        yield int(entry["__REALTIME_TIMESTAMP"]) / 1e6, str(entry["MESSAGE"])
