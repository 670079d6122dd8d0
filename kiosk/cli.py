"""The `kiosk` program: every command in `kiosk/commands/`, put together here."""

import typer

from kiosk.commands import device, doctor, journal, permit, recover, run, sandbox, visit

app = typer.Typer(
    name="kiosk",
    help="Self-service kiosk for endorsements on smart-card exit-entry permits.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("visit")(visit.visit)
app.command("recover")(recover.recover)
app.add_typer(permit.app, name="permit", help="Specimen permits, and any permit in a PC/SC reader.")
app.add_typer(device.app, name="device", help="The simulated devices: states, faults, a tester's hands.")
app.add_typer(journal.app, name="journal", help="The journal, for technicians.")
app.command("sandbox")(sandbox.sandbox)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the program."""
    app()
