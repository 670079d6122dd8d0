"""The text protocol of Network UPS Tools, as far as a client that only looks needs it.

Source: RFC 9271, sections 4.2 (LIST VAR, VAR lines), 4.3 (errors) and 5.1 (status words). Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.devices.cabinet_contracts import Mains, Power

PORT = 3493
"""The registered TCP port."""

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a UPS may be called here."""

LONGEST_ANSWER = 64 * 1024
"""Bytes; a UPS has some hundred variables at most."""

_VALUE = re.compile(r'VAR (\S+) (\S+) "((?:[^"\\]|\\.)*)"')


class UpsSilent(Exception):
    """upsd answers, but knows nothing of the UPS now; the message says why."""


class NotUpsd(Exception):
    """What answers does not speak this protocol."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When the battery counts as low, besides the UPS's own word (LB).

    Attributes:
        charge: percent.
        runtime_s: seconds at this load, asked only while the battery carries the machine. A visit takes
            some minutes: the default finishes the longest.
    """

    charge: float = 20.0
    runtime_s: float = 300.0


def list_variables(name: str) -> bytes:
    """Return the command; `name` is as in upsd's ups.conf."""
    return f"LIST VAR {name}\n".encode("ascii")


def variables(answer: bytes, name: str) -> Mapping[str, str] | None:
    """Return the variables of a whole answer, None while lines are missing; raise UpsSilent, NotUpsd."""
    if len(answer) > LONGEST_ANSWER:
        raise NotUpsd("an endless answer")
    *lines, _unfinished = answer.decode("utf-8", "replace").split("\n")
    if not lines:
        return None
    if lines[0].startswith("ERR "):
        raise UpsSilent(lines[0].removeprefix("ERR ").strip()[:60])
    if lines[0].strip() != f"BEGIN LIST VAR {name}":
        raise NotUpsd("not the list that was asked for")
    end = f"END LIST VAR {name}"
    if end not in lines:
        return None
    return dict(_variable(line, name) for line in lines[1 : lines.index(end)])


def _variable(line: str, name: str) -> tuple[str, str]:
    found = _VALUE.fullmatch(line)
    if found is None or found[1] != name:
        raise NotUpsd("a line that is no variable")
    return found[2], re.sub(r"\\(.)", r"\1", found[3])


def power(known: Mapping[str, str], limits: Limits) -> Power:
    """Return what the variables say; raise UpsSilent where they say nothing about the mains."""
    words = frozenset(known.get("ups.status", "").split())
    if words & {"OFF", "WAIT"} or not words & {"OL", "OB", "FSD"}:
        raise UpsSilent(f"status {' '.join(sorted(words))[:60] or 'missing'}")
    mains = Mains.LINE if "OL" in words else Mains.BATTERY
    charge = _number(known.get("battery.charge"), 100.0)
    runtime = _number(known.get("battery.runtime"), 7 * 86400.0)
    low = bool(words & {"LB", "FSD"}) or (charge is not None and charge < limits.charge)
    if mains is Mains.BATTERY and runtime is not None:
        low = low or runtime < limits.runtime_s
    return Power(mains, low=low, charge=charge, runtime_s=runtime, worn="RB" in words)


def _number(text: str | None, most: float) -> float | None:
    """Return a number from 0 to `most`; what is none, or beyond, tells nothing."""
    try:
        number = float(text) if text is not None and len(text) < 24 else -1.0
    except ValueError:
        return None
    return number if 0.0 <= number <= most else None
