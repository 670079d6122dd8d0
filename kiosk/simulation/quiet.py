"""The program's own log, switched off: ten thousand worlds would drown the terminal."""

import logging

import structlog


def be_quiet() -> None:
    """Let the log of this process say nothing below critical."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.ERROR)
