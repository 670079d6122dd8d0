"""Last record → what to do at the next start: the whole table, for every kind of record there is.

Nothing here is carried out: a visit is folded again, told that it was restarted (`visit/decide.py`), and
its open effects are asked about (`runtime/performing.py`). The table says in words what that comes to, a
test compares it with what the program does, and `tools/recovery_page.py` writes it into docs/recovery.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.journal.acceptance import ACCEPTED
from kiosk.journal.retention import FORGOTTEN
from kiosk.runtime import patience as p
from kiosk.runtime.recovery_time import AUTHORITY_S, CLOSE_S, LOOK_S, PRESENT_S, tries_s
from kiosk.visit import background, case_effects, case_events, casework, effects, events
from kiosk.visit import case_effects as cf
from kiosk.visit import effects as f
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event
from kiosk.visit.limits import TAKE_CARD_S
from kiosk.visit.model import Step
from kiosk.visit.table import TABLE


class Way(StrEnum):
    """What a restart makes of a visit that stands in a step."""

    NONE = "none"
    LEAVE = "leave"
    CLOSE_ORDER = "close_order"
    GO_ON = "go_on"
    SLIP = "slip"
    ASK_AGAIN = "ask_again"


class How(StrEnum):
    """What a restart does about an effect whose intent is the last that is known of it."""

    ABANDON = "abandon"
    ASK = "ask"
    REPEAT = "repeat"


WAYS: Mapping[Way, str] = {
    Way.NONE: "no visit has begun; a card in the machine is given back",
    Way.LEAVE: "nothing was charged: an approval is given back, the card is returned",
    Way.CLOSE_ORDER: "the order is closed if it was sent; what turns out to be paid is delivered or refunded",
    Way.GO_ON: "the visit goes on here; its open effects are asked about or repeated, as below",
    Way.SLIP: "the result was seen or nobody is there: slip, then the card",
    Way.ASK_AGAIN: "what is still open at networks and authority is asked once more; cases stay",
}

STEPS: Mapping[Step, Way] = {
    Step.START: Way.NONE,
    **dict.fromkeys(sorted(background.INTERRUPTED), Way.LEAVE),
    Step.OPENING_PAYMENT: Way.CLOSE_ORDER,
    Step.PAYING: Way.CLOSE_ORDER,
    Step.CLOSING_PAYMENT: Way.CLOSE_ORDER,
    Step.ISSUING: Way.GO_ON,
    Step.PRINTING: Way.GO_ON,
    Step.INSPECTING: Way.GO_ON,
    Step.REPORTING: Way.GO_ON,
    Step.REVIEWING: Way.SLIP,
    Step.REFUNDING: Way.GO_ON,
    Step.SLIP: Way.GO_ON,
    Step.PRESENTING: Way.GO_ON,
    Step.TAKING: Way.GO_ON,
    Step.RETAINING: Way.GO_ON,
    Step.ENDED: Way.ASK_AGAIN,
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a restart does about one kind of effect.

    Attributes:
        longest_s: how long it can take at most, seconds; None where it is not done any more.
    """

    how: How
    what: str
    longest_s: float | None = None


_GONE = Remedy(How.ABANDON, "ends with its step; the visit ends")
_ORDER_CLOSED = Remedy(How.ABANDON, "its order is closed instead; what is paid by then counts")

INTENTS: Mapping[type[Effect], Remedy] = {
    f.ReadPermit: _GONE,
    f.CompareHolder: _GONE,
    f.AwaitStaff: _GONE,
    f.LookUp: _GONE,
    f.ProveMachine: _GONE,
    f.Apply: Remedy(How.REPEAT, "same request id; an approval is given back", AUTHORITY_S),
    f.Withdraw: Remedy(How.REPEAT, "same request id", AUTHORITY_S),
    f.Issue: Remedy(How.REPEAT, "same request id, same control numbers", AUTHORITY_S),
    f.ReportPrint: Remedy(How.REPEAT, "same request id", AUTHORITY_S),
    f.OpenPayment: _ORDER_CLOSED,
    f.WatchPayment: _ORDER_CLOSED,
    f.ReadPayerCode: Remedy(How.ABANDON, "nothing was sent to the network yet; the visit ends"),
    f.ChargePayerCode: _ORDER_CLOSED,
    f.ClosePayment: Remedy(
        How.REPEAT,
        "closed or found paid; in the background until the order's own time is over",
        CLOSE_S,
    ),
    f.RefundPayment: Remedy(
        How.REPEAT, "same refund number, which a network pays once", tries_s(p.UNDECIDED_WAITS)
    ),
    f.PrintCard: Remedy(How.ASK, "the film is looked at: printed, or printed anew", LOOK_S),
    f.InspectCard: Remedy(How.REPEAT, "the film is looked at", LOOK_S),
    f.PrintSlip: Remedy(How.REPEAT, "a second slip may come out; it says the same", p.SLIP_S),
    f.PresentCard: Remedy(How.ASK, "the card is looked for: presented, taken, or read and moved", PRESENT_S),
    f.AwaitTaken: Remedy(How.REPEAT, "the card is waited for, then kept safe", TAKE_CARD_S),
    f.RetainCard: Remedy(How.ASK, "the card is looked for: in the bin, taken, or moved now", p.RETAIN_S),
    cf.InspectAgain: Remedy(How.ASK, "nobody holds the card any more: staff order it again", 0.0),
    cf.PrintAgain: Remedy(How.ASK, "the film of a card inside is looked at; else nobody knows", LOOK_S),
}

NOTES: Mapping[str, str] = {
    FORGOTTEN: "nothing: what is forgotten was over and had no open case",
    ACCEPTED: "nothing: it tells who accepted that the kept end was lost",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        stands: where the visit stands after that record; empty for an intent, whose remedy comes on top
            of what its step asks for.
    """

    kind: str
    name: str
    stands: tuple[Step, ...]
    then: tuple[str, ...]


def rows() -> Iterator[Row]:
    """Yield a row for every kind of record; KeyError where one has none, which a test turns into words."""
    for event in (*events.ALL, *case_events.ALL):
        stands = tuple(step for step in Step if step in leads_to(event))
        ways = dict.fromkeys(STEPS[step] for step in stands)
        yield Row("event", event.__name__, stands, tuple(WAYS[way] for way in ways))
    for effect in (*effects.ALL, *case_effects.ALL):
        remedy = INTENTS[effect]
        yield Row("intent", effect.__name__, (), (f"{remedy.how}: {remedy.what}",))
    for name, what in NOTES.items():
        yield Row("note", name, (), (what,))


def leads_to(event: type[Event]) -> frozenset[Step]:
    """Return the steps that a visit can stand in after an event."""
    stands = {step for row in TABLE.values() for step in row.ways.get(event, ())}
    if event in casework.HANDLED:
        stands.add(Step.ENDED)
    if event in background.HANDLED or event is events.Restarted:
        stands.update(STEPS)
    if not stands:
        raise KeyError(event.__name__)
    return frozenset(stands - {Step.START})
