"""What commands share in speaking to people: plain complaints, quiet logs."""

import logging
import sys
from typing import NoReturn


def complain(message: str, code: int) -> NoReturn:
    """Say on standard error what is wrong, and end with an exit code."""
    from rich.console import Console  # slow to load, and hardly ever needed

    Console(stderr=True, soft_wrap=True).print(message, style="bold red", highlight=False, markup=False)
    raise SystemExit(code)


def log_to_stderr(*, verbose: bool) -> None:
    """Send the program's log to standard error: warnings, or everything where asked for."""
    import structlog  # slow to load; the screen shows itself first

    level = logging.INFO if verbose else logging.WARNING
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
