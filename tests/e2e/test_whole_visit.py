"""One whole visit on real protocols: chip, authority, payment networks, printer line, film."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import zxingcpp
from PIL import Image

from kiosk.app import SimulatedKiosk
from kiosk.authority.sandbox.books import OutageMode
from kiosk.bench import evidence
from kiosk.bench.automatic import Plan
from kiosk.clock import SystemClock
from kiosk.devices.contracts import MediaPosition
from kiosk.devices.simulated.faults import FaultMode
from kiosk.documents.face_code import FaceCode, parse_face_code
from kiosk.domain.failure import FailureCode
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.events import Cancelled, MethodChosen
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, CaseKind, PrintState, Step
from tests.documents.faces import text_of
from tests.e2e.harness import SLUG, Told, books, machine, prepare, serve
from tests.support.patience import LONG_S


@pytest.fixture(autouse=True)
def keys_are_made(tmp_path: Path) -> None:
    prepare(tmp_path)


def visit(state: Path, act: Callable[[SimulatedKiosk], Awaitable[Told]], slug: str = SLUG) -> Told:
    async def run() -> Told:
        async with machine(state, slug) as bench:
            told = await act(bench)
            assert violations(told.folded) == ()
            assert bench.journal.verify() is None
            assert told.folded.over
            if told.visit.card is CardFate.TAKEN:
                assert bench.machine.mechanism.state().position is MediaPosition.NOT_PRESENT
            return told

    return asyncio.run(run())


@pytest.mark.parametrize(
    "plan",
    [
        *map(Plan, Channel),
        *(Plan(channel, payer_code=True) for channel in (Channel.ALIPAY, Channel.UNIONPAY)),
    ],
    ids=lambda plan: f"{plan.pay_with}{'-code' * plan.payer_code}",
)
def test_paid_each_way_and_printed_as_ordered(tmp_path: Path, plan: Plan) -> None:
    channel = plan.pay_with

    async def run() -> None:
        async with machine(tmp_path) as bench:
            told = await serve(bench, plan=plan)
            assert books(bench)[channel] == (told.visit.total, 0)
            assert sum(taken for taken, _ in books(bench).values()) == told.visit.total
            assert told.visit.print_state is PrintState.VERIFIED
            assert told.visit.payment is not None
            assert told.visit.payment.channel is channel
            assert not told.visit.cases
            face = evidence.ordered_face(bench.journal, told.visit.visit_id)
            assert face is not None
            seen = zxingcpp.read_barcodes(bench.machine.films.load(SLUG).convert("L"))
            code = parse_face_code(seen[0].text)
            assert isinstance(code, FaceCode)
            assert code.permit_no == told.visit.permit.number  # type: ignore[union-attr]
            (slip,) = bench.machine.slip.slips()
            assert "Simulated payment" in text_of(slip.read_bytes())

    asyncio.run(run())


def test_a_phone_that_asks_for_a_password_is_waited_for(tmp_path: Path) -> None:
    """WeChat Pay, whose answer is USERPAYING meanwhile."""

    async def run() -> None:
        async with machine(tmp_path, clock=SystemClock()) as bench:
            plan = Plan(Channel.WECHAT, payer_code=True, wallet="asks")
            told = await serve(bench, plan=plan)
            assert told.visit.print_state is PrintState.VERIFIED
            assert books(bench)[Channel.WECHAT] == (told.visit.total, 0)
            prompts = {snapshot.prompt for snapshot in told.snapshots}
            assert {PaymentPrompt.SHOW_CODE, PaymentPrompt.CONFIRM_ON_PHONE} <= prompts

    asyncio.run(run())


def test_what_is_shown_is_gone_when_the_visit_is_over(tmp_path: Path) -> None:
    async def run() -> None:
        async with machine(tmp_path) as bench:
            told = await serve(bench)
            assert any(snapshot.portrait for snapshot in told.snapshots)
            after = bench.kiosk.snapshot()
            assert (after.visit, after.portrait, after.film) == (None, b"", b"")

    asyncio.run(run())


def test_an_application_approved_online_is_collected(tmp_path: Path) -> None:
    slug = "he-liting"
    told = visit(tmp_path, lambda b: serve(b, slug, plan=Plan(Channel.WECHAT, collect=True)), slug)
    assert told.visit.print_state is PrintState.VERIFIED
    assert all(item.application_no for item in told.visit.items)


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("lin-xiaoyu", FailureCode.NOT_ALLOWED),
        ("huang-guoqiang", FailureCode.PERMIT_EXPIRED),
        ("zhou-wei", FailureCode.NOT_ALLOWED),
        ("zhao-biang", FailureCode.NAME_UNPRINTABLE),
        ("sun-yiming", FailureCode.CHIP_ALTERED),
        ("ma-lili", FailureCode.CHIP_NOT_SIGNED),
        ("gao-feng", FailureCode.CHIP_UNKNOWN_ISSUER),
        ("tang-ning", FailureCode.CHIP_MUTE),
        ("xu-wenbo", FailureCode.PERMIT_NOT_ON_RECORD),
    ],
)
def test_a_permit_that_cannot_be_served_comes_back_with_its_own_reason(
    tmp_path: Path, slug: str, code: FailureCode
) -> None:
    told = visit(tmp_path, lambda bench: serve(bench, slug), slug)
    assert told.visit.ending is not None
    assert told.visit.ending.code is code
    assert told.visit.card is CardFate.TAKEN
    assert not told.visit.orders


@pytest.mark.parametrize("slug", ["li-fu", "ayiguli-maimaiti", "liang-meiling"])
def test_long_and_rare_names_and_replaced_endorsements_are_printed(tmp_path: Path, slug: str) -> None:
    told = visit(tmp_path, lambda bench: serve(bench, slug), slug)
    assert told.visit.print_state is PrintState.VERIFIED


def test_a_card_the_wrong_way_up_comes_back(tmp_path: Path) -> None:
    told = visit(tmp_path, lambda bench: serve(bench, upside_down=True))
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.CARD_UPSIDE_DOWN


BEFORE_MONEY = (
    Step.READING,
    Step.RECOGNISING,
    Step.LOOKING_UP,
    Step.IDENTIFYING,
    Step.CHOOSING_OPTION,
    Step.CONFIRMING,
)


@pytest.mark.parametrize("step", [*BEFORE_MONEY, Step.PAYING, Step.ISSUING, Step.PRINTING, Step.REPORTING])
def test_a_card_pulled_at_any_moment_costs_nothing_that_is_not_delivered(tmp_path: Path, step: Step) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        return serve(bench, at_step={step: bench.tester.pull_card})

    told = visit(tmp_path, act)
    if step in BEFORE_MONEY:
        assert not told.visit.payments
        assert told.visit.card in {CardFate.REMOVED, CardFate.TAKEN}
    else:
        assert told.visit.printed or not told.visit.unreturned or told.visit.cases


@pytest.mark.parametrize(
    ("device", "fault", "printed"),
    [
        ("card_printer", "wrong_print", True),
        ("card_printer", "blank_print", True),
        ("card_printer", "line_lost_during_print", True),
        ("card_printer", "power_lost_during_print", True),
        ("slip_printer", "out_midway", True),
    ],
)
def test_a_fault_while_making_the_card_is_mended_or_refunded(
    tmp_path: Path, device: str, fault: str, printed: bool
) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        bench.machine.faults.arm(device, fault, FaultMode.ONCE)
        return serve(bench)

    told = visit(tmp_path, act)
    assert told.visit.printed is printed
    assert not told.visit.unreturned


def test_a_print_that_stays_wrong_is_refunded_and_the_card_comes_back(tmp_path: Path) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        bench.machine.faults.arm("card_printer", "wrong_print", FaultMode.UNTIL_CLEARED)
        return serve(bench)

    told = visit(tmp_path, act)
    assert not told.visit.printed
    assert len(told.visit.refunded) == 1
    assert told.visit.card is CardFate.TAKEN
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.PRINT_FAILED


def test_an_authority_that_cannot_be_reached_ends_the_visit_before_money(tmp_path: Path) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        out = lambda: bench.sandbox.desk.fail("look_up", OutageMode.DOWN)  # noqa: E731
        return serve(bench, at_step={Step.RECOGNISING: out})

    told = visit(tmp_path, act)
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.AUTHORITY_UNREACHABLE
    assert not told.visit.orders


def test_an_authority_lost_after_payment_means_the_money_back(tmp_path: Path) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        out = lambda: bench.sandbox.desk.fail("issue", OutageMode.DOWN)  # noqa: E731
        return serve(bench, at_step={Step.PAYING: out})

    told = visit(tmp_path, act)
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.ISSUE_FAILED
    assert len(told.visit.refunded) == 1


def test_a_print_the_authority_does_not_hear_of_is_told_at_the_next_start(tmp_path: Path) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        out = lambda: bench.sandbox.desk.fail("confirm", OutageMode.DOWN)  # noqa: E731
        return serve(bench, at_step={Step.PRINTING: out})

    told = visit(tmp_path, act)
    assert told.visit.cases == (CaseKind.REPORT_OPEN,)

    async def again() -> None:
        async with machine(tmp_path) as bench:
            bench.sandbox.desk.fail("confirm", None)
            await bench.kiosk.recover()
            await bench.kiosk.settle()
            folded = bench.journal.fold(told.visit.visit_id)
            assert not folded.visit.cases
            assert folded.visit.reported

    asyncio.run(again())


def test_the_ordered_card_is_left_as_evidence(tmp_path: Path) -> None:
    async def run() -> None:
        async with machine(tmp_path) as bench:
            told = await serve(bench)
            face = evidence.ordered_face(bench.journal, told.visit.visit_id)
            summary = evidence.summary(bench.journal, told.folded)
            evidence.leave(tmp_path / "out", summary, face, bench.layout)
            evidence.leave_film(tmp_path / "out", bench.machine.films, SLUG)
        assert (tmp_path / "out" / "card.pdf").read_bytes().startswith(b"%PDF")
        with Image.open(tmp_path / "out" / "card.png") as film:
            assert film.size == (1011, 638)
        assert summary["invariants_broken"] == []

    asyncio.run(run())


def order_fault(bench: SimulatedKiosk, **fault: object) -> None:
    """Let the gateway fail on order (docs/payments.md)."""
    with httpx.Client(trust_env=False, timeout=LONG_S) as client:
        client.post(f"{bench.sandbox.url}/control/faults", json={"times": 0, **fault}).raise_for_status()


def test_a_gateway_that_cannot_be_reached_is_found_out_before_anything_is_promised(tmp_path: Path) -> None:
    def nothing_works(bench: SimulatedKiosk) -> None:
        order_fault(bench, kind="outage")
        for device in ("card_terminal", "purse_reader"):
            bench.tester.set_fault(device, "offline", active=True)

    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        return serve(bench, at_step={Step.CONFIRMING: lambda: nothing_works(bench)})

    told = visit(tmp_path, act)
    assert told.visit.ending is not None
    assert told.visit.ending.code is FailureCode.GATEWAY_UNREACHABLE
    assert not told.visit.orders
    assert told.visit.withdrawn


def test_a_way_that_stops_working_while_one_is_chosen_is_not_offered_any_more(tmp_path: Path) -> None:
    async def run() -> None:
        async with machine(tmp_path) as bench:
            gone: list[Snapshot] = []

            def watch(snapshot: Snapshot) -> None:
                visit = snapshot.visit
                if visit is None or visit.step is not Step.CHOOSING_METHOD:
                    return
                bench.tester.set_fault("card_terminal", "offline", active=True)
                if Channel.CARD not in visit.channels and not gone:
                    gone.append(snapshot)
                    bench.kiosk.send(MethodChosen(Channel.CARD))  # too late: it changes nothing
                    bench.kiosk.send(Cancelled())

            bench.kiosk.subscribe(watch)
            told = await serve(bench, plan=Plan(None))
            (health,) = [line for line in gone[0].channels if line.channel is Channel.CARD]
            assert health.fault is not None
            assert health.fault.code is FailureCode.TERMINAL_UNAVAILABLE
            assert not told.visit.orders

    asyncio.run(run())


def test_a_gateway_lost_while_the_order_is_created_charges_nothing(tmp_path: Path) -> None:
    def act(bench: SimulatedKiosk) -> Awaitable[Told]:
        lost = {"kind": "error", "operation": "create"}
        return serve(bench, at_step={Step.CHOOSING_METHOD: lambda: order_fault(bench, **lost)})

    told = visit(tmp_path, act)
    assert not told.visit.payments
    assert not told.visit.printed
    assert told.visit.card is CardFate.TAKEN
