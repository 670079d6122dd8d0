"""`kiosk sandbox`: the simulated payment gateway and issuing authority as a server, until Ctrl-C."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from kiosk.clock import SystemClock
from kiosk.commands.reporting import complain
from kiosk.config import SettingsInvalid, load_settings
from kiosk.sandbox.server import SandboxNotStarted, SandboxServer


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on 127.0.0.1; 0: any free one.")
    ] = 8800,
    state: Annotated[Path | None, typer.Option(help="State folder; the user's own by default.")] = None,
) -> None:
    """Serve the simulated payment gateway and issuing authority, with a phone page and a tester's page."""
    stop = _told_to_stop()
    try:
        settings = load_settings(state=state)
        with SandboxServer(settings.state, SystemClock(), port, settings.kiosk_id) as server:
            typer.echo(f"Sandbox: {server.url}   (Ctrl-C ends it)")
            typer.echo(f"State and keys: {settings.state}")
            stop.wait()
    except (SettingsInvalid, SandboxNotStarted) as error:
        complain(f"The sandbox does not start: {error}", 1)


def _told_to_stop() -> threading.Event:
    """Return an event that Ctrl-C or a termination signal sets."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
