"""A whole machine on which a member of staff finds the holder, or does not, or never comes."""

import asyncio
from pathlib import Path

import pytest

from kiosk.bench.automatic import Plan
from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel
from kiosk.journal.codec import decode_event
from kiosk.journal.store import Journal
from kiosk.staff.specimen import NUMBER, PIN
from kiosk.visit.events import HolderConfirmedByStaff, HolderRefusedByStaff, StaffNotIdentified
from kiosk.visit.model import CardFate, PrintState, Step, Visit
from tests.e2e.harness import books, machine, prepare, recover, serve, serve_until


@pytest.fixture
def state(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


def names(journal: Journal, visit_id: str) -> list[str]:
    return [record.name for record in journal.records(visit_id) if record.kind == "event"]


def decided(journal: Journal, visit_id: str, name: str) -> object:
    found = [record for record in journal.records(visit_id) if record.name == name]
    assert len(found) == 1
    assert found[0].fields is not None
    return decode_event(name, found[0].fields)


def test_confirmed_by_staff_the_visit_goes_to_the_print(state: Path) -> None:
    async def run() -> None:
        async with machine(state) as bench:
            bench.tester.set_fault("face_camera", "mismatch", active=True)
            told = await serve(bench, plan=Plan(Channel.ALIPAY, staff="confirms"))
            assert told.visit.print_state is PrintState.VERIFIED
            assert told.visit.confirmed_by == NUMBER
            assert not told.visit.face_matched
            assert {"StaffAsked", "StaffIdentified"} <= set(names(bench.journal, told.visit.visit_id))
            who = decided(bench.journal, told.visit.visit_id, "HolderConfirmedByStaff")
            assert who == HolderConfirmedByStaff(NUMBER)
            written = b"".join(r.fields or b"" for r in bench.journal.records(told.visit.visit_id))
            assert PIN.encode() not in written

    asyncio.run(run())


def test_refused_by_staff_the_card_comes_back_and_nothing_is_charged(state: Path) -> None:
    async def run() -> None:
        async with machine(state) as bench:
            told = await serve(bench, plan=Plan(Channel.ALIPAY, staff="refuses"))
            assert told.visit.ending is not None
            assert told.visit.ending.code is FailureCode.HOLDER_REFUSED_BY_STAFF
            assert told.visit.card is CardFate.TAKEN
            assert not told.visit.orders
            assert books(bench)[Channel.ALIPAY] == (0, 0)
            who = decided(bench.journal, told.visit.visit_id, "HolderRefusedByStaff")
            assert who == HolderRefusedByStaff(NUMBER)

    asyncio.run(run())


def test_a_wrong_pin_is_on_record_without_the_pin_and_the_call_stands(state: Path) -> None:
    async def run() -> None:
        async with machine(state) as bench:
            wrong = {Step.CALLING_STAFF: lambda: bench.kiosk.identify_staff(NUMBER, "000000")}
            plan = Plan(Channel.ALIPAY, staff="refuses")
            told = await serve(bench, plan=plan, at_step=wrong)
            records = bench.journal.records(told.visit.visit_id)
            denied = [record for record in records if record.name == StaffNotIdentified.__name__]
            assert len(denied) == 1
            assert b"000000" not in (denied[0].fields or b"")
            assert told.visit.ending is not None
            assert told.visit.ending.code is FailureCode.HOLDER_REFUSED_BY_STAFF

    asyncio.run(run())


def test_stopped_while_staff_are_waited_for_the_card_comes_back_at_the_next_start(state: Path) -> None:
    async def stopped() -> None:
        async with machine(state) as bench:
            await serve_until(bench, Step.CALLING_STAFF, plan=Plan(Channel.ALIPAY, staff="confirms"))

    async def started_again() -> Visit:
        async with machine(state) as bench:
            return (await recover(bench)).visit

    asyncio.run(stopped())
    visit = asyncio.run(started_again())
    assert visit.ending is not None
    assert visit.ending.code is FailureCode.INTERRUPTED
    assert (visit.step, visit.card) == (Step.ENDED, CardFate.TAKEN)
    assert not visit.orders
