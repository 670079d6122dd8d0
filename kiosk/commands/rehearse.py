"""`kiosk rehearse`: a day of visits with every difference in it, to rehearse `kiosk reconcile` on.

The visits are true ones, on simulated hardware and against the sandbox, on a clock that began at noon
of yesterday and runs faster. What differs is done through the sandbox's control interface, or with faults of
terminal and purse reader.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from kiosk.app import CannotStart, SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Settings, SettingsInvalid, load_settings
from kiosk.devices.payment_contracts import CARD_TERMINAL, PURSE_READER
from kiosk.devices.simulated.faults import FaultMode, Faults
from kiosk.domain.beijing import BEIJING, beijing_date
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.events import Cancelled
from kiosk.visit.model import Step, Visit

SPECIMEN = "chen-xiaoming"
NETWORKS = (Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY)
LONGEST_VISIT_S = 120.0
_FASTER = 10.0


class YesterdayClock(SystemClock):
    """Stands at noon of a day when it is made, and runs faster than time."""

    def __init__(self, day: date, faster: float = _FASTER) -> None:
        self._noon = datetime.combine(day, time(12), BEIJING).astimezone(UTC)
        self._began, self._faster = super().monotonic(), faster

    def now(self) -> datetime:
        return self._noon + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (super().monotonic() - self._began) * self._faster

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / self._faster)


class Leaver(AutomaticApplicant):
    """Goes away when it comes to paying."""

    def _pay(self, prompt: PaymentPrompt | None) -> None:
        if prompt is not None:
            self.kiosk.send(Cancelled())


class Unheard(AutomaticApplicant):
    """Pays by card or purse, and at that moment the device cannot be heard any more."""

    def _pay(self, prompt: PaymentPrompt | None) -> None:
        match prompt:
            case PaymentPrompt.SHOW_CARD:
                self._errand(self._out_of_reach)
            case PaymentPrompt.HOLD_PURSE:
                super()._pay(prompt)
            case PaymentPrompt.SAME_PURSE:
                self._errand(self.tester.remove_purse)

    def _out_of_reach(self) -> None:
        for fault in ("lose_answer", "offline"):
            _arm(self.tester.machine.faults, CARD_TERMINAL, fault)
        self.tester.pay()


class Unrefunded(AutomaticApplicant):
    """Pays; when the money is to go back to a card, the terminal is away."""

    def watch(self, snapshot: Snapshot) -> None:
        if snapshot.visit is not None and snapshot.visit.step is Step.REFUNDING:
            _arm(self.tester.machine.faults, CARD_TERMINAL, "offline")
        super().watch(snapshot)


def rehearse(
    state: Annotated[Path, typer.Option(help="State folder for the day; a new one.")] = Path("out/day"),
    only: Annotated[
        list[Channel] | None, typer.Option("--only", help="Only these ways to pay; all by default.")
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Show the log.")] = False,
) -> None:
    """Make a day of visits with every difference between bill and journal in it, and say how to reconcile it.

    Exit code 0: the day is made; 2: it could not start.
    """
    log_to_stderr(verbose=verbose)
    if (state / "journal.db").exists():
        complain(f"{state} holds a journal already: choose a new folder with --state", 2)
    try:
        settings = load_settings(state=state, pace=0.0)
        day = beijing_date(SystemClock().now()) - timedelta(days=1)
        asyncio.run(make_day(settings, day, tuple(only or Channel), typer.echo))
    except (SettingsInvalid, *CannotStart) as error:
        complain(str(error), 2)
    typer.echo(f"\nNow: kiosk reconcile {day} --state {state} --pdf {state / 'report.pdf'}")


async def make_day(
    settings: Settings, day: date, channels: tuple[Channel, ...], say: Callable[[str], None]
) -> None:
    """Make the day; what happens is told by `say`."""
    rehearsal = Rehearsal(say)
    async with simulated_kiosk(settings, YesterdayClock(day), (SPECIMEN,), notices=False) as bench:
        await bench.kiosk.recover()
        for channel in channels:
            await rehearsal.play(bench, channel)
        await bench.kiosk.settle()
        for number in rehearsal.late:
            await control(bench, f"/orders/{number}/pay", {"late": True})
    say(f"{rehearsal.visits} visits on {day}")


async def control(bench: SimulatedKiosk, path: str, body: Mapping[str, object] | None = None) -> Any:
    """Call the sandbox's control interface and return its answer; without a body, delete."""
    async with httpx.AsyncClient(base_url=f"{bench.sandbox.url}/control", trust_env=False) as client:
        answer = await client.request("DELETE" if body is None else "POST", path, json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


class Rehearsal:
    """Plays the visits of one day.

    Attributes:
        late: orders that the payer pays when everything is over.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.late: list[str] = []
        self.visits = 0

    async def play(self, bench: SimulatedKiosk, channel: Channel) -> None:
        """Play what can differ on one channel, one visit for each."""
        scenes: list[tuple[str, Callable[[SimulatedKiosk, Channel], Awaitable[Visit]]]]
        if channel in NETWORKS:
            scenes = [
                ("agrees", self._agrees),
                ("late: paid when the visit is over", self._late),
                ("omitted: not in the bill", partial(self._spoilt_bill, kind="bill_omits")),
                ("amount: another in the bill", partial(self._spoilt_bill, kind="wrong_amount")),
                ("twice: two phones paid", self._twice),
            ]
        else:
            scenes = [("late: charged, and nobody heard of it", self._unheard), ("agrees", self._agrees)]
        scenes.append(("unrefunded: not printed, the refund open", self._unrefunded))
        for what, scene in scenes:
            visit = await scene(bench, channel)
            self.visits += 1
            self._say(f"{channel:9} {visit.orders[-1].number}  {what}")

    async def _agrees(self, bench: SimulatedKiosk, channel: Channel) -> Visit:
        return await _visit(bench, AutomaticApplicant(bench.kiosk, bench.tester, Plan(channel)))

    async def _late(self, bench: SimulatedKiosk, channel: Channel) -> Visit:
        visit = await _visit(bench, Leaver(bench.kiosk, bench.tester, Plan(channel)))
        self.late.append(visit.orders[-1].number)
        return visit

    async def _spoilt_bill(self, bench: SimulatedKiosk, channel: Channel, *, kind: str) -> Visit:
        visit = await self._agrees(bench, channel)
        aim: dict[str, object] = {"order": visit.orders[-1].number, "times": 0}
        bill: dict[str, object] = {"operation": "bill"} if kind == "wrong_amount" else {}
        await control(bench, "/faults", {"kind": kind, **aim, **bill})
        return visit

    async def _twice(self, bench: SimulatedKiosk, channel: Channel) -> Visit:
        visit = await self._agrees(bench, channel)
        path = f"/orders/{visit.orders[-1].number}/pay"
        await control(bench, path, {"again": True})
        return visit

    async def _unheard(self, bench: SimulatedKiosk, channel: Channel) -> Visit:
        _arm(bench.machine.faults, PURSE_READER, "torn_after_debit", FaultMode.ONCE)
        visit = await _visit(bench, Unheard(bench.kiosk, bench.tester, Plan(channel)))
        await bench.kiosk.settle()
        bench.machine.faults.clear(CARD_TERMINAL)
        bench.machine.faults.clear(PURSE_READER)
        return visit

    async def _unrefunded(self, bench: SimulatedKiosk, channel: Channel) -> Visit:
        """The film stays wrong, and nobody takes the refund."""
        faults = bench.machine.faults
        _arm(faults, "card_printer", "wrong_print")
        ordered = 0
        if channel in NETWORKS:
            refusing = {"kind": "error", "operation": "refund", "times": 0, "channel": channel.value}
            ordered = int((await control(bench, "/faults", refusing))["id"])
        visit = await _visit(bench, Unrefunded(bench.kiosk, bench.tester, Plan(channel)))
        faults.clear("card_printer")
        faults.clear(CARD_TERMINAL)
        if ordered:
            await control(bench, f"/faults/{ordered}")
        return visit


async def _visit(bench: SimulatedKiosk, applicant: AutomaticApplicant) -> Visit:
    """Serve one applicant until the visit has ended; what it left open goes on in the background."""
    end = bench.kiosk.subscribe(applicant.watch)
    bench.tester.insert(SPECIMEN)
    try:
        async with asyncio.timeout(LONGEST_VISIT_S):
            await bench.kiosk.serve_one()
    finally:
        end()
    return bench.journal.fold(bench.journal.visits()[-1]).visit


def _arm(faults: Faults, device: str, name: str, mode: FaultMode = FaultMode.UNTIL_CLEARED) -> None:
    faults.arm(device, name, mode)
