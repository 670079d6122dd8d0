"""`kiosk sandbox`: the simulated payment gateway and issuing authority as a server, until Ctrl-C."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kiosk.clock import SystemClock
from kiosk.config import SettingsInvalid, load_settings
from kiosk.sandbox.server import SandboxNotStarted, SandboxServer


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on 127.0.0.1; 0: any free one.")
    ] = 8800,
    state: Annotated[Path | None, typer.Option(help="State folder; the user's own by default.")] = None,
) -> None:
    """Serve the simulated payment gateway and issuing authority, with a phone page and a tester's page."""
    console = Console()
    stop = _told_to_stop()
    try:
        settings = load_settings(state=state)
        with SandboxServer(settings.state, SystemClock(), port, settings.kiosk_id) as server:
            console.print(f"Sandbox: {server.url}   (Ctrl-C ends it)", soft_wrap=True)
            console.print(f"State and keys: {settings.state}", soft_wrap=True)
            stop.wait()
    except (SettingsInvalid, SandboxNotStarted) as error:
        Console(stderr=True).print(f"The sandbox does not start: {error}")
        raise typer.Exit(1) from error


def _told_to_stop() -> threading.Event:
    """Return an event that Ctrl-C or a termination signal sets."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
