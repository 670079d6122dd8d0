"""The undoing of a charge may arrive long after anybody waits for its answer.

Until then a network that says "paid" tells the truth, and not for good: an undoing that is still on its way
takes the payment back after the film was printed. So "paid" is believed only once none can arrive any more.
"""

from kiosk.clock import Clock
from kiosk.domain.payment import Order
from kiosk.runtime.memory import Memory
from kiosk.runtime.order_time import begun_here
from kiosk.runtime.patience import UNDO_ARRIVES_S


def undo_may_be_sent(clock: Clock, memory: Memory, order: Order) -> None:
    """Remember that an undoing of the charge may have been sent, at this moment at the latest."""
    memory.undo_arrives[order.number] = clock.monotonic() + UNDO_ARRIVES_S


def earlier_undo_may_arrive(clock: Clock, memory: Memory, order: Order) -> None:
    """Remember that an order which this program has not begun may have been undone by the one before.

    That one ended before now, so this is the latest moment at which it may have sent the undoing.
    """
    if order.number not in memory.undo_arrives and not begun_here(memory, order):
        undo_may_be_sent(clock, memory, order)


def undo_arrives_s(clock: Clock, memory: Memory, order: Order) -> float:
    """Return for how many seconds an undoing may still arrive; 0 where none can."""
    return max(memory.undo_arrives.get(order.number, 0.0) - clock.monotonic(), 0.0)
