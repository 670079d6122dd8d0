"""The `kiosk` program: every command in `kiosk/commands/`, put together here."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# Each is a file of the same name; it holds a function of that name, or `app` with subcommands.
# The function of `run` takes its arguments as they are; Typer only lists it.
COMMANDS = {
    "run": "The kiosk on the screen.",
    "visit": "One whole visit by the automatic applicant.",
    "recover": "Finish what an earlier stop left open; list open cases.",
    "sandbox": "The simulated payment gateway and authority.",
    "permit": "Specimen permits, and any permit in a PC/SC reader.",
    "device": "The simulated devices: states, faults, a tester's hands.",
    "upkeep": "A technician's work at the configured devices: clean, erase, reset.",
    "doctor": "What hardware and services are there, what is missing.",
    "journal": "The journal, for technicians.",
    "case": "Open cases: what is known, and what staff do about them.",
    "staff": "Who is staff of this machine, by number and PIN: at the screen, and in work on cases.",
    "reconcile": "The networks' bills of a day against the journal.",
    "rehearse": "A day with every difference in it, to rehearse reconcile on.",
    "simulate": "Seeded visits with faults and crashes; what they prove.",
}


def build(*names: str) -> "typer.Typer":
    """Return the program with some of its commands; a command is imported only if it is named."""
    import typer  # noqa: PLC0415 - with what it loads it takes longer than the screen's first picture

    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(kiosk)
    for name in names:
        if name == "run":
            app.command(name, help=COMMANDS[name])(screen)
            continue
        module = import_module(f"kiosk.commands.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name, help=COMMANDS[name])
        else:
            app.command(name)(getattr(module, name))
    return app


def kiosk() -> None:
    """Self-service kiosk for endorsements on smart-card exit-entry permits."""


def screen() -> None:
    """Run the kiosk on the screen."""
    from kiosk.commands.run import run  # noqa: PLC0415 - only the command that is asked for is loaded

    raise SystemExit(run(sys.argv[2:]))


def main() -> None:
    """Run the program; only the command that is asked for is loaded, so that it starts at once.

    Ctrl-C, also while it loads, is exit code 130 and no trace.
    """
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        if asked == "run":
            screen()
        build(*([asked] if asked in COMMANDS else COMMANDS))()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
