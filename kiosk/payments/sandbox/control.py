"""The testers' control interface, JSON over HTTP (docs/payments.md, "Control interface")."""

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.bodies import read_bounded
from kiosk.payments.sandbox.exchange import Operation
from kiosk.payments.sandbox.faults import FaultKind
from kiosk.payments.sandbox.ledger import Ledger, OrderState, StoredOrder, Wallet

_LISTED = 200
_LONGEST_BODY = 4096

_Wanted = TypeVar("_Wanted", bound=BaseModel)


class PayOrder(BaseModel):
    """The body of a payer's act.

    `late` pays an order that has expired or was closed, `again` one that is paid already.
    """

    model_config = ConfigDict(extra="forbid")

    channel: Channel | None = None
    late: bool = False
    again: bool = False


class PayCode(BaseModel):
    """The body of a payment by the scanned text."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=512)]
    late: bool = False


class PayerCode(BaseModel):
    """The body that asks a phone for its payment code; `wallet` says what it does when it is charged."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel
    wallet: Wallet = Wallet.PAYS


class RotateKey(BaseModel):
    """The body that gives a network a new signing key, at once and while the older ones stay valid."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel


class OrderFault(BaseModel):
    """The body that orders a fault.

    No `channel`, `operation` or `order` means any; `times` 0 means until withdrawn.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    channel: Channel | None = None
    operation: Operation | None = None
    order: Annotated[str, Field(max_length=64)] = ""
    times: Annotated[int, Field(ge=0, le=10_000)] = 1
    seconds: Annotated[float, Field(ge=-86_400, le=86_400)] = 0.0
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0


Rotate = Callable[[Channel], str | None]
"""Gives a network a new signing key and returns its serial; None where it has none that rotates."""


def control_routes(ledger: Ledger, clock: Clock, wake: Callable[[], None], rotate: Rotate) -> list[BaseRoute]:
    """Return the control interface's routes; `wake` is called when notifications may be due."""
    control = _Control(ledger, clock, wake, rotate)
    return [
        Route("/control/orders", control.orders, methods=["GET"]),
        Route("/control/orders/{number}", control.order, methods=["GET"]),
        Route("/control/orders/{number}/{act}", control.act, methods=["POST"]),
        Route("/control/pay", control.pay_code, methods=["POST"]),
        Route("/control/payer-codes", control.payer_code, methods=["POST"]),
        Route("/control/keys", control.rotate, methods=["POST"]),
        Route("/control/notices", control.notices, methods=["GET"]),
        Route("/control/faults", control.faults, methods=["GET"]),
        Route("/control/faults", control.add_fault, methods=["POST"]),
        Route("/control/faults", control.drop_faults, methods=["DELETE"]),
        Route("/control/faults/{number:int}", control.drop_fault, methods=["DELETE"]),
    ]


