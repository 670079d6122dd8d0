"""When an order ends at the network: a little after the screen stops showing it."""

from datetime import datetime, timedelta

from kiosk.domain.payment import Order

GRACE = timedelta(seconds=10)  # a payer who is just confirming when the code vanishes may finish
_MARGIN = timedelta(seconds=5)  # whole seconds on the wire and the measured skew's own error


def network_expiry(order: Order) -> datetime:
    """Return the expiry told to the network (time_expire, payTimeout), aware UTC."""
    return order.expires_at + GRACE


def surely_over(order: Order, network_now: datetime) -> bool:
    """Return whether the network, whose clock shows `network_now`, lets nobody pay the order any more."""
    return network_now > network_expiry(order) + _MARGIN
