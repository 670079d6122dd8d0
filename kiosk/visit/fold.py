"""A visit rebuilt from its journal: the fold of events, and which effects still wait for an outcome."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.visit.decide import decide
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.model import Step, Visit


@dataclass(frozen=True, slots=True)
class Numbered:
    """An effect with its number within the visit, from 1: the key between intent and outcome."""

    number: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Folded:
    """A visit and the effects whose outcome is not in the journal yet.

    Attributes:
        issued: how many effects the visit has asked for so far.
        pending: open effects in the order they were asked for.
    """

    visit: Visit = field(default_factory=Visit)
    issued: int = 0
    pending: tuple[Numbered, ...] = ()

    @property
    def over(self) -> bool:
        """True once the visit has ended and nothing of it waits for an outcome."""
        return self.visit.step is Step.ENDED and not self.pending


@dataclass(frozen=True, slots=True)
class Advance:
    """One event folded in.

    Attributes:
        started: effects that the event asks for.
        stopped: numbers of open effects that ended with their step, or are asked for anew.
    """

    folded: Folded
    started: tuple[Numbered, ...]
    stopped: tuple[int, ...]


def advance(folded: Folded, event: Event, at: datetime, outcome_of: int | None = None) -> Advance | None:
    """Fold one event in; None where it changes nothing and closes no effect.

    `outcome_of` is the number of the effect whose outcome the event is.
    """
    decision = decide(folded.visit, event, at)
    closes = any(numbered.number == outcome_of for numbered in folded.pending)
    if decision is None and not closes:
        return None
    still_open = tuple(n for n in folded.pending if n.number != outcome_of)
    if decision is None:
        return Advance(replace(folded, pending=still_open), (), ())
    first = folded.issued + 1
    started = tuple(Numbered(first + i, effect) for i, effect in enumerate(decision.effects))
    moved = decision.visit.step is not folded.visit.step
    # Every restart asks again what an ended visit left open: what it had asked before is superseded, or
    # restarts one upon the other would pile up work without end.
    stopped = tuple(
        n.number for n in still_open if n.effect in decision.effects or (moved and n.effect.ends_with_step)
    )
    kept = tuple(n for n in still_open if n.number not in stopped)
    after = Folded(decision.visit, folded.issued + len(started), (*kept, *started))
    return Advance(after, started, stopped)
