"""What every start does and no campaign asks about, done once, before machines are forked off.

A start checks the primes of 13 RSA keys (40 ms of processor time each) and reads the system's CA
certificates five times (31 ms each): two thirds of a round. The campaign itself has just made those keys,
and all its networks are on this machine, without TLS.
"""

import importlib
import sys
from functools import partial
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.domain.payment import Channel
from tools.campaigns.books import in_child
from tools.campaigns.killing import visit


def hurry(state: Path) -> None:
    """Let this process's children start quickly; `state` is a machine to learn from, by one visit."""
    _load_what_a_visit_loads(state)
    trust = httpx.create_ssl_context(trust_env=False)
    unchecked = partial(load_pem_private_key, unsafe_skip_rsa_key_validation=True)
    _replace("httpx._transports.default", "create_ssl_context", lambda *_, **__: trust)
    _replace("kiosk.payments.keyfiles", "load_pem_private_key", unchecked)


def _load_what_a_visit_loads(state: Path) -> None:
    async def names() -> list[str]:
        await visit(state, Channel.ALIPAY)
        return [name for name in sys.modules if name.partition(".")[0] == "kiosk"]

    for name in in_child(names):
        importlib.import_module(name)


def _replace(module: str, name: str, by: object) -> None:
    loaded = importlib.import_module(module)
    if not hasattr(loaded, name):
        raise AttributeError(f"{module} has no {name} any more")
    setattr(loaded, name, by)
