"""The client against the real service code over a transport in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.authority.client import HttpAuthority
from kiosk.authority.contract import (
    Accepted,
    Approved,
    Found,
    Issued,
    NotApproved,
    NotOnRecord,
    Unreachable,
)
from kiosk.authority.sandbox.books import IssueState, OutageMode
from kiosk.authority.sandbox.desk import Desk
from kiosk.domain.endorsement import Reason, RequestedItem
from kiosk.domain.failure import FailureCode
from tests.authority.world import (
    OPTIONS,
    OTHER_PERMIT,
    PERMIT,
    REFUSED_OPTION,
    TODAY,
    World,
    record,
)

T = TypeVar("T")
HK = RequestedItem("HKG-G-3M-1")
MACAO = RequestedItem("MAC-G-3M-1")


def ask(
    world: World,
    call: Callable[[HttpAuthority], Awaitable[T]],
    transport: httpx.AsyncBaseTransport | None = None,
) -> T:
    async def once() -> T:
        client = world.client(transport)
        try:
            return await call(client)
        finally:
            await client.aclose()

    return asyncio.run(once())


def test_a_permit_is_looked_up(world: World) -> None:
    assert ask(world, lambda authority: authority.look_up(PERMIT)) == Found(record(PERMIT))
    assert ask(world, lambda authority: authority.look_up("C99999999")) == NotOnRecord()
    assert ask(world, lambda authority: authority.look_up("no permit")) == NotOnRecord()
    assert ask(world, lambda authority: authority.available())


def test_two_endorsements_from_application_to_record(world: World) -> None:
    async def visit(authority: HttpAuthority) -> Issued:
        approved = await authority.apply("r1", PERMIT, [HK, MACAO], TODAY)
        assert isinstance(approved, Approved)
        issued = await authority.issue("r2", approved.approval_no, "4200001")
        assert isinstance(issued, Issued)
        numbers = [endorsement.control_no for endorsement in issued.endorsements]
        assert await authority.confirm("r3", numbers, printed=True) == Accepted()
        return issued

    issued = ask(world, visit)
    hong_kong, macao = issued.endorsements
    assert (hong_kong.destination, macao.destination) == ("HKG", "MAC")
    assert [e.control_no for e in issued.endorsements] == ["440100000001", "440100000002"]
    assert hong_kong.issued == TODAY
    assert hong_kong.valid_until.isoformat() == "2026-06-09"
    found = ask(world, lambda authority: authority.look_up(PERMIT))
    assert isinstance(found, Found)
    assert found.record.endorsements == issued.endorsements
    assert dict(found.record.last_issued) == {"HKG-G": TODAY, "MAC-G": TODAY}


def test_an_online_application_is_collected_once_without_payment(world: World) -> None:
    async def collect(authority: HttpAuthority, name: str) -> Issued | NotApproved | Unreachable:
        approved = await authority.apply(
            f"{name}-apply", OTHER_PERMIT, [RequestedItem("MAC-G-3M-1", "WEB1")], TODAY
        )
        assert isinstance(approved, Approved)
        return await authority.issue(f"{name}-issue", approved.approval_no, None)

    async def visits(authority: HttpAuthority) -> None:
        first = await collect(authority, "a")
        assert isinstance(first, Issued)
        assert isinstance(await collect(authority, "b"), Unreachable)
        await authority.confirm("a-confirm", [first.endorsements[0].control_no], printed=True)

    ask(world, visits)
    assert world.store.read().records[OTHER_PERMIT].applications == ()


def test_refusals_carry_their_reason(world: World) -> None:
    answer = ask(world, lambda a: a.apply("r1", PERMIT, [RequestedItem(REFUSED_OPTION)], TODAY))
    assert answer == NotApproved(Reason("needs_firm"))


def test_what_was_not_printed_leaves_no_trace_on_the_record(world: World) -> None:
    async def visit(authority: HttpAuthority) -> None:
        approved = await authority.apply("r1", PERMIT, [HK], TODAY)
        assert isinstance(approved, Approved)
        issued = await authority.issue("r2", approved.approval_no, "4200001")
        assert isinstance(issued, Issued)
        number = issued.endorsements[0].control_no
        assert await authority.confirm("r3", [number], printed=False) == Accepted()
        assert isinstance(await authority.confirm("r4", [number], printed=True), Unreachable)
        assert isinstance(await authority.issue("r5", approved.approval_no, "4200001"), Unreachable)

    ask(world, visit)
    assert world.store.read().records[PERMIT] == record(PERMIT)


def test_a_withdrawn_approval_is_never_issued(world: World) -> None:
    async def visit(authority: HttpAuthority) -> None:
        approved = await authority.apply("r1", PERMIT, [HK], TODAY)
        assert isinstance(approved, Approved)
        assert await authority.withdraw("r2", approved.approval_no) == Accepted()
        assert await authority.withdraw("r3", approved.approval_no) == Accepted()
        assert isinstance(await authority.issue("r4", approved.approval_no, "4200001"), Unreachable)

    ask(world, visit)
    assert not world.store.read().issues


def test_withdrawing_after_a_lost_issue_cancels_its_control_numbers(world: World) -> None:
    async def visit(authority: HttpAuthority) -> None:
        approved = await authority.apply("r1", PERMIT, [HK], TODAY)
        assert isinstance(approved, Approved)
        outage(world, "issue", OutageMode.LOST)
        assert isinstance(await authority.issue("r2", approved.approval_no, "4200001"), Unreachable)
        assert await authority.withdraw("r3", approved.approval_no) == Accepted()

    ask(world, visit)
    assert [issue.state for issue in world.store.read().issues.values()] == [IssueState.CANCELLED]


def test_a_fee_without_a_payment_is_not_issued(world: World) -> None:
    async def visit(authority: HttpAuthority) -> None:
        approved = await authority.apply("r1", PERMIT, [HK], TODAY)
        assert isinstance(approved, Approved)
        unpaid = await authority.issue("r2", approved.approval_no, None)
        assert isinstance(unpaid, Unreachable)
        assert "payment_reference_missing" in unpaid.fault.detail
        assert isinstance(await authority.issue("r2", approved.approval_no, "4200001"), Issued)

    ask(world, visit)


def outage(world: World, operation: str, mode: OutageMode, left: int | None = 1) -> None:
    Desk(world.store, [], OPTIONS, world.clock).fail(operation, mode, left)


@pytest.mark.parametrize("mode", list(OutageMode))
def test_an_outage_is_survived_by_asking_again(world: World, mode: OutageMode) -> None:
    outage(world, "apply", mode)

    async def visit(authority: HttpAuthority) -> None:
        first = await authority.apply("r1", PERMIT, [HK], TODAY)
        assert isinstance(first, Unreachable)
        assert first.fault.code is FailureCode.AUTHORITY_UNREACHABLE
        assert first.sent
        world.kiosk_clock.at = world.clock.at
        assert isinstance(await authority.apply("r1", PERMIT, [HK], TODAY), Approved)

    ask(world, visit)
    books = world.store.read()
    assert len(books.approvals) == 1
    assert books.outages == {}


@given(repeats=st.lists(st.sampled_from(["apply", "issue", "confirm"]), max_size=8))
@settings(max_examples=15, deadline=None)
def test_asking_again_never_does_it_again(
    tmp_path_factory: pytest.TempPathFactory, repeats: list[str]
) -> None:
    world = World(tmp_path_factory.mktemp("books"))

    async def visit(authority: HttpAuthority) -> None:
        approved = await authority.apply("apply", PERMIT, [HK], TODAY)
        assert isinstance(approved, Approved)
        issued = await authority.issue("issue", approved.approval_no, "4200001")
        assert isinstance(issued, Issued)
        numbers = [endorsement.control_no for endorsement in issued.endorsements]
        accepted = await authority.confirm("confirm", numbers, printed=True)
        for repeat in repeats:
            match repeat:
                case "apply":
                    assert await authority.apply("apply", PERMIT, [HK], TODAY) == approved
                case "issue":
                    assert await authority.issue("issue", approved.approval_no, "4200001") == issued
                case _:
                    assert await authority.confirm("confirm", numbers, printed=True) == accepted

    ask(world, visit)
    books = world.store.read()
    assert len(books.approvals) == len(books.issues) == 1
    world.store.close()


def test_a_request_id_serves_one_request_only(world: World) -> None:
    async def visit(authority: HttpAuthority) -> Approved | NotApproved | Unreachable:
        await authority.apply("r1", PERMIT, [HK], TODAY)
        return await authority.apply("r1", PERMIT, [MACAO], TODAY)

    answer = ask(world, visit)
    assert isinstance(answer, Unreachable)
    assert answer.fault.code is FailureCode.REQUEST_ID_REUSED
    assert answer.sent


def test_clocks_far_apart_are_named(world: World) -> None:
    world.kiosk_clock.at += timedelta(seconds=301)
    answer = ask(world, lambda authority: authority.look_up(PERMIT))
    assert isinstance(answer, Unreachable)
    assert "stale_timestamp" in answer.fault.detail
    world.kiosk_clock.at -= timedelta(seconds=1)
    assert isinstance(ask(world, lambda authority: authority.look_up(PERMIT)), Found)


class Liar(httpx.AsyncBaseTransport):
    """Passes requests on and changes the answers."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, change: Callable[[bytes], bytes], header: str
    ) -> None:
        self._inner, self._change, self._header = inner, change, header

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body, headers = await answer.aread(), answer.headers
        if self._header == "body":
            body = self._change(body)
        else:
            headers[self._header] = self._change(headers[self._header].encode()).decode("latin-1")
        headers["content-length"] = str(len(body))
        return httpx.Response(answer.status_code, headers=headers, stream=httpx.ByteStream(body))


