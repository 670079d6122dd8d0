"""Worlds say nothing while they run: the program's log goes nowhere."""

import logging

import pytest
import structlog


@pytest.fixture(autouse=True)
def _silence(own_log: None) -> None:
    """Switch the log off; `own_log` of all tests puts it back."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
