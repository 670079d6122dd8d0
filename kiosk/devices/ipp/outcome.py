"""The rule for "it came out": pure judgements over what an IPP printer says.

A page counts as printed only if the job is completed, the printer says "successfully", it counted every
page, and it is still the very same job. Measured against printers that jam: a queue in between (CUPS)
reports jobs as completed that never left the printer, so the printer's own word is the only receipt; and
its job numbers start again at 1 after a restart, so a number alone proves nothing.
"""

from kiosk.devices.contracts import Completion, DeviceState, Done, Failed, Unknown
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.ipp.messages import JobState, JobView, PrinterState, PrinterView
from kiosk.domain.failure import FailureCode, Fault

SUCCESS = "job-completed-successfully"

#: printer-state-reasons that need a person: nothing is sent while one stands (RFC 8011 section 5.4.12,
#: PWG 5100.9 and the IANA registry of IPP keywords).
NEEDS_CARE = (
    "media-jam",
    "media-empty",
    "media-needed",
    "cover-open",
    "door-open",
    "interlock-open",
    "input-tray-missing",
    "marker-supply-empty",
    "toner-empty",
    "developer-empty",
    "marker-waste-full",
    "waste-toner-full",
    "output-area-full",
    "output-tray-missing",
    "fuser-over-temp",
    "fuser-under-temp",
    "opc-life-over",
    "spool-area-full",
)
#: Those by which the printer is away or on hold rather than in need of a hand.
AWAY = ("paused", "moving-to-paused", "shutdown", "connecting-to-device", "timed-out", "hold-new-jobs")

_ENDED = frozenset({JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED})


def obstacle(printer: PrinterView) -> Fault | None:
    """Return why nothing is to be sent now; None where the printer is ready."""
    standing = standing_faults(printer)
    if standing:
        return standing[0]
    if not printer.accepting:
        return _unavailable("takes no jobs")
    if printer.formats and "application/pdf" not in printer.formats:
        return _unavailable("takes no PDF")
    if printer.state == PrinterState.PROCESSING or printer.queued > 0:
        return _unavailable("busy with another job")
    return None


def standing_faults(printer: PrinterView) -> tuple[Fault, ...]:
    """Return the printer's faults, those that need a hand first, in the order of `NEEDS_CARE`."""
    care = [reason for reason in NEEDS_CARE if reason in printer.reasons]
    away = [reason for reason in AWAY if reason in printer.reasons]
    faults = [Fault(FailureCode.DOCUMENT_PRINTER_NEEDS_CARE, reason) for reason in care]
    faults += [_unavailable(reason) for reason in away]
    if not faults and printer.state == PrinterState.STOPPED:
        faults.append(Fault(FailureCode.DOCUMENT_PRINTER_NEEDS_CARE, "stopped without a known reason"))
    return tuple(faults)


def device_state(printer: PrinterView) -> DeviceState:
    if standing_faults(printer):
        return DeviceState.USER_ERROR
    match printer.state:
        case PrinterState.IDLE:
            return DeviceState.ONLINE
        case PrinterState.PROCESSING:
            return DeviceState.BUSY
        case _:
            return DeviceState.UNKNOWN


def same_job(job: DocumentJob, seen: JobView) -> bool:
    """Tell whether the printer speaks of this job: its uuid, where there is one, and its name."""
    if job.job_uuid is not None:
        return seen.uuid == job.job_uuid
    return seen.name == job.name and seen.job_id == job.job_id


def judge(job: DocumentJob, seen: JobView) -> Completion[DocumentJob] | None:
    """Judge one answer about the job; None while it is under way."""
    if not same_job(job, seen):
        return unknown("the printer's job of that number is another one")
    if seen.state not in _ENDED:
        return None
    reasons = ", ".join(sorted(seen.reasons))[:80]
    if seen.state != JobState.COMPLETED:
        came = f"{seen.impressions or 0} of {job.pages} pages"
        return Failed(Fault(FailureCode.DOCUMENT_NOT_PRINTED, f"{reasons}; {came}"))
    if SUCCESS not in seen.reasons:
        return unknown(f"completed, but {reasons or 'without a reason'}")
    if seen.impressions is None or seen.impressions < job.pages:
        counted = "none" if seen.impressions is None else seen.impressions
        return unknown(f"completed, but {counted} of {job.pages} pages counted")
    return Done(job)


def unknown(detail: str) -> Unknown:
    return Unknown(Fault(FailureCode.DOCUMENT_UNKNOWN, detail))


def _unavailable(detail: str) -> Fault:
    return Fault(FailureCode.DOCUMENT_PRINTER_UNAVAILABLE, detail)
