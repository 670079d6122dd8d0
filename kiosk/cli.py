"""The `kiosk` program: every command in `kiosk/commands/`, put together here."""

import sys
from importlib import import_module

import typer

# Each is a file of the same name; it holds a function of that name, or `app` with subcommands.
COMMANDS = {
    "run": "The kiosk on the screen.",
    "visit": "One whole visit by the automatic applicant.",
    "recover": "Finish what an earlier stop left open; list open cases.",
    "sandbox": "The simulated payment gateway and authority.",
    "permit": "Specimen permits, and any permit in a PC/SC reader.",
    "device": "The simulated devices: states, faults, a tester's hands.",
    "doctor": "What hardware and services are there, what is missing.",
    "journal": "The journal, for technicians.",
    "reconcile": "The networks' bills of a day against the journal.",
    "simulate": "Seeded visits with faults and crashes; what they prove.",
}


def build(*names: str) -> typer.Typer:
    """Return the program with some of its commands; a command is imported only if it is named."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(kiosk)
    for name in names:
        module = import_module(f"kiosk.commands.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name, help=COMMANDS[name])
        else:
            app.command(name)(getattr(module, name))
    return app


def kiosk() -> None:
    """Self-service kiosk for endorsements on smart-card exit-entry permits."""


def main() -> None:
    """Run the program; only the command that is asked for is loaded, so that it starts at once."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    build(*([asked] if asked in COMMANDS else COMMANDS))()
