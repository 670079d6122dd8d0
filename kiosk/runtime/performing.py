"""Which performer carries out which effect; and who asks instead, after a restart."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers import (
    authority,
    casework,
    making,
    payer_code,
    payment,
    permit,
    returning,
    staff,
)
from kiosk.visit import effects as f
from kiosk.visit.case_effects import InspectAgain, PrintAgain
from kiosk.visit.events import Event

Performance = Coroutine[Any, Any, Event]
Performer = Callable[[Outside, Memory, Any], Performance]

_PERFORMERS: Mapping[type[f.Effect], Performer] = {
    f.ReadPermit: lambda outside, memory, _: permit.read_permit(outside, memory),
    f.CompareHolder: lambda outside, memory, _: permit.compare_holder(outside, memory),
    f.AwaitStaff: lambda outside, memory, _: staff.await_staff(outside, memory),
    f.LookUp: lambda outside, _, effect: authority.look_up(outside, effect),
    f.Apply: lambda outside, _, effect: authority.apply(outside, effect),
    f.Withdraw: lambda outside, _, effect: authority.withdraw(outside, effect),
    f.Issue: lambda outside, _, effect: authority.issue(outside, effect),
    f.ReportPrint: lambda outside, _, effect: authority.report_print(outside, effect),
    f.OpenPayment: payment.open_payment,
    f.WatchPayment: payment.watch_payment,
    f.ReadPayerCode: payer_code.read_payer_code,
    f.ChargePayerCode: payer_code.charge_payer_code,
    f.ClosePayment: payment.close_payment,
    f.RefundPayment: lambda outside, _, effect: payment.refund_payment(outside, effect),
    f.ProveMachine: making.prove_machine,
    f.PrintCard: making.print_card,
    f.InspectCard: making.inspect_card,
    f.PrintSlip: lambda outside, _, effect: making.print_slip(outside, effect),
    f.PresentCard: lambda outside, memory, _: returning.present_card(outside, memory),
    f.AwaitTaken: lambda outside, memory, _: returning.await_taken(outside, memory),
    f.RetainCard: lambda outside, memory, _: returning.retain_card(outside, memory),
    InspectAgain: casework.inspect_again,
    PrintAgain: casework.print_again,
}

# An effect with `ask_first` has an entry here, the others are safe to carry out again.
_ASKERS: Mapping[type[f.Effect], Performer] = {
    f.PrintCard: making.ask_print,
    f.PresentCard: lambda outside, memory, _: returning.ask_present(outside, memory),
    f.RetainCard: lambda outside, memory, _: returning.ask_retain(outside, memory),
    InspectAgain: lambda *_: casework.ask_inspection(),
    PrintAgain: lambda outside, _, effect: casework.ask_print(outside, effect),
}


def perform(outside: Outside, memory: Memory, effect: f.Effect) -> Performance:
    """Carry an effect out; the event is its one outcome."""
    return _PERFORMERS[type(effect)](outside, memory, effect)


def ask(outside: Outside, memory: Memory, effect: f.Effect) -> Performance:
    """Find out after a restart what became of an effect; what is safe to repeat is carried out again."""
    performers = _ASKERS if effect.ask_first else _PERFORMERS
    return performers[type(effect)](outside, memory, effect)
