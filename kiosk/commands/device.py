"""`kiosk device`: the simulated devices from the shell, while the kiosk runs or before it starts.

What is changed here is noticed by a running kiosk; the fault interface is the one of the tester's dock.
"""

import typer

from kiosk.commands import device_around, device_hands
from kiosk.commands.device_drivers import list_drivers
from kiosk.commands.device_facts import facts_of, show
from kiosk.commands.device_group import AsJson, State, parts_of
from kiosk.commands.device_scenario import scenario
from kiosk.commands.device_station import printer_station
from kiosk.devices.contracts import DeviceName

app = typer.Typer(no_args_is_help=True, help="The simulated devices' states and faults.")


@app.command("list")
def list_devices(state: State, as_json: AsJson = False) -> None:
    """List every simulated device: state, where the card is, armed faults, counters."""
    parts = parts_of(state)
    show([facts_of(parts, device) for device in DeviceName], as_json)


@app.command("clear-faults")
def clear_faults(state: State, as_json: AsJson = False) -> None:
    """Clear every armed fault of every device."""
    parts = parts_of(state)
    parts.faults.clear_all()
    show([facts_of(parts, device) for device in DeviceName], as_json)


app.command("printer-station")(printer_station)
app.command("scenario")(scenario)
app.command("drivers")(list_drivers)
app.add_typer(device_hands.app)
app.add_typer(device_around.app)
