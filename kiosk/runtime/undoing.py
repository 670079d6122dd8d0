"""The undoing of a charge may arrive long after anybody waits for its answer.

Until then a network that says "paid" tells the truth, and not for good: an undoing that is still on its way
takes the payment back after the film was printed. So "paid" is believed only once none can arrive any more.
"""

from kiosk.clock import Clock
from kiosk.domain.payment import Order
from kiosk.runtime.memory import Memory
from kiosk.runtime.patience import UNDO_ARRIVES_S


def undo_may_be_sent(clock: Clock, memory: Memory, order: Order) -> None:
    """Remember that an undoing of the charge may have been sent, at this moment at the latest."""
    memory.undo_arrives[order.number] = clock.monotonic() + UNDO_ARRIVES_S


def undo_arrives_s(clock: Clock, memory: Memory, order: Order) -> float:
    """Return for how many seconds an undoing may still arrive; 0 where none can.

    An order that this program has not begun may have been undone by the one before, until it ended.
    """
    if order.number not in memory.undo_arrives and order.number not in memory.order_ends:
        undo_may_be_sent(clock, memory, order)
    return max(memory.undo_arrives.get(order.number, 0.0) - clock.monotonic(), 0.0)
