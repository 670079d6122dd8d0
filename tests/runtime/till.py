"""A visit that pays, in virtual time: true runner, channels, drivers, simulated devices; nothing is made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.devices.contracts import Completion, DeviceState, DeviceStatus, Done, Failed
from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.simulated.purse_world import PurseWorld
from kiosk.devices.simulated.terminal_protocol import MERCHANT
from kiosk.devices.terminal.driver import NexoTerminal
from kiosk.devices.terminal.line import TerminalLine
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.journal.store import Journal
from kiosk.payments.card.adapter import CardChannel, CardMerchant
from kiosk.payments.contract import PaymentChannel
from kiosk.payments.yct.adapter import YctChannel
from kiosk.payments.yct.records import SqlitePurseRecords
from kiosk.runtime import visit_runner
from kiosk.runtime.memory import Memory
from kiosk.runtime.performing import ask, perform
from kiosk.runtime.prompting import payment_prompt
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.model import Step, Visit
from tests.devices.purse.bench import PurseBench, purse_bench
from tests.devices.terminal.bench import ADDRESS, KEY, PARTIES, TerminalBench, terminal_bench
from tests.journal.test_journal_store import Journaled
from tests.runtime.wallet import Wallet
from tests.support import virtual_time
from tests.support.virtual_time import VirtualClock

PAYING = (
    f.OpenPayment,
    f.WatchPayment,
    f.ReadPayerCode,
    f.ChargePayerCode,
    f.ClosePayment,
    f.RefundPayment,
)
PATIENCE_S = 2000.0


class Scanner:
    """A scanner of payment codes; a test shows it what it likes."""

    def __init__(self) -> None:
        self.shown: asyncio.Queue[Completion[PaymentCode]] = asyncio.Queue()

    async def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceState.ONLINE)

    async def read_payment_code(self, *, deadline_s: float) -> Completion[PaymentCode]:
        try:
            async with asyncio.timeout(deadline_s):
                return await self.shown.get()
        except TimeoutError:
            return Failed(Fault(FailureCode.TIMED_OUT))

    def show(self, channel: Channel, code: str) -> None:
        self.shown.put_nowait(Done(PaymentCode(channel, code)))


class Station:
    """A station that never reports anything."""

    def subscribe(self, _listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


@dataclass
class Till:
    """One machine at the moment of paying.

    Attributes:
        wallet: the network behind Alipay and WeChat Pay, with its books.
        prompts: what the screen asked of the payer, one after the other.
    """

    state: Path
    clock: VirtualClock
    terminal: TerminalBench
    purse: PurseBench
    scanner: Scanner = field(default_factory=Scanner)
    wallet: Wallet = field(default_factory=Wallet)
    prompts: list[PaymentPrompt] = field(default_factory=list)
    _program: "Program | None" = None

    @property
    def visit(self) -> Visit:
        return self.program.runner.visit

    @property
    def program(self) -> "Program":
        assert self._program is not None
        return self._program

    @property
    def note(self) -> FailureCode | None:
        """Return why the last way to pay did not."""
        return self.visit.payment_note.code if self.visit.payment_note else None

    @property
    def purses_paid(self) -> int:
        """Return what all purse cards together have paid, fen."""
        before, now = PurseWorld().cards.values(), self.purse.core.world().cards.values()
        return sum(card.balance for card in before) - sum(card.balance for card in now)

    @property
    def cards_paid(self) -> int:
        """Return what the terminal has taken and not given back, fen."""
        book = self.terminal.terminal.core.book().transactions
        signed = (
            (-1 if entry.category == "Reversal" else 1) * entry.amount for entry in book if entry.approved
        )
        return sum(signed)

    def choose(self, channel: Channel, *, payer_code: bool = False) -> None:
        self.program.runner.send(e.MethodChosen(channel, payer_code))

    async def until(self, *steps: Step) -> Visit:
        """Let time pass until the visit is at one of these steps."""
        return await self.when(lambda: self.visit.step in steps)

    async def asked(self, prompt: PaymentPrompt) -> Visit:
        """Let time pass until the screen asks for this."""
        return await self.when(lambda: self.prompts[-1:] == [prompt])

    async def when(self, true: Callable[[], bool]) -> Visit:
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self.program.check()
                await self.clock.sleep(0.1)
        return self.visit

    def start(self) -> None:
        """Start the program anew on the same folder, as after a kill; the first time the visit is told."""
        journal = Journal.open(self.state)
        if self._program is None:
            told = Journaled(journal)
            told.at = self.clock.now()
            folded, resumed = told.until(Step.CHOOSING_METHOD).folded, False
        else:
            (visit_id,) = journal.unfinished()
            restarted = journal.record(journal.fold(visit_id), e.Restarted(), self.clock.now())
            assert restarted is not None
            folded, resumed = restarted.folded, True
        self._program = Program(self, journal, self._channels())
        self._program.begin(folded, resumed=resumed)

    async def kill(self) -> None:
        """Stop the program where it stands: nothing is closed in an orderly way."""
        await self.program.die()

    def look(self) -> None:
        runner = self.program.runner
        prompt = payment_prompt(runner.visit, runner.memory.prompt)
        if prompt is not None and self.prompts[-1:] != [prompt]:
            self.prompts.append(prompt)

    def _channels(self) -> dict[Channel, PaymentChannel]:
        line = TerminalLine(ADDRESS, self.terminal.cable)
        driver = NexoTerminal(line, self.clock, PARTIES, key=KEY, simulated=True)
        records = SqlitePurseRecords(self.state / "purse.sqlite")
        return {
            Channel.CARD: CardChannel(driver, CardMerchant(MERCHANT, simulated=True), self.clock),
            Channel.YCT: YctChannel(self.purse.driver, records, self.clock, simulated=True),
            Channel.ALIPAY: self.wallet.channel(Channel.ALIPAY),
            Channel.WECHAT: self.wallet.channel(Channel.WECHAT),
        }


class Program:
    """One life of the program: a runner, its channels, and the tasks that die with it."""

    def __init__(self, till: Till, journal: Journal, channels: dict[Channel, PaymentChannel]) -> None:
        self._before = asyncio.all_tasks()
        self._till = till
        self._journal = journal
        devices = SimpleNamespace(station=Station(), payment_scanner=till.scanner)
        self._outside = SimpleNamespace(clock=till.clock, devices=devices, channels=channels)

    def begin(self, folded: object, *, resumed: bool) -> None:
        self.runner = VisitRunner(self._outside, self._journal, folded, self._till.look)  # type: ignore[arg-type]
        self.running = asyncio.ensure_future(self.runner.run(resumed=resumed))
        self._till.look()

    def check(self) -> None:
        """Raise what the runner raised."""
        if self.running.done():
            self.running.result()

    async def die(self) -> None:
        doomed = asyncio.all_tasks() - self._before - {asyncio.current_task()}
        mine = {task for task in doomed if task is self.running or "purse payment" in task.get_name()}
        mine |= {task for task in doomed if task.get_name() == "card payment"}
        await self.runner.stop()
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        self._journal.close()


def play(state: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Till], Awaitable[None]]) -> Till:
    """Let `act` pay at a machine whose visit waits for a way to be chosen; what is no payment is not done."""
    monkeypatch.setattr(visit_runner, "perform", _only_paying(perform))
    monkeypatch.setattr(visit_runner, "ask", _only_paying(ask))

    async def main() -> Till:
        async with _till(state) as till:
            till.start()
            await act(till)
            await till.kill()
            return till

    return virtual_time.run(main())


@asynccontextmanager
async def _till(state: Path) -> AsyncIterator[Till]:
    async with terminal_bench(state) as terminal, purse_bench(state) as purse:
        yield Till(state, VirtualClock(), terminal, purse)


Play = Callable[[Callable[[Till], Awaitable[None]]], Till]


Performer = Callable[[object, Memory, f.Effect], Awaitable[e.Event]]


def _only_paying(carry_out: object) -> Performer:
    def performer(outside: object, memory: Memory, effect: f.Effect) -> Awaitable[e.Event]:
        if isinstance(effect, PAYING):
            return carry_out(outside, memory, effect)  # type: ignore[operator, no-any-return]
        return _never()

    return performer


async def _never() -> e.Event:
    await asyncio.Event().wait()
    raise AssertionError("nothing sets it")
