"""Invented visits, and snapshots of every page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.specimen_portrait import draw_portrait
from kiosk.documents.card import render_card
from kiosk.documents.layout import load_layout
from kiosk.documents.raster import raster_to_png, rasterise
from kiosk.domain.beijing import beijing_date
from kiosk.domain.eligibility import card_face, decide_offers
from kiosk.domain.endorsement import Destination, Endorsement, Offer
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel, Order, Payment, PaymentPrompt, Refund
from kiosk.domain.specimens import Specimen
from kiosk.domain.staff import StaffDenial
from kiosk.runtime.snapshot import ChannelHealth, DeviceHealth, Service, Snapshot
from kiosk.shipped import load_catalogue, load_specimens
from kiosk.ui.views.pages import Page
from kiosk.visit.model import CardFate, CaseKind, Item, PrintState, Step, Visit, refund_number
from kiosk.visit.money_back import money_back

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
TODAY = beijing_date(NOW)
NUMBER = "K1A2-20261122-0007"


@cache
def specimens() -> tuple[Specimen, ...]:
    return load_specimens(NOW)


@cache
def portrait() -> bytes:
    """Return an invented face as a JPEG."""
    return draw_portrait(3)


def film(of: Visit) -> bytes:
    """Return the picture of the card's back after a visit, as PNG."""
    assert of.permit is not None
    assert of.record is not None
    drawn = render_card(card_face(of.permit, of.record, of.endorsements, TODAY), load_layout())
    assert isinstance(drawn, bytes)
    return raster_to_png(rasterise(drawn))


DEVICES = tuple(DeviceHealth(name.value, ready=True, simulated=False) for name in DeviceName)
_PHONES = (Channel.ALIPAY, Channel.WECHAT)
CHANNELS = tuple(
    ChannelHealth(
        channel,
        channel is not Channel.UNIONPAY,
        simulated=False,
        fault=Fault(FailureCode.GATEWAY_UNREACHABLE) if channel is Channel.UNIONPAY else None,
        payer_code=channel in _PHONES,
    )
    for channel in Channel
)


def welcome(**changes: object) -> Snapshot:
    return replace(Snapshot(Service.IN_SERVICE, NOW, devices=DEVICES, channels=CHANNELS), **changes)


def visit(step: Step, slug: str = "", **changes: object) -> Visit:
    """Return a visit of a specimen holder at a step, with everything learnt by then."""
    people = specimens()
    specimen = next((s for s in people if s.slug == slug), people[0])
    made = Visit(
        visit_id=NUMBER,
        kiosk_id="1A2",
        ordinal=7,
        began=NOW,
        step=step,
        permit=specimen.permit,
        record=specimen.record,
        offers=decide_offers(specimen.permit, specimen.record, TODAY, load_catalogue()),
        channels=tuple(channel for channel in Channel if channel is not Channel.UNIONPAY),
        payer_code_channels=_PHONES,
    )
    return replace(made, **changes)


def offered(of: Visit, destination: Destination) -> tuple[Offer, ...]:
    return tuple(o for o in of.offers if o.option.destination is destination and o.refusal is None)


def item(offer: Offer) -> Item:
    return Item(offer.option, offer.option.fee, cancels=offer.cancels)


def in_visit(of: Visit, **changes: object) -> Snapshot:
    """Return the snapshot of a visit."""
    return welcome(**{"visit": of, "portrait": portrait(), "money_back": money_back(of), **changes})


def order(of: Visit, channel: Channel = Channel.ALIPAY, *, payer_code: bool = False) -> Order:
    until = NOW + timedelta(seconds=180)
    number = "K1A22026112202300000701"
    return Order(number, channel, of.total, NOW, until, "签注费", payer_code=payer_code)


def paying(prompt: PaymentPrompt, channel: Channel, **changes: object) -> Snapshot:
    """Return the snapshot of a payment that is open."""
    at = with_items(Step.PAYING)
    shown = prompt is PaymentPrompt.SCAN_CODE
    by_code = prompt in {PaymentPrompt.SHOW_CODE, PaymentPrompt.CONFIRM_ON_PHONE}
    code = "https://qr.alipay.com/bax03431ljhokirwl38f00a7" if shown else None if by_code else ""
    at = replace(at, orders=(order(at, channel, payer_code=by_code),), payment_code=code)
    at = replace(at, charging=prompt is PaymentPrompt.CONFIRM_ON_PHONE, **changes)
    return in_visit(at, prompt=prompt, code_left_s=128.0)


def paid(of: Visit, channel: Channel = Channel.ALIPAY) -> Visit:
    """Return the visit with its order paid."""
    placed = order(of, channel)
    payment = Payment(placed.number, placed.channel, placed.amount, "2026112222001", NOW)
    return replace(of, orders=(placed,), payments=(payment,), paid_order=placed.number)


