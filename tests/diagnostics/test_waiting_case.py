"""Nobody acts on a case while something of its visit still waits for an outcome."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk.diagnostics.cases import Case, read_case
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.journal.store import Journal
from kiosk.visit import case_events as c
from kiosk.visit.casework import CaseAction
from tests.diagnostics.test_cases import SAID
from tests.diagnostics.test_casework import CLERK
from tests.diagnostics.test_overwritten import Authority, in_doubt, world
from tests.support.virtual_time import VirtualClock, run


async def _at_once(work: Coroutine[Any, Any, Case]) -> Case:
    """Whoever were allowed to act would wait for the other look, and for good."""
    async with asyncio.timeout(60.0):
        return await work


def test_a_film_that_is_being_looked_at_is_not_judged_meanwhile(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    told = in_doubt(journal)
    assert told.tell(c.CaseInspectionOrdered(CLERK))
    before = read_case(journal, told.id)
    assert (before.waiting, before.actions) == (True, ())
    outside = world(Authority(None))
    outside.clock = VirtualClock()
    for order in (Order(CaseAction.SEEN, SAID, matches=True), Order(CaseAction.INSPECT, SAID)):
        with pytest.raises(NotAllowed):
            run(_at_once(act(outside, journal, told.id, order)))
    assert read_case(journal, told.id) == before
