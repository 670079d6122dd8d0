"""How long an order may still be paid, by the steady clock: the wall clock may be set while somebody pays.

What networks and journal are told is wall time (`Order.expires_at`); what the program waits for is not.
"""

from kiosk.clock import Clock
from kiosk.domain.payment import Order
from kiosk.runtime.memory import Memory

_NOTHING_S = 0.001  # less than this is not worth another question


def order_end_s(clock: Clock, memory: Memory, order: Order) -> float:
    """Return when an order's time is over, in seconds of `clock.monotonic()`; it may be past.

    It is settled when the order is first asked about, which is when it is opened: its whole time is left
    then. After a restart only the wall clock can tell how much of it has gone by, and it may be wrong:
    the order gets what that leaves of its time, never more than the whole. Whether it can be paid any more
    is the network's word in either case, never this clock's.
    """
    known = memory.order_ends.get(order.number)
    if known is None:
        left = min((order.expires_at - clock.now()).total_seconds(), order.valid_s)
        known = memory.order_ends[order.number] = clock.monotonic() + left
    return known


def begun_here(memory: Memory, order: Order) -> bool:
    """Return whether this program has begun the order, or asked about it before."""
    return order.number in memory.order_ends


def order_left_s(clock: Clock, memory: Memory, order: Order) -> float:
    """Return the seconds left of an order's time, 0 where it is over."""
    left = order_end_s(clock, memory, order) - clock.monotonic()
    return left if left > _NOTHING_S else 0.0
