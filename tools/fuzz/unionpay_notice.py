"""Notifications of UnionPay, plain and signed by the network itself."""

from _networks import FuzzedNetwork

from kiosk.domain.payment import Channel

_network = FuzzedNetwork(Channel.UNIONPAY)


def seeds() -> tuple[bytes, ...]:
    return _network.notices


def one_input(data: bytes) -> None:
    _network.notice(data)
