"""Specimens made once, and a private PC/SC stack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.simulated.pcscd_stack import PcscdStack, missing_parts, reserve_socket
from kiosk.devices.simulated.specimen_maker import make_specimens
from tests.devices.chip.cards import SPECIMENS
from tests.support.virtual_time import START

reserve_socket()  # before any test calls PC/SC: the library reads the path once in a process


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with every specimen permit, as of the virtual clock's start."""
    state = tmp_path_factory.mktemp("specimens")
    make_specimens(state, tuple(SPECIMENS.values()), START)
    return state


@pytest.fixture
def stack() -> Iterator[PcscdStack]:
    """A running pcscd of our own with the virtual reader; needs pcscd and vsmartcard-vpcd."""
    missing = missing_parts()
    if missing:
        pytest.skip(missing)
    with PcscdStack() as running:
        yield running