@given(
    header=st.sampled_from(["body", "authority-signature", "authority-timestamp"]),
    place=st.integers(0, 400),
    mask=st.integers(1, 127),
)
@settings(max_examples=60, deadline=None)
def test_an_answer_with_any_byte_changed_is_not_believed(
    tmp_path_factory: pytest.TempPathFactory, header: str, place: int, mask: int
) -> None:
    world = World(tmp_path_factory.mktemp("books"))

    def change(content: bytes) -> bytes:
        at = place % len(content)
        return content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]

    answer = ask(world, lambda a: a.look_up(PERMIT), Liar(world.transport(), change, header))
    assert isinstance(answer, Unreachable)
    world.store.close()


def test_an_answer_to_another_request_is_not_believed(world: World) -> None:
    """An attacker who keeps a signed answer cannot give it to a later request."""
    kept: list[tuple[httpx.Headers, bytes]] = []

    class Replayer(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if not kept:
                answer = await world.transport().handle_async_request(request)
                kept.append((answer.headers, await answer.aread()))
            headers, body = kept[0]
            return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    assert isinstance(ask(world, lambda a: a.look_up(PERMIT), Replayer()), Found)
    assert isinstance(ask(world, lambda a: a.look_up(PERMIT), Replayer()), Unreachable)


def test_failures_say_nothing_personal(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    outage(world, "*", OutageMode.DOWN, None)
    answer = ask(world, lambda authority: authority.look_up(PERMIT))
    assert isinstance(answer, Unreachable)
    printed = "".join(capsys.readouterr()) + answer.fault.detail
    assert "503" in printed
    assert PERMIT not in printed
