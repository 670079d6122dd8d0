"""The snapshot of a machine with a visit in it."""

from dataclasses import replace

from kiosk.clock import Clock
from kiosk.runtime.order_time import order_left_s
from kiosk.runtime.prompting import payment_prompt
from kiosk.runtime.snapshot import Snapshot
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit.model import Step
from kiosk.visit.money_back import money_back

_USUAL_S = {Step.PRINTING: 40.0, Step.READING: 4.0}


def with_visit(machine: Snapshot, runner: VisitRunner, clock: Clock) -> Snapshot:
    """Return what a machine shows while a visit is in it."""
    memory, visit = runner.memory, runner.visit
    usual_s = _USUAL_S.get(visit.step)
    paying = visit.order if visit.step is Step.PAYING else None
    return replace(
        machine,
        visit=visit,
        portrait=memory.portrait,
        film=memory.film,
        progress=memory.progress,
        remaining_s=None if usual_s is None else memory.remaining_s(usual_s),
        left_s=runner.left_s,
        warning=runner.warning,
        code_left_s=order_left_s(clock, memory, paying) if paying else None,
        asking_payment=memory.asking_payment,
        prompt=payment_prompt(visit, memory.prompt),
        money_back=money_back(visit),
        judging_staff=memory.judging_staff,
    )
