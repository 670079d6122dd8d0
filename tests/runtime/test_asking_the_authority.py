"""The authority is asked again while the line is down, and not where asking again is of no use."""

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from kiosk.authority.contract import Unreachable
from kiosk.domain.endorsement import RequestedItem
from kiosk.domain.failure import FailureCode, Fault
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import REQUEST_WAITS
from kiosk.runtime.performers import authority
from kiosk.simulation.virtual_time import VirtualClock, run
from kiosk.visit.effects import Apply
from kiosk.visit.events import ApplicationUndecided


@pytest.mark.parametrize(
    ("code", "asked"),
    [(FailureCode.AUTHORITY_UNREACHABLE, 1 + len(REQUEST_WAITS)), (FailureCode.REQUEST_ID_REUSED, 1)],
)
def test_a_number_that_is_taken_is_not_asked_about_again(code: FailureCode, asked: int) -> None:
    questions: list[str] = []

    async def answer(request_id: str, *_: object) -> Unreachable:
        questions.append(request_id)
        return Unreachable(Fault(code))

    outside = cast(Outside, SimpleNamespace(authority=SimpleNamespace(apply=answer), clock=VirtualClock()))
    effect = Apply("V1-apply", "C12345678", (RequestedItem("HKG-G-3M-1", None),), date(2026, 6, 1))
    assert run(authority.apply(outside, effect)) == ApplicationUndecided(Fault(code), True)
    assert questions == ["V1-apply"] * asked
