"""Plays a scenario on a simulated machine, through the same faults and hands as dock and command line."""

import asyncio
from typing import Self

from kiosk.bench.scenario import Hand, Moment, Scenario, Watched, load_scenario, shipped_scenarios
from kiosk.clock import Clock
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import NotPossible
from kiosk.domain.text import Text
from kiosk.runtime.snapshot import Snapshot
from kiosk.tasks import Tasks


class ScenarioPlayer:
    """Context manager on the machine's loop; the machine's watch must be running.

    A moment is acted on within the very announcement that brings it, so that what it arms strikes what
    follows, however fast that comes.

    Attributes:
        played: how many moments have happened.
        problems: what a hand could not do, e.g. pull a card that was not there.
        ended: set when all have happened.
    """

    def __init__(self, scenario: Scenario, parts: SimulatedParts, clock: Clock) -> None:
        self._scenario = scenario
        self._parts = parts
        self._clock = clock
        self._step = ""
        self._work = Tasks()
        self._waiting: asyncio.Task[None] | None = None
        self.played = 0
        self.problems: list[str] = []
        self.ended = asyncio.Event()

    @property
    def moments(self) -> int:
        """How many moments the scenario has."""
        return len(self._scenario.moments)

    async def __aenter__(self) -> Self:
        self.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.break_off()
        await self._work.end()

    def begin(self) -> None:
        """Begin with the first moment; what has come already happens at once."""
        self._unsubscribe = self._parts.watch.subscribe(self._go_on)
        self._go_on()

    def break_off(self) -> None:
        """Let no further moment happen."""
        self._unsubscribe()
        if self._waiting is not None:
            self._waiting.cancel()

    def watch(self, snapshot: Snapshot) -> None:
        """Follow the visit's steps; subscribe this to the kiosk."""
        self._step = snapshot.visit.step if snapshot.visit else ""
        self._go_on()

    def _go_on(self) -> None:
        """Let every moment happen that has come."""
        moments = self._scenario.moments
        while self._waiting is None and self.played < len(moments) and self._come(moments[self.played]):
            moment = moments[self.played]
            if moment.after_s:
                self._waiting = self._work.start(self._later(moment), "a later moment")
            else:
                self._happen(moment)
        if self.played == len(moments):
            self.ended.set()

    def _come(self, moment: Moment) -> bool:
        match moment.watched:
            case Watched.START:
                return True
            case Watched.CARD:
                return self._parts.mechanism.state().picture == moment.value
            case Watched.PRINT:
                return self._parts.mechanism.state().print_phase == moment.value
            case Watched.VISIT:
                return self._step == moment.value

    async def _later(self, moment: Moment) -> None:
        await self._clock.sleep(moment.after_s)
        self._waiting = None
        self._happen(moment)
        self._go_on()

    def _happen(self, moment: Moment) -> None:
        self.played += 1
        faults = self._parts.faults
        if moment.fault is not None:
            device, _, name = moment.fault.partition(".")
            faults.arm(device, name, FaultMode.UNTIL_CLEARED if moment.lasting else FaultMode.ONCE)
        elif moment.clear == "all":
            faults.clear_all()
        elif moment.clear is not None:
            device, _, name = moment.clear.partition(".")
            faults.clear(device, name)
        elif moment.do is not None:
            try:
                self._by_hand(moment.do, moment.name)
            except NotPossible as why:
                self.problems.append(f"moment {self.played}: {moment.do}: {why}")

    def _by_hand(self, hand: Hand, name: str | None) -> None:
        parts = self._parts
        match hand:
            case Hand.INSERT:
                parts.mechanism.insert(name or "")
            case Hand.HALF:
                parts.mechanism.push_half(name or "")
            case Hand.TAKE:
                parts.mechanism.take()
            case Hand.PULL:
                parts.mechanism.pull()
            case Hand.EMPTY_BIN:
                parts.mechanism.empty_bin()
            case Hand.STAND:
                parts.camera.stand_in_front(name)
            case Hand.WALK_AWAY:
                parts.camera.walk_away()
            case Hand.REFILL:
                parts.slip.refill()


class ScenarioStage:
    """Plays the shipped scenarios for the dock, one at a time; made on the machine's loop."""

    def __init__(self, parts: SimulatedParts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._shipped = {name: load_scenario(path) for name, path in shipped_scenarios().items()}
        self._player: ScenarioPlayer | None = None
        self._playing = ""
        self._seen: Snapshot | None = None

    def scenarios(self) -> tuple[tuple[str, Text, bool], ...]:
        """Return (name, title, whether it is playing) of every scenario; from any thread."""
        playing = self._now_playing()
        return tuple((name, one.title, name == playing) for name, one in self._shipped.items())

    def play(self, name: str) -> None:
        """Play a scenario from its first moment, or break it off if it is playing; from any thread."""
        self._loop.call_soon_threadsafe(self._begin, name)

    def watch(self, snapshot: Snapshot) -> None:
        """Follow the machine; subscribe this to the kiosk, before whoever acts on what is shown."""
        self._seen = snapshot
        if self._player is not None:
            self._player.watch(snapshot)

    def _begin(self, name: str) -> None:
        again = name == self._now_playing()
        self._end()
        if again or name not in self._shipped:
            return
        self._player, self._playing = ScenarioPlayer(self._shipped[name], self._parts, self._clock), name
        self._player.begin()
        if self._seen is not None:
            self.watch(self._seen)

    def _now_playing(self) -> str:
        return "" if self._player is None or self._player.ended.is_set() else self._playing

    def _end(self) -> None:
        player, self._player, self._playing = self._player, None, ""
        if player is not None:
            player.break_off()
