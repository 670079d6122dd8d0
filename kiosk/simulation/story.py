"""A failure told for somebody who does not know the code: what broke, what it took, and what happened."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.diagnostics.visit_words import STEPS
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.world import FAULT
from kiosk.visit.model import Step

_KEY = re.compile(r"(?P<chapter>\d+)/(?P<name>.+)#(?P<count>\d+)")
_RECORD = re.compile(r"(?P<visit>\d{5}) (?P<event>\w+) -> (?P<step>\w+)")
_TAP = re.compile(r"tap (?P<event>\w+)")
_COMES = re.compile(r"applicant (?P<applicant>\d+) (?:comes with card (?P<card>\d+)|has no card)")
_ORDER = re.compile(r"\bK\w{18}(?P<visit>\d{4})(?P<attempt>\d\d)(?P<refund>R\d+)?\b")
_AT = re.compile(r" at (\w+)$")
_BROKEN = "BROKEN: "
_CASEWORK = 99
_STEPS = frozenset(step.value for step in Step)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `at` in virtual seconds since the world began."""

    at: float
    text: str


def tell(seed: int, applicants: int, faults: tuple[str, ...], outcome: Outcome) -> tuple[str, ...]:
    """Return the story line by line: it ends where the invariant broke."""
    lines = [_line(line) for line in outcome.trace]
    broke = next((i for i, line in enumerate(lines) if line.text.startswith(_BROKEN)), len(lines) - 1)
    told = _without_prologue(lines[: broke + 1], faults)
    return (
        *(f"Broken: {violation}" for violation in outcome.broken[:1]),
        f"In seed {seed} with {applicants} applicant{'s' * (applicants > 1)}, "
        + ("without any fault." if not faults else f"by {_count(len(faults), 'fault')}:"),
        *(f"  {in_words(fault)}" for fault in faults),
        *_where(lines[: broke + 1]),
        "What happens, in seconds:",
        *(f"{line.at:9.1f}  {line.text}" for line in _in_words(told)),
    )


def in_words(key: str) -> str:
    """Return a fault's key as a sentence: ``2/gateway query loses its answer#3``."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    chapter, count = int(match["chapter"]), int(match["count"])
    during = "while staff work on cases" if chapter == _CASEWORK else f"while applicant {chapter} is there"
    what = _AT.sub(lambda at: f" while {_step(at[1])}" if at[1] in _STEPS else at[0], match["name"])
    return f"{during}: {what}" + (f" (time {count} that it could)" if count > 1 else "")


def _line(line: str) -> Line:
    return Line(float(line[:10]), line[11:])


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number > 1)}"


def _step(name: str) -> str:
    return STEPS[Step(name)].en


def _where(lines: list[Line]) -> Iterator[str]:
    """Name the step at fault: the one that went on, or that was left just then."""
    records = [(line.at, match) for line in lines if (match := _RECORD.fullmatch(line.text))]
    if not records:
        return
    (at, last), broke = records[-1], lines[-1].at
    of_visit = [match["step"] for _, match in records if match["visit"] == last["visit"]]
    visit = f"visit {int(last['visit'])}"
    if at == broke and of_visit[-2:-1] not in ([], of_visit[-1:]):
        way = f"from “{_step(of_visit[-2])}” to “{_step(last['step'])}”"
        yield f"It broke at {broke:.1f} s, as {visit} went {way}."
    else:
        yield f"It broke at {broke:.1f} s; {visit} stood at “{_step(last['step'])}” since {at:.1f} s."


def _without_prologue(lines: list[Line], faults: Iterable[str]) -> list[Line]:
    """Leave out applicants before the first fault whose cards play no part any more."""
    begins = [(i, match) for i, line in enumerate(lines) if (match := _COMES.match(line.text))]
    needed = [int(match["chapter"]) for key in faults if (match := _KEY.fullmatch(key))]
    first = min([*needed, *([int(begins[-1][1]["applicant"])] if begins else [])], default=0)
    for i, match in begins:
        earlier = {one["card"] for at, one in begins if at < i} - {None}
        later = {one["card"] for at, one in begins if at >= i}
        if int(match["applicant"]) == first and i > 0 and not earlier & later:
            words = f"({_count(first - 1, 'applicant')} before; nothing of theirs matters)"
            return [Line(lines[i].at, words), *lines[i:]] if first > 1 else lines
    return lines


def _in_words(lines: Iterable[Line]) -> Iterator[Line]:
    """Put records and taps into words; a tap that was taken is told once."""
    tap = None
    for line in lines:
        record, tapped = _RECORD.fullmatch(line.text), _TAP.fullmatch(line.text)
        if tap is not None and not (record and record["event"] == tap[1]):
            yield Line(tap[0], f"tapped, and nothing came of it: {_spaced(tap[1])}")
        tap = (line.at, tapped["event"]) if tapped else None
        if record:
            told = f"visit {int(record['visit'])}: {_spaced(record['event'])}; now {_step(record['step'])}"
            yield Line(line.at, told)
        elif line.text.startswith(FAULT):
            yield Line(line.at, f">>> {line.text.removeprefix(FAULT)}")
        elif not tapped:
            yield Line(line.at, _ORDER.sub(_order, line.text).replace("is smeared", "is erased"))


def _order(number: re.Match[str]) -> str:
    """Return an order's number short: ``2.1`` is the first of the second visit."""
    return f"{int(number['visit'])}.{int(number['attempt'])}{number['refund'] or ''}"


def _spaced(name: str) -> str:
    """Return an event's name as words: ``PaymentSettled`` becomes ``payment settled``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
