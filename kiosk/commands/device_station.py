"""`kiosk device printer-station`: the simulated thermo-rewrite printer as a program of its own."""

import asyncio
from typing import Annotated

import typer

from kiosk.clock import SystemClock
from kiosk.commands.device_group import State
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.printer_station import PrinterStation
from kiosk.devices.simulated.serial_port import SimulatedSerialPort


def printer_station(
    state: State,
    port: Annotated[int, typer.Option(help="TCP port on 127.0.0.1; 0 takes a free one.")] = 0,
    pace: Annotated[float, typer.Option(min=0.0, max=10.0, help="1.0 = true times, 0 = none.")] = 1.0,
    serial: Annotated[
        bool, typer.Option("--serial", help="Also at a serial port, whose path is told.")
    ] = False,
) -> None:
    """Run the simulated thermo-rewrite printer as a program of its own, until interrupted."""
    parts = SimulatedParts(state, SystemClock(), pace)
    try:
        printer = PrinterStation(parts.mechanism, parts.faults, parts.films, parts.pace, port=port)
    except OSError as error:
        typer.echo(f"port {port} is not to be had: {error.strerror}", err=True)
        raise typer.Exit(1) from error
    typer.echo("printer at {}:{}".format(*printer.address))
    try:
        asyncio.run(_serve(printer, serial=serial))
    except KeyboardInterrupt:
        typer.echo("switched off")


async def _serve(printer: PrinterStation, *, serial: bool) -> None:
    await printer.start()
    port = SimulatedSerialPort() if serial else None
    try:
        if port is not None:
            typer.echo(f"printer at {port.path}")
        while port is not None and not port.pulled:
            await printer.attach(port)  # comes back wherever a connection would have ended
        await asyncio.Event().wait()
    finally:
        await printer.close()
        if port is not None:
            port.lose()
