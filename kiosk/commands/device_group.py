"""What every simulated device has on the command line: show, fault set, fault clear; how a command acts."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kiosk.clock import SystemClock
from kiosk.commands.device_facts import facts_of, show
from kiosk.config import default_state
from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.faults import FaultMode, faults_of
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import NotPossible

State = Annotated[
    Path,
    typer.Option(
        "--state", envvar="KIOSK_STATE", help="State folder of the kiosk.", default_factory=default_state
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def parts_of(state: Path) -> SimulatedParts:
    """Return the simulated machine of a state folder, to be changed from outside."""
    return SimulatedParts(state, SystemClock(), 0.0)


def act(state: Path, device: DeviceName, as_json: bool, do: Callable[[SimulatedParts], object]) -> None:
    """Do what the tester asks and show the device afterwards; exit 1 where it cannot be done."""
    parts = parts_of(state)
    try:
        do(parts)
    except (NotPossible, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    show([facts_of(parts, device)], as_json)


def group(app: typer.Typer, device: DeviceName, words: str) -> typer.Typer:
    """Return the commands that every device has: show, fault set, fault clear."""
    commands = typer.Typer(no_args_is_help=True, help=words)
    fault = typer.Typer(no_args_is_help=True, help="Arm and clear faults.")
    known = ", ".join(kind.name for kind in faults_of(device))

    @commands.command("show")
    def show_one(state: State, as_json: AsJson = False) -> None:
        """Show the device's state, armed faults and counters."""
        act(state, device, as_json, lambda parts: parts)

    @fault.command("set", help=f"Arm a fault: {known}.")
    def set_fault(
        name: str,
        state: State,
        until_cleared: Annotated[bool, typer.Option(help="Not for one use, but until cleared.")] = False,
        as_json: AsJson = False,
    ) -> None:
        mode = FaultMode.UNTIL_CLEARED if until_cleared else FaultMode.ONCE
        act(state, device, as_json, lambda parts: parts.faults.arm(device, name, mode))

    @fault.command("clear", help=f"Clear one fault, or all of the device: {known}.")
    def clear_fault(
        state: State, name: Annotated[str | None, typer.Argument()] = None, as_json: AsJson = False
    ) -> None:
        act(state, device, as_json, lambda parts: parts.faults.clear(device, name))

    commands.add_typer(fault, name="fault")
    app.add_typer(commands, name=device.value)
    return commands
