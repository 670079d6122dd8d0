"""A world around the pure visit: what may come back for every effect, and how an applicant acts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from kiosk import resources
from kiosk.domain.beijing import beijing_date
from kiosk.domain.catalogue import Catalogue, parse_catalogue
from kiosk.domain.chip import Check, CheckResult, Verdict
from kiosk.domain.eligibility import decide_offers
from kiosk.domain.endorsement import Endorsement, Reason
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, Payment
from kiosk.domain.specimens import Specimen, parse_specimens
from kiosk.domain.staff import StaffDenial
from kiosk.domain.validity import valid_until
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.fold import Folded, Numbered, advance
from kiosk.visit.model import Step, Visit

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
BROKEN = Fault(FailureCode.PRINTER_FAULT, "made up by the test")
GENUINE = tuple(CheckResult(check, Verdict.GENUINE) for check in Check)


@cache
def catalogue() -> Catalogue:
    files = ("kinds", "fees", "rules", "reasons", "failures", "cities")
    return parse_catalogue(**{name: resources.text("data", f"{name}.toml") for name in files})


@cache
def specimen(slug: str = "chen-xiaoming") -> Specimen:
    made = parse_specimens(resources.text("specimens", "holders.toml"), catalogue(), TODAY)
    return next(one for one in made if one.slug == slug)


WAYS = (
    e.MethodChosen(Channel.ALIPAY),
    e.MethodChosen(Channel.WECHAT),
    e.MethodChosen(Channel.WECHAT, payer_code=True),
    e.MethodChosen(Channel.CARD),
    e.MethodChosen(Channel.YCT),
)


def inserted(*, upside_down: bool = False) -> e.CardInserted:
    return e.CardInserted("GZ01-20261122-00007", "GZ01", 7, upside_down)


def payment(visit: Visit) -> Payment:
    order = visit.orders[-1]
    return Payment(order.number, order.channel, order.amount, f"T{order.number}", NOON)


def issued(visit: Visit, at: datetime) -> tuple[Endorsement, ...]:
    today = beijing_date(at)
    return tuple(
        Endorsement(
            item.option.destination,
            item.option.kind,
            item.option.entries,
            today,
            valid_until(today, item.option.months),
            item.option.stay_days,
            f"CN{number:08d}",
            "广东广州",
        )
        for number, item in enumerate(visit.items, 1)
    )


def record_found(slug: str = "chen-xiaoming") -> e.RecordFound:
    one = specimen(slug)
    assert one.record is not None
    return e.RecordFound(one.record, decide_offers(one.permit, one.record, TODAY, catalogue()))


def good(effect: f.Effect, visit: Visit, at: datetime) -> e.Event:
    """What comes back where everything works and the applicant pays."""
    return outcomes(effect, visit, at)[0]


def outcomes(effect: f.Effect, visit: Visit, at: datetime) -> list[e.Event]:
    """Everything that may come back for an effect, the good outcome first."""
    known: dict[type[f.Effect], Callable[[], list[e.Event]]] = {
        f.ReadPermit: lambda: [
            e.PermitRead(specimen().permit, GENUINE, staff_on_call=True),
            e.PermitRead(specimen().permit, (CheckResult(Check.GROUP_HASHES, Verdict.ALTERED),)),
            e.PermitRead(specimen().permit, GENUINE, printable=False),
            e.PermitUnreadable(Fault(FailureCode.CHIP_MUTE)),
        ],
        f.CompareHolder: lambda: [
            e.HolderCompared(True, 0.9),
            e.HolderCompared(False, 0.1),
            e.HolderNotCompared(Fault(FailureCode.CAMERA_UNAVAILABLE)),
        ],
        f.AwaitStaff: lambda: [
            e.StaffIdentified("1001"),
            e.StaffNotIdentified(StaffDenial.WRONG, "1001"),
            e.StaffNotIdentified(StaffDenial.LOCKED, until=NOON + timedelta(minutes=1)),
        ],
        f.LookUp: lambda: [
            record_found(),
            e.RecordFound(record_found().record, (), Reason("STATE_EMPLOYEE")),
            e.LookUpFailed(Fault(FailureCode.AUTHORITY_UNREACHABLE)),
        ],
        f.Apply: lambda: [
            e.ApplicationApproved("A1"),
            e.ApplicationRefused(Reason("STATE_EMPLOYEE")),
            e.ApplicationUndecided(Fault(FailureCode.AUTHORITY_UNREACHABLE)),
        ],
        f.ProveMachine: lambda: [
            e.MachineProven(tuple(Channel), (Channel.ALIPAY, Channel.WECHAT, Channel.UNIONPAY)),
            e.MachineNotProven(BROKEN),
        ],
        f.Issue: lambda: [
            e.EndorsementsIssued(issued(visit, at)),
            e.IssueFailed(Fault(FailureCode.AUTHORITY_UNREACHABLE)),
        ],
        f.PrintCard: lambda: [e.CardPrinted(), e.CardNotPrinted(BROKEN), e.PrintUndecided(BROKEN)],
        f.InspectCard: lambda: [
            e.CardInspected(True),
            e.CardInspected(False, "one digit differs"),
            e.InspectionFailed(BROKEN),
        ],
        f.ReportPrint: lambda: [e.PrintReported(), e.PrintNotReported(BROKEN)],
        f.Withdraw: lambda: [e.ApprovalWithdrawn(), e.ApprovalNotWithdrawn(BROKEN)],
        f.PrintSlip: lambda: [e.SlipPrinted(), e.SlipNotPrinted(BROKEN)],
        f.PresentCard: lambda: [e.CardPresented(), e.CardTaken(), e.CardNotReturned(BROKEN)],
        f.AwaitTaken: lambda: [e.CardTaken(), e.CardLeft(), e.CardNotReturned(BROKEN)],
        f.RetainCard: lambda: [e.CardRetained(), e.CardTaken(), e.CardNotReturned(BROKEN)],
    }
    return known[type(effect)]() if type(effect) in known else _money(effect, visit)


def _money(effect: f.Effect, visit: Visit) -> list[e.Event]:
    unknown = Fault(FailureCode.PAYMENT_UNKNOWN)
    match effect:
        case f.OpenPayment(order):
            paid = Payment(order.number, order.channel, order.amount, f"T{order.number}", NOON)
            return [
                e.PaymentOpened(order.number, "https://qr.example/1", order.expires_at),
                e.PaymentDeclined(order.number, Fault(FailureCode.PAYMENT_DECLINED)),
                e.PaymentUndecided(order.number, unknown),
                e.PaymentSettled(paid),
            ]
        case f.WatchPayment(order) | f.ClosePayment(order):
            paid = Payment(order.number, order.channel, order.amount, f"T{order.number}", NOON)
            closing = isinstance(effect, f.ClosePayment)
            last = e.PaymentUndecided(order.number, unknown) if closing else e.PaymentExpired(order.number)
            first = [e.PaymentClosed(order.number), e.PaymentSettled(paid)]
            return [*(first if closing else reversed(first)), last]
        case f.ReadPayerCode(order):
            late = Fault(FailureCode.PAYMENT_EXPIRED)
            return [
                e.PayerCodeRead(order.number, order.channel),
                e.PayerCodeRead(order.number, Channel.UNIONPAY),
                e.PayerCodeNotRead(order.number, late),
            ]
        case f.ChargePayerCode(order):
            paid = Payment(order.number, order.channel, order.amount, f"T{order.number}", NOON)
            return [
                e.PaymentSettled(paid),
                e.PaymentClosed(order.number),
                e.PaymentDeclined(order.number, Fault(FailureCode.PAYMENT_DECLINED)),
                e.PaymentUndecided(order.number, unknown),
            ]
        case f.RefundPayment(order, _, refund) if not order.channel.takes_back:
            return [e.RefundNotDone(refund.number, Fault(FailureCode.REFUND_BY_STAFF))]
        case f.RefundPayment(_, _, refund):
            return [e.RefundDone(refund.number, refund.amount), e.RefundNotDone(refund.number, unknown)]
    raise AssertionError(f"the world has no answer for {effect}")


def taps(visit: Visit) -> list[e.Event]:
    """What an applicant may do, the way to success first."""
    match visit.step:
        case Step.RECOGNISING:
            return [e.StaffAsked(), e.Cancelled()]
        case Step.NOT_RECOGNISED:
            return [e.StaffAsked(), e.Cancelled()]
        case Step.CALLING_STAFF:
            return [e.WentBack(), e.Cancelled()]
        case Step.CHECKING_HOLDER:
            decided = (e.HolderConfirmedByStaff, e.HolderRefusedByStaff)
            return [*(kind(visit.staff_number) for kind in decided), e.Cancelled()]
        case Step.IDENTIFYING:
            return [e.IdentityConfirmed(), e.IdentityDenied(), e.Cancelled()]
        case Step.CHOOSING_DESTINATION:
            places = tuple(dict.fromkeys(o.option.destination for o in visit.offers if o.refusal is None))
            return [e.DestinationsChosen(places), e.DestinationsChosen(places[:1]), e.Cancelled()]
        case Step.CHOOSING_OPTION:
            offered = [
                offer.option.option_id
                for offer in visit.offers
                if offer.refusal is None and offer.option.destination is visit.wanted[0]
            ]
            return [*(e.OptionChosen(option_id) for option_id in offered), e.WentBack(), e.Cancelled()]
        case Step.CONFIRMING:
            return [e.OrderConfirmed(), e.WentBack(), e.Cancelled()]
        case Step.CHOOSING_METHOD:
            return [*WAYS, e.Cancelled()]
        case Step.PAYING | Step.OPENING_PAYMENT | Step.CLOSING_PAYMENT:
            return [e.WentBack(), e.Cancelled()]
        case Step.REVIEWING:
            return [e.ResultSeen(True), e.ResultSeen(False)]
        case _:
            return [e.Cancelled()]


@dataclass
class Story:
    """A visit being told: every event goes through the fold, as in the running program."""

    folded: Folded = field(default_factory=Folded)
    at: datetime = NOON
    records: list[tuple[e.Event, datetime, int | None]] = field(default_factory=list)
    way: e.MethodChosen = WAYS[0]

    @property
    def visit(self) -> Visit:
        return self.folded.visit

    def tell(self, event: e.Event, outcome_of: int | None = None) -> bool:
        """Fold one event in; return whether it changed anything."""
        self.at += timedelta(seconds=1)
        step = advance(self.folded, event, self.at, outcome_of)
        if step is None:
            return False
        self.folded = step.folded
        self.records.append((event, self.at, outcome_of))
        return True

    def answer(self, numbered: Numbered, choice: int = 0) -> None:
        possible = outcomes(numbered.effect, self.visit, self.at)
        self.tell(possible[choice % len(possible)], numbered.number)

    def go_on(self) -> None:
        """One step on the way to success: the oldest open effect, else the first tap."""
        if self.folded.pending:
            self.answer(self.folded.pending[0])
        elif self.visit.step is Step.CHOOSING_METHOD:
            self.tell(self.way)
        else:
            self.tell(taps(self.visit)[0])

    def until(self, step: Step) -> "Story":
        """Go the way to success until a step is reached."""
        for _ in range(60):
            if self.visit.step is step:
                return self
            self.go_on()
        raise AssertionError(f"{step} is not on the way to success")

    def finish(self) -> "Story":
        """Let everything end well from here."""
        for _ in range(200):
            if self.folded.over:
                return self
            self.go_on()
        raise AssertionError(
            f"the visit hangs in {self.visit.step}: {[record[0] for record in self.records[-6:]]}"
        )


def story(way: e.MethodChosen = WAYS[0]) -> Story:
    begun = Story(way=way)
    assert begun.tell(inserted())
    return begun


def steps_on_the_way(way: e.MethodChosen = WAYS[0]) -> Iterator[Step]:
    """Every step that a successful visit with a forgotten card passes."""
    told = story(way)
    seen: list[Step] = []
    while not told.folded.over:
        if told.visit.step not in seen:
            seen.append(told.visit.step)
            yield told.visit.step
        told.go_on()
