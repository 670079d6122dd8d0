"""What the authority may have granted unheard is given back, and what it issued is never left untold."""

from kiosk.domain.endorsement import Reason
from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit import case_events as c
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.casework import CaseAction, allowed
from kiosk.visit.model import CaseKind, PrintState, Step
from tests.diagnostics.test_casework import CLERK, order, unverified
from tests.visit.world import BROKEN, Story, story

UNHEARD = Fault(FailureCode.AUTHORITY_UNREACHABLE)


def pending(told: Story) -> dict[type[f.Effect], tuple[int, f.Effect]]:
    return {type(one.effect): (one.number, one.effect) for one in told.folded.pending}


def tell(told: Story, event: e.Event, kind: type[f.Effect]) -> None:
    assert told.tell(event, pending(told)[kind][0])


def unheard(*, sent: bool = True) -> tuple[Story, f.Effect]:
    """Ask for approval and hear nothing."""
    told = story().until(Step.APPROVING)
    asked = pending(told)[f.Apply][1]
    tell(told, e.ApplicationUndecided(UNHEARD, sent), f.Apply)
    return told, asked


def test_an_application_of_which_nothing_was_heard_is_asked_again_and_given_back() -> None:
    told, asked = unheard()
    assert told.visit.ending == UNHEARD
    assert pending(told)[f.Apply][1] == asked
    tell(told, e.ApplicationApproved("A7"), f.Apply)
    tell(told, e.ApprovalWithdrawn(), f.Withdraw)
    assert told.finish().visit.withdrawn
    assert not told.visit.cases


def test_one_that_was_never_sent_has_nothing_to_give_back() -> None:
    told, _ = unheard(sent=False)
    assert f.Apply not in pending(told)


def test_what_is_never_heard_is_a_case_and_asked_again_until_it_is() -> None:
    told, asked = unheard()
    tell(told, e.ApplicationUndecided(UNHEARD), f.Apply)
    told.finish()
    assert told.visit.cases == (CaseKind.WITHDRAWAL_OPEN,)
    assert order(told, c.CaseAskedAgain(CLERK))
    assert pending(told)[f.Apply][1] == asked
    tell(told, e.ApplicationApproved("A7"), f.Apply)
    tell(told, e.ApprovalWithdrawn(), f.Withdraw)
    assert told.folded.over
    assert not told.visit.cases


def test_a_refusal_heard_late_leaves_nothing_to_give_back() -> None:
    told, _ = unheard()
    tell(told, e.ApplicationUndecided(UNHEARD), f.Apply)
    told.finish()
    assert told.tell(e.Restarted())
    tell(told, e.ApplicationRefused(Reason("STATE_EMPLOYEE")), f.Apply)
    assert told.folded.over
    assert not told.visit.cases


def test_money_settled_outside_leaves_the_authority_to_be_told_where_nobody_knows_the_film() -> None:
    told = unverified()
    assert not told.visit.film_known
    assert order(told, c.CaseClosed(c.CloseReason.SETTLED_OUTSIDE, CLERK, "paid back at the counter"))
    assert told.visit.cases == (CaseKind.REPORT_OPEN,)
    assert allowed(told.visit) == (CaseAction.CLOSE,)  # the machine would have to guess
    assert told.tell(e.Restarted())
    assert f.ReportPrint not in pending(told)
    assert order(told, c.CaseClosed(c.CloseReason.AUTHORITY_TOLD, CLERK, "by telephone"))
    assert told.folded.over
    assert not told.visit.cases


def test_money_settled_outside_tells_the_authority_of_a_film_that_was_seen_empty() -> None:
    told = unverified()
    assert order(told, c.CaseFilmSeen(False, CLERK))
    assert told.visit.print_state is PrintState.DIFFERS
    assert order(told, c.CaseClosed(c.CloseReason.SETTLED_OUTSIDE, CLERK, "paid back at the counter"))
    report = pending(told)[f.ReportPrint][1]
    assert isinstance(report, f.ReportPrint)
    assert not report.printed
    tell(told, e.PrintReported(), f.ReportPrint)
    assert told.folded.over
    assert not told.visit.cases


def test_what_the_authority_was_told_on_the_printers_word_stays_open_where_nobody_has_seen_it() -> None:
    told = story().until(Step.INSPECTING)
    tell(told, e.InspectionFailed(BROKEN), f.InspectCard)
    told.finish()
    assert told.visit.print_state is PrintState.PRINTED
    assert told.visit.reported
    assert order(told, c.CaseClosed(c.CloseReason.SETTLED_OUTSIDE, CLERK, "paid back at the counter"))
    assert told.visit.cases == (CaseKind.REPORT_OPEN,)
    assert allowed(told.visit) == (CaseAction.CLOSE,)