def issued(of: Visit) -> tuple[Endorsement, ...]:
    return tuple(
        Endorsement(
            destination=i.option.destination,
            kind=i.option.kind,
            entries=i.option.entries,
            issued=TODAY,
            valid_until=TODAY + timedelta(days=364),
            stay_days=i.option.stay_days,
            control_no=f"A{n:08d}",
            place_of_issue="广东",
            entries_left={"1": 1, "2": 2}.get(i.option.entries.value),
        )
        for n, i in enumerate(of.items, start=1)
    )


def with_items(step: Step, slug: str = "") -> Visit:
    """Return a visit with one option chosen for each destination."""
    at = visit(step, slug)
    wanted = (Destination.HONG_KONG, Destination.MACAO)
    items = tuple(item(offered(at, place)[0]) for place in wanted if offered(at, place))
    return replace(at, items=items)


def printed(step: Step) -> Visit:
    done = paid(with_items(step))
    return replace(done, endorsements=issued(done), print_state=PrintState.VERIFIED, reported=True)


def refunding(step: Step, channel: Channel = Channel.ALIPAY) -> Visit:
    """Return a visit whose card could not be made, and whose money is on its way back."""
    gone = paid(with_items(step), channel)
    payment = gone.payments[0]
    refund = Refund(refund_number(payment), payment.amount, "制证失败", payment.transaction_id, NOW)
    gone = replace(gone, ending=Fault(FailureCode.PRINT_FAILED), print_state=PrintState.NOT_PRINTED)
    return replace(gone, refunds=(refund,))


def refunded(step: Step) -> Visit:
    gone = refunding(step)
    return replace(gone, refunded=frozenset({gone.refunds[0].number}))


def by_staff(step: Step, channel: Channel, **changes: object) -> Visit:
    """Return a visit whose money staff have to return."""
    return replace(refunding(step, channel), cases=(CaseKind.REFUND_OPEN,), slip_printed=True, **changes)


@cache
def scenes() -> dict[str, Snapshot]:
    """Return one snapshot per page, and more where a page has several faces; keys start with the page."""
    return {**_before(), **_staff(), **_choosing(), **_paying(), **_ending()}


def _before() -> dict[str, Snapshot]:
    closing = replace(with_items(Step.CLOSING_PAYMENT), orders=(order(with_items(Step.CLOSING_PAYMENT)),))
    return {
        "starting": Snapshot(Service.STARTING, NOW),
        "recovering": Snapshot(Service.RECOVERING, NOW),
        "recovering-payment": replace(in_visit(closing), service=Service.RECOVERING),
        "recovering-card": replace(in_visit(paid(with_items(Step.PRINTING))), service=Service.RECOVERING),
        "out_of_service": Snapshot(Service.OUT_OF_SERVICE, NOW, Fault(FailureCode.PRINTER_COVER_OPEN)),
        "out_of_service-journal": Snapshot(
            Service.OUT_OF_SERVICE, NOW, Fault(FailureCode.JOURNAL_UNAVAILABLE)
        ),
        "welcome": welcome(),
        "welcome-simulated": welcome(
            devices=tuple(replace(d, simulated=True, ready=d.name != DeviceName.SLIP.value) for d in DEVICES)
        ),
        "reading": welcome(visit=Visit(visit_id=NUMBER, step=Step.READING), progress=0.4, remaining_s=3.0),
        "comparing": in_visit(visit(Step.RECOGNISING, offers=(), record=None)),
        "comparing-again": in_visit(visit(Step.RECOGNISING, offers=(), record=None, face_attempts=1)),
        "comparing-mask": in_visit(
            visit(Step.RECOGNISING, offers=(), record=None, face_attempts=2, face_hints=("mask", "turned"))
        ),
        "looking_up": in_visit(visit(Step.LOOKING_UP, offers=(), record=None)),
    }


def _staff() -> dict[str, Snapshot]:
    fault = Fault(FailureCode.HOLDER_NOT_RECOGNISED)
    unseen = visit(Step.NOT_RECOGNISED, offers=(), record=None, staff_on_call=True, face_fault=fault)
    calling = replace(unseen, step=Step.CALLING_STAFF)
    locked = replace(calling, staff_denial=StaffDenial.LOCKED, staff_locked_until=NOW + timedelta(minutes=4))
    return {
        "comparing-staff": in_visit(replace(unseen, step=Step.RECOGNISING, face_fault=None)),
        "not_recognised": in_visit(unseen),
        "calling_staff": in_visit(calling),
        "calling_staff-locked": in_visit(locked),
        "checking_holder": in_visit(replace(unseen, step=Step.CHECKING_HOLDER, staff_number="1017")),
    }


def _choosing() -> dict[str, Snapshot]:
    choosing = visit(Step.CHOOSING_OPTION, wanted=(Destination.HONG_KONG, Destination.MACAO))
    confirm = with_items(Step.CONFIRMING)
    return {
        "identity": in_visit(visit(Step.IDENTIFYING)),
        "identity-endorsed": in_visit(visit(Step.IDENTIFYING, "liang-meiling")),
        "destination": in_visit(visit(Step.CHOOSING_DESTINATION)),
        "destination-approved": in_visit(_with_applications()),
        "destination-early": in_visit(visit(Step.CHOOSING_DESTINATION, "wu-jianhua")),
        "option": in_visit(choosing),
        "confirm": in_visit(confirm),
        "confirm-cancels": in_visit(with_items(Step.CONFIRMING, "liang-meiling")),
        "approving": in_visit(with_items(Step.APPROVING)),
        "proving": in_visit(with_items(Step.PROVING)),
    }


