"""Faults on order: what strikes a request, aimed by network, operation and order number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kiosk.domain.payment import Channel
from kiosk.payments.sandbox.exchange import STRAIGHT, Bend, Network, Operation, Request
from kiosk.payments.sandbox.ledger import Ledger, StoredFault


class FaultKind(StrEnum):
    """What can be ordered; docs/payments.md says what each does."""

    DELAY = "delay"
    DROP = "drop"
    ERROR = "error"
    OUTAGE = "outage"
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_AMOUNT = "wrong_amount"
    LATE_SUCCESS = "late_success"
    DOUBLE_NOTICE = "double_notice"
    CLOCK = "clock"
    BILL_OMITS = "bill_omits"


_TELLING_AMOUNTS = frozenset({Operation.QUERY, Operation.REFUND, Operation.REFUND_QUERY})


_ELSEWHERE = frozenset({FaultKind.DOUBLE_NOTICE, FaultKind.BILL_OMITS})  # strike no request


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What happens to one request. `status` answers at once, and nothing is carried out."""

    delay_s: float = 0.0
    drop: bool = False
    status: int | None = None
    offset: timedelta = timedelta()
    bend: Bend = STRAIGHT


Chance = Callable[[], float]
"""Returns a number from 0 to below 1: whether a fault of some probability strikes."""


def strike(ledger: Ledger, network: Network, request: Request, chance: Chance) -> Disturbance:
    """Return what the ordered faults do to this request, and count those that struck."""
    operation = network.operation(request)
    struck = [
        fault
        for fault in ledger.faults()
        if _hits(fault, network.channel, operation, request) and chance() < fault.probability
    ]
    for fault in struck:
        ledger.count_fault(fault)
    kinds = {fault.kind: fault.seconds for fault in struck}
    statuses = {FaultKind.ERROR: 500, FaultKind.OUTAGE: 503}
    return Disturbance(
        delay_s=kinds.get(FaultKind.DELAY, 0.0),
        drop=FaultKind.DROP in kinds,
        status=next((status for kind, status in statuses.items() if kind in kinds), None),
        offset=timedelta(seconds=kinds.get(FaultKind.CLOCK, 0.0)),
        bend=Bend(
            wrong_signature=FaultKind.WRONG_SIGNATURE in kinds,
            wrong_amount=FaultKind.WRONG_AMOUNT in kinds,
            pay_first=FaultKind.LATE_SUCCESS in kinds,
        ),
    )


def _hits(fault: StoredFault, channel: Channel, operation: Operation, request: Request) -> bool:
    if fault.kind in _ELSEWHERE or spoils_bill(fault) or fault.channel not in {"", channel}:
        return False
    if fault.order_number and not _names(request, fault.order_number):
        return False
    if fault.operation:
        return fault.operation == operation
    if fault.kind == FaultKind.WRONG_AMOUNT:
        return operation in _TELLING_AMOUNTS
    if fault.kind == FaultKind.LATE_SUCCESS:  # UnionPay has no close: its last query stands for it
        return operation is (Operation.QUERY if channel is Channel.UNIONPAY else Operation.CLOSE)
    return True


def _names(request: Request, number: str) -> bool:
    return number in request.target or number.encode() in request.body


def spoils_bill(fault: StoredFault) -> bool:
    """Return whether a fault changes lines of a bill instead of an answer's own amount."""
    if fault.kind == FaultKind.WRONG_AMOUNT:
        return fault.operation == Operation.BILL
    return fault.kind == FaultKind.BILL_OMITS


def doubles(ledger: Ledger, channel: Channel, order_number: str) -> bool:
    """Return whether this notification is to be delivered twice, and count the fault."""
    for fault in ledger.faults():
        aimed = fault.channel in {"", channel} and fault.order_number in {"", order_number}
        if fault.kind == FaultKind.DOUBLE_NOTICE and aimed:
            ledger.count_fault(fault)
            return True
    return False
