"""The requests that the kiosk makes, and what it takes from the answers (RFC 8011, PWG 5100.11, 5100.7).

Everything a printer says is optional here: an attribute that is missing or of another type is None or
empty, and what that means is decided by `outcome`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from kiosk.devices.ipp.encoding import Attribute, Group, GroupTag, Message, Tag, Value

REQUESTER = "kiosk"
_STATE_SUFFIXES = ("-report", "-warning", "-error")
_MOST_JOBS = 200


class Operation(IntEnum):
    """RFC 8011 section 5.4.15 (operations-supported)."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Status(IntEnum):
    """RFC 8011 appendix B (status-code)."""

    OK = 0x0000
    OK_IGNORED_OR_SUBSTITUTED = 0x0001
    OK_CONFLICTING = 0x0002
    BAD_REQUEST = 0x0400
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    ATTRIBUTES_OR_VALUES = 0x040B
    INTERNAL_ERROR = 0x0500
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    VERSION_NOT_SUPPORTED = 0x0503
    NOT_ACCEPTING_JOBS = 0x0506
    BUSY = 0x0507
    JOB_CANCELED = 0x0508


class PrinterState(IntEnum):
    """printer-state, RFC 8011 section 5.4.11."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class JobState(IntEnum):
    """job-state, RFC 8011 section 5.3.7."""

    PENDING = 3
    PENDING_HELD = 4
    PROCESSING = 5
    PROCESSING_STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True, slots=True)
class Media:
    """A paper size: its PWG 5101.1 name and its sides in hundredths of a millimetre."""

    name: str
    width: int
    height: int


A4 = Media("iso_a4_210x297mm", 21000, 29700)


@dataclass(frozen=True, slots=True)
class Marker:
    """Toner, ink or a waste box; `level` in percent or negative where it is not known."""

    name: str
    kind: str
    level: int
    low: int = 10


@dataclass(frozen=True, slots=True)
class PrinterView:
    """What a printer says of itself; `reasons` without their severity suffix.

    `impressions` is printer-impressions-completed (PWG 5100.22): pages in its life.
    """

    state: int | None
    reasons: frozenset[str]
    accepting: bool
    uuid: str | None
    up_time: int | None
    queued: int
    formats: frozenset[str]
    media: frozenset[str]
    markers: tuple[Marker, ...]
    colour: bool | None = None
    sides: frozenset[str] = frozenset()
    impressions: int | None = None


@dataclass(frozen=True, slots=True)
class JobView:
    """What a printer says of a job; `impressions` is job-impressions-completed."""

    job_id: int | None
    uuid: str | None
    name: str | None
    state: int | None
    reasons: frozenset[str]
    impressions: int | None


_PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-uuid",
    "printer-up-time",
    "queued-job-count",
    "document-format-supported",
    "media-supported",
    "color-supported",
    "sides-supported",
    "printer-impressions-completed",
    "marker-names",
    "marker-types",
    "marker-levels",
    "marker-low-levels",
    "printer-supply",
    "printer-supply-description",
)
_JOB_ATTRIBUTES = (
    "job-id",
    "job-uuid",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
)


def get_printer(uri: str, request_id: int) -> Message:
    return _request(Operation.GET_PRINTER_ATTRIBUTES, request_id, uri, _wanted(_PRINTER_ATTRIBUTES))


def get_job(uri: str, request_id: int, job_id: int) -> Message:
    target = Attribute("job-id", (Value(Tag.INTEGER, job_id),))
    return _request(Operation.GET_JOB_ATTRIBUTES, request_id, uri, target, _name(), _wanted(_JOB_ATTRIBUTES))


def get_jobs(uri: str, request_id: int, which: str) -> Message:
    """Ask for jobs: `which` is ``all`` (PWG 5100.7), ``completed`` or ``not-completed`` (RFC 8011)."""
    limit = Attribute("limit", (Value(Tag.INTEGER, _MOST_JOBS),))
    kind = Attribute("which-jobs", (Value(Tag.KEYWORD, which),))
    return _request(Operation.GET_JOBS, request_id, uri, _name(), limit, _wanted(_JOB_ATTRIBUTES), kind)


def cancel_job(uri: str, request_id: int, job_id: int) -> Message:
    target = Attribute("job-id", (Value(Tag.INTEGER, job_id),))
    return _request(Operation.CANCEL_JOB, request_id, uri, target, _name())


def validate_job(uri: str, request_id: int, job_name: str, media: Media) -> Message:
    return _job(Operation.VALIDATE_JOB, request_id, uri, job_name=job_name, media=media, pdf=b"")


def print_job(uri: str, request_id: int, job_name: str, media: Media, pdf: bytes) -> Message:
    return _job(Operation.PRINT_JOB, request_id, uri, job_name=job_name, media=media, pdf=pdf)


def printer_view(answer: Message) -> PrinterView:
    found = _Attributes(answer, GroupTag.PRINTER)
    return PrinterView(
        state=found.integer("printer-state"),
        reasons=frozenset(_bare(reason) for reason in found.texts("printer-state-reasons")) - {"none"},
        accepting=found.values("printer-is-accepting-jobs") != (False,),
        uuid=found.text("printer-uuid"),
        up_time=found.integer("printer-up-time"),
        queued=found.integer("queued-job-count") or 0,
        formats=frozenset(found.texts("document-format-supported")),
        media=frozenset(found.texts("media-supported")),
        markers=_markers(found),
        colour=next((value for value in found.values("color-supported") if isinstance(value, bool)), None),
        sides=frozenset(found.texts("sides-supported")),
        impressions=found.integer("printer-impressions-completed"),
    )


def job_views(answer: Message) -> tuple[JobView, ...]:
    """Return every job of an answer, in the printer's order."""
    groups = [group for group in answer.groups if group.tag == GroupTag.JOB]
    return tuple(_job_view(_Attributes(Message(0, 0, (group,)), GroupTag.JOB)) for group in groups)