def _paying() -> dict[str, Snapshot]:
    scanning = paying(PaymentPrompt.SCAN_CODE, Channel.ALIPAY)
    closing = replace(_visit(scanning), step=Step.CLOSING_PAYMENT, payment_code=None)
    note = replace(with_items(Step.CHOOSING_METHOD), payment_note=Fault(FailureCode.PAYMENT_DECLINED))
    return {
        "method": in_visit(with_items(Step.CHOOSING_METHOD)),
        "method-declined": in_visit(note),
        "opening_payment": in_visit(_opening(Channel.ALIPAY)),
        "opening_payment-card": in_visit(_opening(Channel.CARD)),
        "paying": scanning,
        "paying-asking": replace(scanning, asking_payment=True),
        "paying-renewed": paying(PaymentPrompt.SCAN_CODE, Channel.WECHAT, renewals=1),
        "paying-show_code": paying(PaymentPrompt.SHOW_CODE, Channel.ALIPAY),
        "paying-other_code": paying(
            PaymentPrompt.SHOW_CODE, Channel.WECHAT, payment_note=Fault(FailureCode.PAYER_CODE_OTHER_NETWORK)
        ),
        "paying-confirm_on_phone": paying(PaymentPrompt.CONFIRM_ON_PHONE, Channel.WECHAT),
        "paying-show_card": paying(PaymentPrompt.SHOW_CARD, Channel.CARD),
        "paying-enter_pin": paying(PaymentPrompt.ENTER_PIN, Channel.CARD),
        "paying-terminal_works": paying(PaymentPrompt.TERMINAL_WORKS, Channel.CARD),
        "paying-hold_purse": paying(PaymentPrompt.HOLD_PURSE, Channel.YCT),
        "paying-purse_works": paying(PaymentPrompt.PURSE_WORKS, Channel.YCT),
        "paying-same_purse": paying(PaymentPrompt.SAME_PURSE, Channel.YCT),
        "paying-other_purse": paying(PaymentPrompt.OTHER_PURSE, Channel.YCT),
        "paying-ask_staff": paying(PaymentPrompt.ASK_STAFF, Channel.YCT),
        "closing_payment": in_visit(closing, prompt=PaymentPrompt.CLOSING),
        "closing_payment-renewing": in_visit(replace(closing, renewing=True), prompt=PaymentPrompt.RENEWING),
    }


def _ending() -> dict[str, Snapshot]:
    return {
        "making": in_visit(paid(with_items(Step.PRINTING)), progress=0.45, remaining_s=22.0),
        "result": in_visit(printed(Step.REVIEWING), film=film(printed(Step.REVIEWING))),
        "refunding": in_visit(refunding(Step.REFUNDING)),
        "slip": in_visit(printed(Step.SLIP)),
        "returning": in_visit(replace(printed(Step.TAKING), card=CardFate.PRESENTED, slip_printed=True)),
        "returning-upside_down": in_visit(
            Visit(
                visit_id=NUMBER,
                step=Step.TAKING,
                card=CardFate.PRESENTED,
                ending=Fault(FailureCode.CARD_UPSIDE_DOWN),
            )
        ),
        "returning-refunded": in_visit(
            replace(refunded(Step.TAKING), card=CardFate.PRESENTED, slip_printed=True)
        ),
        "returning-voucher": in_visit(by_staff(Step.TAKING, Channel.YCT, card=CardFate.PRESENTED)),
        "retaining": in_visit(
            replace(
                printed(Step.RETAINING), ending=Fault(FailureCode.CARD_LEFT), cases=(CaseKind.CARD_RETAINED,)
            )
        ),
        "goodbye": in_visit(replace(printed(Step.ENDED), card=CardFate.TAKEN)),
        "goodbye-case": in_visit(by_staff(Step.ENDED, Channel.WECHAT, card=CardFate.TAKEN)),
        "goodbye-voucher": in_visit(by_staff(Step.ENDED, Channel.YCT, card=CardFate.TAKEN)),
    }


def _opening(channel: Channel) -> Visit:
    chosen = with_items(Step.OPENING_PAYMENT)
    return replace(chosen, orders=(order(chosen, channel),))


def _visit(snapshot: Snapshot) -> Visit:
    assert snapshot.visit is not None
    return snapshot.visit


def _with_applications() -> Visit:
    for specimen in specimens():
        if specimen.record.applications:
            return visit(Step.CHOOSING_DESTINATION, specimen.slug)
    raise AssertionError("no specimen holder has an application approved online")


def page_name(scene: str) -> Page:
    return Page(scene.partition("-")[0])
