"""Reading the permit and comparing its holder."""

from kiosk.devices.contracts import Done, Failed, Refused, Unknown
from kiosk.domain.beijing import beijing_date
from kiosk.domain.chip import Check, CheckResult, ChipReading, Verdict
from kiosk.domain.face import CardFace
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.mrz import LineRefused, normalise_line, parse_line
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import COMPARE_S, READ_S, SCAN_S
from kiosk.visit.events import (
    Event,
    HolderCompared,
    HolderNotCompared,
    PermitRead,
    PermitUnreadable,
)


async def read_permit(outside: Outside, memory: Memory) -> Event:
    """Scan the printed line, open and read the chip with it, and check that the name can be printed."""
    memory.report(0.0)
    scanned = await outside.devices.scanner.read_line(deadline_s=SCAN_S)
    match scanned:
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return PermitUnreadable(fault)
        case Done(text):
            line = normalise_line(text)
    parsed = parse_line(line, beijing_date(outside.clock.now()))
    if isinstance(parsed, LineRefused):
        return PermitUnreadable(Fault(FailureCode.LINE_UNREADABLE, str(parsed.reason)))
    reading = await outside.devices.chip.read(line, deadline_s=READ_S, progress=memory.report)
    match reading:
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return PermitUnreadable(fault)
        case Done(chip):
            memory.portrait = chip.portrait
            memory.card_watched, memory.permit_no = True, chip.permit.number
            checks = _with_printed_line(chip, line)
            bare = CardFace(chip.permit.number, chip.permit.name_zh, ())
            printable = await outside.art.printable(bare)
            on_call = outside.staff.on_call()
            return PermitRead(chip.permit, checks, printable=printable, staff_on_call=on_call)


def _with_printed_line(chip: ChipReading, line: str) -> tuple[CheckResult, ...]:
    """Add the comparison of the optically read line with DG1, unless the reader made it."""
    if any(result.check is Check.PRINTED_LINE for result in chip.checks):
        return chip.checks
    verdict = Verdict.GENUINE if chip.permit.line == line else Verdict.ALTERED
    return (*chip.checks, CheckResult(Check.PRINTED_LINE, verdict))


async def compare_holder(outside: Outside, memory: Memory) -> Event:
    """Compare the person in front of the machine with the portrait, which stays in memory only."""
    memory.progress = None
    compared = await outside.devices.camera.compare(memory.portrait, deadline_s=COMPARE_S)
    match compared:
        case Done(result):
            return HolderCompared(result.matched, result.score, result.evidence)
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return HolderNotCompared(fault)