def unsupported(answer: Message) -> tuple[str, ...]:
    """Return the names of the attributes that the printer did not take, at most eight."""
    groups = [group for group in answer.groups if group.tag == GroupTag.UNSUPPORTED]
    return tuple(attribute.name for group in groups for attribute in group.attributes)[:8]


def _job_view(found: "_Attributes") -> JobView:
    return JobView(
        job_id=found.integer("job-id"),
        uuid=found.text("job-uuid"),
        name=found.text("job-name"),
        state=found.integer("job-state"),
        reasons=frozenset(found.texts("job-state-reasons")),
        impressions=found.integer("job-impressions-completed"),
    )


def _request(operation: Operation, request_id: int, uri: str, *attributes: Attribute) -> Message:
    """RFC 8011 section 4.1: charset and language first, then the target."""
    first = (
        Attribute("attributes-charset", (Value(Tag.CHARSET, "utf-8"),)),
        Attribute("attributes-natural-language", (Value(Tag.LANGUAGE, "en"),)),
        Attribute("printer-uri", (Value(Tag.URI, uri),)),
    )
    return Message(operation, request_id, (Group(GroupTag.OPERATION, (*first, *attributes)),))


def _job(
    operation: Operation, request_id: int, uri: str, *, job_name: str, media: Media, pdf: bytes
) -> Message:
    request = _request(
        operation,
        request_id,
        uri,
        _name(),
        Attribute("job-name", (Value(Tag.NAME, job_name),)),
        Attribute("ipp-attribute-fidelity", (Value(Tag.BOOLEAN, True),)),
        Attribute("document-format", (Value(Tag.MIME_TYPE, "application/pdf"),)),
    )
    size = (
        Attribute("x-dimension", (Value(Tag.INTEGER, media.width),)),
        Attribute("y-dimension", (Value(Tag.INTEGER, media.height),)),
    )
    collection = (Attribute("media-size", (Value(Tag.COLLECTION, size),)),)
    template = (
        Attribute("media-col", (Value(Tag.COLLECTION, collection),)),
        Attribute("copies", (Value(Tag.INTEGER, 1),)),
        Attribute("sides", (Value(Tag.KEYWORD, "one-sided"),)),
    )
    groups = (*request.groups, Group(GroupTag.JOB, template))
    return Message(operation, request_id, groups, document=pdf)


def _name() -> Attribute:
    return Attribute("requesting-user-name", (Value(Tag.NAME, REQUESTER),))


def _wanted(names: Iterable[str]) -> Attribute:
    return Attribute("requested-attributes", tuple(Value(Tag.KEYWORD, name) for name in names))


def _bare(reason: str) -> str:
    """Strip the severity: it follows the printer's state, whatever the reason's own (RFC 8011, 5.4.12)."""
    for suffix in _STATE_SUFFIXES:
        reason = reason.removesuffix(suffix)
    return reason


def _markers(found: "_Attributes") -> tuple[Marker, ...]:
    """Take marker-names and its companions (PWG 5100.9), else printer-supply (PWG 5100.13)."""
    names, levels = found.texts("marker-names"), found.integers("marker-levels")
    kinds, lows = found.texts("marker-types"), found.integers("marker-low-levels")
    if names and len(names) == len(levels) == len(kinds):
        known = lows if len(lows) == len(names) else (10,) * len(names)
        return tuple(Marker(*one) for one in zip(names, kinds, levels, known, strict=True))
    texts = found.texts("printer-supply-description")
    rows = [value for value in found.values("printer-supply") if isinstance(value, bytes)]
    return tuple(_supply(row, texts[place] if place < len(texts) else "") for place, row in enumerate(rows))


def _supply(row: bytes, description: str) -> Marker:
    """Read ``type=toner;maxcapacity=100;level=80;…``; a level that makes no sense is "not known"."""
    fields = dict(part.partition("=")[::2] for part in row.decode(errors="replace").split(";"))
    kind = fields.get("type", "other")
    try:
        level, whole = int(fields["level"][:12]), int(fields["maxcapacity"][:12])
    except (KeyError, ValueError):
        level, whole = -2, 0
    percent = level * 100 // whole if 0 <= level <= whole and whole else -2
    return Marker(description or kind, kind, percent)


class _Attributes:
    """The attributes of all groups of one kind in an answer."""

    def __init__(self, answer: Message, tag: GroupTag) -> None:
        self._values = {
            attribute.name: attribute.values
            for group in answer.groups
            if group.tag == tag
            for attribute in group.attributes
        }

    def values(self, name: str) -> tuple[object, ...]:
        return tuple(value.content for value in self._values.get(name, ()))

    def integers(self, name: str) -> tuple[int, ...]:
        values = self.values(name)
        return tuple(one for one in values if isinstance(one, int) and not isinstance(one, bool))

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(one for one in self.values(name) if isinstance(one, str))

    def integer(self, name: str) -> int | None:
        return next(iter(self.integers(name)), None)

    def text(self, name: str) -> str | None:
        return next(iter(self.texts(name)), None)
