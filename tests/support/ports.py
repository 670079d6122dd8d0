"""Ports for services that have to be told one before they start."""

import secrets
import socket

_FIRST, _COUNT = 20_000, 12_000


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 on which nothing listens.

    It lies below those that Linux gives to connections (`ip_local_port_range`, from 32768): none of the other
    tests that run at the same time can be given it before the service has it. Drawn by the system, because
    the seed of `random` is the same in each of them.
    """
    while True:
        port = _FIRST + secrets.randbelow(_COUNT)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
