"""The holder who is not compared by the camera: asked for, identified, confirmed or refused."""

from collections.abc import Callable

import pytest

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.staff import StaffDenial
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, PrintState, Step
from tests.visit.world import BROKEN, GENUINE, Story, outcomes, specimen, story

BROKEN_CAMERA = Fault(FailureCode.CAMERA_UNAVAILABLE)
BY_THEMSELVES = (e.CardRemoved(), e.TimedOut(), e.Restarted(), e.Cancelled(), e.WentBack())
ENDED_WITH = {
    Step.NOT_RECOGNISED: {
        e.TimedOut: FailureCode.CAMERA_UNAVAILABLE,
        e.Cancelled: FailureCode.CAMERA_UNAVAILABLE,
        e.Restarted: FailureCode.INTERRUPTED,
        e.CardRemoved: FailureCode.CARD_REMOVED,
    },
    Step.CALLING_STAFF: {
        e.TimedOut: FailureCode.STAFF_DID_NOT_COME,
        e.Cancelled: FailureCode.CANCELLED,
        e.Restarted: FailureCode.INTERRUPTED,
        e.CardRemoved: FailureCode.CARD_REMOVED,
    },
    Step.CHECKING_HOLDER: {
        e.TimedOut: FailureCode.TIMED_OUT,
        e.Cancelled: FailureCode.CANCELLED,
        e.Restarted: FailureCode.INTERRUPTED,
        e.CardRemoved: FailureCode.CARD_REMOVED,
    },
}


def unrecognised() -> Story:
    told = story().until(Step.RECOGNISING)
    told.tell(e.HolderNotCompared(BROKEN_CAMERA), told.folded.pending[0].number)
    return told


def called() -> Story:
    told = story().until(Step.RECOGNISING)
    told.tell(e.StaffAsked())
    return told


def checking() -> Story:
    told = called()
    told.answer(told.folded.pending[0])
    return told


STANDS: dict[Step, Callable[[], Story]] = {
    Step.NOT_RECOGNISED: unrecognised,
    Step.CALLING_STAFF: called,
    Step.CHECKING_HOLDER: checking,
}


def test_confirmed_by_staff_goes_on_exactly_where_a_comparison_goes() -> None:
    told = checking()
    assert told.visit.step is Step.CHECKING_HOLDER
    told.tell(e.HolderConfirmedByStaff("1001"))
    matched = story().until(Step.LOOKING_UP)
    assert told.visit.step is Step.LOOKING_UP
    assert [n.effect for n in told.folded.pending] == [n.effect for n in matched.folded.pending]
    told.finish()
    assert told.visit.confirmed_by == "1001"
    assert not told.visit.face_matched
    assert told.visit.print_state is PrintState.VERIFIED
    assert violations(told.folded) == ()


def test_refused_by_staff_gives_the_card_back_and_nothing_is_charged() -> None:
    told = checking()
    told.tell(e.HolderRefusedByStaff("1001"))
    assert told.visit.ending == Fault(FailureCode.HOLDER_REFUSED_BY_STAFF)
    assert told.visit.step is Step.PRESENTING
    told.finish()
    assert told.visit.card is CardFate.TAKEN
    assert not told.visit.orders


@pytest.mark.parametrize("kind", [e.HolderConfirmedByStaff, e.HolderRefusedByStaff])
@pytest.mark.parametrize("number", ["", "1002"])
def test_only_the_colleague_at_the_screen_decides(
    kind: type[e.HolderConfirmedByStaff] | type[e.HolderRefusedByStaff], number: str
) -> None:
    told = checking()
    assert not told.tell(kind(number))
    assert not called().tell(kind("1001"))
    assert not story().until(Step.RECOGNISING).tell(kind(""))


def test_what_is_typed_wrongly_leaves_the_call_standing() -> None:
    told = called()
    for choice, why in ((1, StaffDenial.WRONG), (2, StaffDenial.LOCKED)):
        told.answer(told.folded.pending[0], choice)
        assert told.visit.step is Step.CALLING_STAFF
        assert told.visit.staff_denial is why
        assert [type(n.effect) for n in told.folded.pending] == [f.AwaitStaff]
    assert told.visit.staff_locked_until is not None
    told.answer(told.folded.pending[0])
    assert told.visit.staff_denial is None
    assert told.visit.staff_locked_until is None


def test_a_machine_without_staff_offers_none() -> None:
    told = story()
    told.tell(e.PermitRead(specimen().permit, GENUINE), told.folded.pending[0].number)
    assert not told.tell(e.StaffAsked())
    told.tell(e.HolderNotCompared(BROKEN), told.folded.pending[0].number)
    assert told.visit.ending == BROKEN


def test_who_changes_their_mind_is_compared_after_all_unless_the_camera_gave_up() -> None:
    told = called()
    told.tell(e.WentBack())
    assert told.visit.step is Step.RECOGNISING
    assert [type(n.effect) for n in told.folded.pending] == [f.CompareHolder]
    gave_up = unrecognised()
    gave_up.tell(e.StaffAsked())
    assert not gave_up.tell(e.WentBack())
    gave_up.tell(e.Cancelled())
    assert gave_up.visit.ending == BROKEN_CAMERA


@pytest.mark.parametrize("step", STANDS)
@pytest.mark.parametrize("event", BY_THEMSELVES, ids=lambda event: type(event).__name__)
def test_whatever_happens_meanwhile_ends_soundly(step: Step, event: e.Event) -> None:
    told = STANDS[step]()
    assert told.visit.step is step
    told.tell(event)
    code = ENDED_WITH[step].get(type(event))
    assert (told.visit.ending.code if told.visit.ending else None) == code
    told.finish()
    assert violations(told.folded) == ()
    assert told.visit.printed or not told.visit.orders


def test_every_outcome_of_the_call_is_told_to_the_world() -> None:
    told = called()
    possible = outcomes(f.AwaitStaff(), told.visit, told.at)
    assert {type(event) for event in possible} == {e.StaffIdentified, e.StaffNotIdentified}
