"""What every test shares: no deadlines on examples, a PC/SC socket of its own, a quiet log."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from kiosk.devices.simulated.pcscd_stack import reserve_socket

# Machines are noisy: how long an example takes says nothing; pytest-timeout bounds the tests.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")

# libpcsclite reads its path once per process: no test may reach the machine's own service.
reserve_socket()

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Undo what a command under test does to the log: it would write into that test's output for ever."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
