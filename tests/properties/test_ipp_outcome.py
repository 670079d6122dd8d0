"""The rule for "it came out", over everything a printer can say of a job."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.contracts import Done, Failed, Unknown
from kiosk.devices.document_contracts import DocumentJob
from kiosk.devices.ipp import outcome
from kiosk.devices.ipp.messages import JobState, JobView, Marker, PrinterView
from kiosk.devices.ipp.supplies import consumables
from kiosk.devices.upkeep import Level

JOB = DocumentJob("visit-1", 2, 7, "urn:uuid:a")
REASONS = st.frozensets(
    st.sampled_from(
        [
            outcome.SUCCESS,
            "job-completed-with-errors",
            "aborted-by-system",
            "job-printing",
            "processing-to-stop-point",
        ]
    )
)
VIEWS = st.builds(
    JobView,
    st.sampled_from([7, 1, None]),
    st.sampled_from(["urn:uuid:a", "urn:uuid:b", None]),
    st.sampled_from(["visit-1", "other", None]),
    st.one_of(st.none(), st.integers(0, 12)),
    REASONS,
    st.one_of(st.none(), st.integers(-1, 4)),
)


@given(VIEWS)
def test_done_needs_state_reason_every_page_and_the_same_job(seen: JobView) -> None:
    proof = (
        seen.uuid == JOB.job_uuid
        and seen.state == JobState.COMPLETED
        and outcome.SUCCESS in seen.reasons
        and seen.impressions is not None
        and seen.impressions >= JOB.pages
    )
    assert isinstance(outcome.judge(JOB, seen), Done) is proof


@given(VIEWS)
def test_failed_is_said_only_of_the_same_job_aborted_or_cancelled(seen: JobView) -> None:
    ended_badly = seen.state in {JobState.ABORTED, JobState.CANCELED} and seen.uuid == JOB.job_uuid
    assert isinstance(outcome.judge(JOB, seen), Failed) is ended_badly


@given(VIEWS)
def test_another_job_is_unknown_whatever_its_state(seen: JobView) -> None:
    if seen.uuid != JOB.job_uuid:
        assert isinstance(outcome.judge(JOB, seen), Unknown)


@given(VIEWS)
def test_without_a_uuid_name_and_number_both_count(seen: JobView) -> None:
    job = DocumentJob("visit-1", 2, 7)
    assert outcome.same_job(job, seen) is (seen.name == "visit-1" and seen.job_id == 7)


PRINTERS = st.builds(
    PrinterView,
    st.one_of(st.none(), st.integers(0, 9)),
    st.frozensets(st.sampled_from([*outcome.NEEDS_CARE, *outcome.AWAY, "media-low", "other", "strange"])),
    st.booleans(),
    st.none(),
    st.none(),
    st.integers(0, 3),
    st.frozensets(st.sampled_from(["application/pdf", "image/pwg-raster"])),
    st.just(frozenset()),
    st.lists(
        st.builds(
            Marker, st.text(max_size=60), st.sampled_from(["toner", "wasteToner"]), st.integers(-3, 120)
        )
    ).map(tuple),
)


@given(PRINTERS)
def test_nothing_is_sent_while_a_reason_stands(printer: PrinterView) -> None:
    standing = printer.reasons & {*outcome.NEEDS_CARE, *outcome.AWAY}
    if standing or not printer.accepting or printer.queued:
        assert outcome.obstacle(printer) is not None
    if standing:
        assert outcome.standing_faults(printer)[0].detail in standing


@given(PRINTERS)
def test_levels_follow_the_counts(printer: PrinterView) -> None:
    for supply in consumables(printer)[1:]:
        assert (supply.level is Level.UNKNOWN) is (supply.left is None)
        assert len(supply.name) <= 40