class _Control:
    def __init__(self, ledger: Ledger, clock: Clock, wake: Callable[[], None], rotate: Rotate) -> None:
        self._ledger = ledger
        self._rotate = rotate
        self._clock = clock
        self._wake = wake

    async def orders(self, request: Request) -> Response:  # noqa: ARG002 - an endpoint's shape
        return JSONResponse([self._described(order) for order in self._ledger.latest_orders(_LISTED)])

    async def order(self, request: Request) -> Response:
        orders = self._ledger.orders_of_number(request.path_params["number"])
        return JSONResponse(self._described(orders[0])) if orders else _error(404, "no such order")

    async def act(self, request: Request) -> Response:
        wanted = await _body(request, PayOrder)
        if isinstance(wanted, Response):
            return wanted
        orders = self._ledger.orders_of_number(request.path_params["number"])
        chosen = [order for order in orders if wanted.channel in {None, order.channel}]
        if not chosen:
            return _error(404, "no such order")
        match request.path_params["act"]:
            case "pay" if wanted.again:
                return self._pay_again(chosen[0])
            case "pay":
                return self._pay(chosen[0], late=wanted.late)
            case "decline":
                return self._answer(booking.decline(self._ledger, chosen[0], self._clock.now()))
            case "scan":
                return self._answer(booking.scan(self._ledger, chosen[0]))
        return _error(404, "acts are pay, decline and scan")

    async def pay_code(self, request: Request) -> Response:
        wanted = await _body(request, PayCode)
        if isinstance(wanted, Response):
            return wanted
        order = self._ledger.order_of_code(wanted.code)
        return self._pay(order, late=wanted.late) if order else _error(404, "no order has this code")

    async def payer_code(self, request: Request) -> Response:
        wanted = await _body(request, PayerCode)
        if isinstance(wanted, Response):
            return wanted
        if not wanted.channel.shows_code:
            return _error(400, "this channel has no payment codes")
        code = booking.new_payer_code(self._ledger, wanted.channel, wanted.wallet, self._clock.now())
        return JSONResponse({"code": code}, 201)

    async def rotate(self, request: Request) -> Response:
        wanted = await _body(request, RotateKey)
        if isinstance(wanted, Response):
            return wanted
        serial = self._rotate(wanted.channel)
        if serial is None:
            return _error(409, "this network's key is configured: it does not rotate by itself")
        return JSONResponse({"serial": serial}, 201)

    async def notices(self, request: Request) -> Response:  # noqa: ARG002 - an endpoint's shape
        waiting = [
            {"order": notice.order_number, "event": notice.event, "tries": notice.tries, "due": notice.due_at}
            for notice in self._ledger.notices()
        ]
        return JSONResponse(waiting)

    async def faults(self, request: Request) -> Response:  # noqa: ARG002 - an endpoint's shape
        described = [
            {
                "id": fault.id,
                "kind": fault.kind,
                "channel": fault.channel or None,
                "operation": fault.operation or None,
                "order": fault.order_number,
                "times": fault.times,
                "seconds": fault.seconds,
                "probability": fault.probability,
            }
            for fault in self._ledger.faults()
        ]
        return JSONResponse(described)

    async def add_fault(self, request: Request) -> Response:
        wanted = await _body(request, OrderFault)
        if isinstance(wanted, Response):
            return wanted
        number = self._ledger.add_fault(
            wanted.kind,
            channel=wanted.channel or "",
            operation=wanted.operation or "",
            order_number=wanted.order,
            times=wanted.times,
            seconds=wanted.seconds,
            probability=wanted.probability,
        )
        return JSONResponse({"id": number}, 201)

    async def drop_faults(self, request: Request) -> Response:  # noqa: ARG002 - an endpoint's shape
        self._ledger.drop_faults()
        return Response(status_code=204)

    async def drop_fault(self, request: Request) -> Response:
        dropped = self._ledger.drop_fault(request.path_params["number"])
        return Response(status_code=204) if dropped else _error(404, "no such fault")

    def _pay(self, order: StoredOrder, *, late: bool) -> Response:
        with self._ledger.transaction():
            paid = booking.pay(self._ledger, order, self._clock.now(), late=late)
        self._wake()
        return self._answer(paid)

    def _pay_again(self, order: StoredOrder) -> Response:
        with self._ledger.transaction():
            paid = booking.pay_again(self._ledger, order, self._clock.now())
        return self._answer(order if paid else None)

    def _answer(self, order: StoredOrder | None) -> Response:
        return (
            _error(409, "the order is not payable") if order is None else JSONResponse(self._described(order))
        )

    def _described(self, order: StoredOrder) -> Mapping[str, object]:
        over = order.over(self._clock.now()) and order.state is OrderState.OPEN
        return {
            "channel": order.channel,
            "kind": order.kind,
            "number": order.number,
            "amount_fen": order.amount,
            "subject": order.subject,
            "state": "expired" if over else order.state,
            "code": order.code,
            "opened_at": order.opened_at,
            "expires_at": order.expires_at,
            "transaction_id": order.transaction_id or None,
            "paid_at": order.paid_at or None,
            "refunds": [
                {"number": refund.number, "amount_fen": refund.amount, "state": refund.state}
                for refund in self._ledger.refunds(order.channel, order.number)
            ],
        }


async def _body(request: Request, kind: type[_Wanted]) -> _Wanted | Response:
    """Return the checked body, or the answer that refuses it. Only JSON is taken: no web form gets here."""
    body = await read_bounded(request, _LONGEST_BODY)
    if body is None:
        return _error(413, "the body is too long")
    if body and not request.headers.get("content-type", "").startswith("application/json"):
        return _error(415, "send application/json")
    try:
        return kind.model_validate_json(body or b"{}")
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return _error(400, wrong)


def _error(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status)
