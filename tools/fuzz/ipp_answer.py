"""Answers of an IPP printer, read as the driver reads them: printer, jobs, consumables and the verdict.

What must hold: nothing but the whole rule (same job, completed, "successfully", every page) is ever `Done`.
"""

from collections.abc import Iterable

from kiosk.devices.contracts import Done
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.ipp import messages, outcome
from kiosk.devices.ipp.encoding import (
    Attribute,
    Garbled,
    Group,
    GroupTag,
    Message,
    Tag,
    Value,
    decode,
    encode,
)
from kiosk.devices.ipp.messages import JobState
from kiosk.devices.ipp.supplies import consumables

_JOB = DocumentJob("visit-1", 2, 7, "urn:uuid:a")


def _group(tag: GroupTag, **attributes: tuple[Tag, object]) -> Group:
    named = ((name.replace("_", "-"), Value(kind, content)) for name, (kind, content) in attributes.items())
    return Group(tag, tuple(Attribute(name, (value,)) for name, value in named))


def seeds() -> Iterable[bytes]:
    printer = _group(
        GroupTag.PRINTER,
        printer_state=(Tag.ENUM, 3),
        printer_state_reasons=(Tag.KEYWORD, "media-empty-warning"),
        printer_uuid=(Tag.URI, "urn:uuid:p"),
        marker_names=(Tag.NAME, "toner"),
        marker_types=(Tag.KEYWORD, "toner"),
        marker_levels=(Tag.INTEGER, 40),
        printer_supply=(Tag.BYTES, b"type=toner;maxcapacity=100;level=80;"),
        media_col=(Tag.COLLECTION, (Attribute("x-dimension", (Value(Tag.INTEGER, 21000),)),)),
    )
    job = _group(
        GroupTag.JOB,
        job_id=(Tag.INTEGER, 7),
        job_uuid=(Tag.URI, "urn:uuid:a"),
        job_name=(Tag.NAME, "visit-1"),
        job_state=(Tag.ENUM, 9),
        job_state_reasons=(Tag.KEYWORD, outcome.SUCCESS),
        job_impressions_completed=(Tag.INTEGER, 2),
    )
    refused = _group(GroupTag.UNSUPPORTED, media_col=(Tag.UNSUPPORTED, b""))
    return tuple(encode(Message(0, 1, (group,))) for group in (printer, job, refused))


def one_input(data: bytes) -> None:
    message = decode(data)
    if isinstance(message, Garbled):
        return
    printer = messages.printer_view(message)
    outcome.obstacle(printer)
    outcome.device_state(printer)
    for one in consumables(printer):
        assert len(one.name) <= 40
        assert one.left is None or 0 <= one.left <= 100
    messages.unsupported(message)
    for seen in messages.job_views(message):
        if isinstance(outcome.judge(_JOB, seen), Done):
            assert (seen.uuid, seen.state) == (_JOB.job_uuid, JobState.COMPLETED)
            assert outcome.SUCCESS in seen.reasons
            assert seen.impressions is not None
            assert seen.impressions >= _JOB.pages
