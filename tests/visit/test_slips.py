"""What the slip tells of a visit: its case, what stands on the card, and where the money is."""

from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import CaseKind, Step, refund_number
from kiosk.visit.money_back import ReturnState, money_back
from tests.visit.world import BROKEN, Story, payment, story


def printing(told: Story) -> f.PrintSlip:
    """Return the slip that is being printed."""
    told.until(Step.SLIP)
    (effect,) = (one.effect for one in told.folded.pending if isinstance(one.effect, f.PrintSlip))
    return effect


def cancelled_and_paid() -> Story:
    told = story().until(Step.PAYING)
    told.tell(e.Cancelled())
    told.tell(e.PaymentSettled(payment(told.visit)), told.folded.pending[-1].number)
    assert told.visit.step is Step.REFUNDING
    return told


def refund(told: Story, *, done: bool) -> None:
    paid = told.visit.payments[0]
    number = refund_number(paid)
    event = e.RefundDone(number, paid.amount) if done else e.RefundNotDone(number, BROKEN)
    asked = next(one for one in told.folded.pending if isinstance(one.effect, f.RefundPayment))
    told.tell(event, asked.number)


def test_money_is_called_back_only_once_the_network_has_said_so() -> None:
    told = cancelled_and_paid()
    assert [back.state for back in money_back(told.visit)] == [ReturnState.UNDER_WAY]
    refund(told, done=True)
    assert [back.state for back in printing(told).slip.money_back] == [ReturnState.DONE]


def test_a_refund_that_is_open_stands_on_the_slip_with_the_number_of_its_case() -> None:
    told = cancelled_and_paid()
    refund(told, done=False)
    slip = printing(told).slip
    assert [back.state for back in slip.money_back] == [ReturnState.OPEN]
    assert slip.case_number == told.visit.visit_id


def test_a_visit_without_a_case_has_no_case_number_on_its_slip() -> None:
    told = story()
    slip = printing(told).slip
    assert slip.case_number is None
    assert slip.endorsements == told.visit.endorsements != ()


def test_what_is_not_on_the_card_is_not_on_the_slip() -> None:
    told = story().until(Step.PRINTING)
    for _ in range(2):
        told.tell(e.CardNotPrinted(BROKEN), told.folded.pending[0].number)
    slip = printing(told).slip
    assert told.visit.endorsements
    assert slip.endorsements == ()


def test_who_has_an_open_case_gets_its_number_on_paper_also_unasked() -> None:
    told = story().until(Step.INSPECTING)
    told.tell(e.InspectionFailed(BROKEN), told.folded.pending[0].number)
    told.until(Step.REVIEWING)
    assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)
    told.tell(e.ResultSeen(False))
    assert printing(told).slip.case_number == told.visit.visit_id
