"""`kiosk device drivers`: the drivers that kiosk.toml can name, with their settings."""

import json
from typing import Annotated

import typer

from kiosk.assembly.reference import drivers, settings_of
from kiosk.commands.device_group import AsJson


def list_drivers(
    device: Annotated[str | None, typer.Argument(help="Only this device's, e.g. slip_printer.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the drivers for kiosk.toml: what each drives, its settings with units and defaults."""
    found = [(slot, driver) for slot, driver in drivers() if device in {None, slot.device}]
    if not found:
        typer.echo(f"there is no device named {device!r:.60}", err=True)
        raise typer.Exit(1)
    if as_json:
        rows = [
            {
                "device": slot.device,
                "driver": driver.name,
                "title": {"zh": driver.title.zh, "en": driver.title.en},
                "simulated": driver.simulated,
                "settings": [
                    {"key": one.key, "kind": one.kind, "default": one.default, "meaning": one.meaning}
                    for one in settings_of(driver)
                ],
            }
            for slot, driver in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for slot, driver in found:
        typer.echo(
            f'\n[devices.{slot.device}]\ndriver = "{driver.name}"    # {driver.title.zh} · {driver.title.en}'
        )
        for one in settings_of(driver):
            typer.echo(f"  {one.key} = {one.kind} ({one.default}): {one.meaning}")
