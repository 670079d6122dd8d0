"""Notifications of WeChat Pay, plain and signed by the network itself."""

from _networks import FuzzedNetwork

from kiosk.domain.payment import Channel

_network = FuzzedNetwork(Channel.WECHAT)


def seeds() -> tuple[bytes, ...]:
    return _network.notices


def one_input(data: bytes) -> None:
    _network.notice(data)
