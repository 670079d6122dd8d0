"""`kiosk upkeep`: what a technician does at the configured devices: look, clean, erase a film, reset.

It works at the devices of the settings, real ones too, and therefore only while no kiosk runs and no visit is
open: the state folder is held as a running kiosk holds it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.assembly.fitting import DriverUnusable, fit
from kiosk.assembly.plan import Choice, Misconfigured, consider
from kiosk.clock import SystemClock
from kiosk.commands.options import with_options
from kiosk.commands.reporting import complain
from kiosk.config import Settings, SettingsInvalid, load_settings
from kiosk.devices.contracts import Completion, Device, Done, FilmEraser, MediaAction, MediaPosition, Refused
from kiosk.devices.driver import Place
from kiosk.devices.upkeep import Cleanable, Maintained
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.visit.model import Step

app = typer.Typer(no_args_is_help=True, help="A technician's work at the configured devices.")

CLEAN_S, ERASE_S, RESET_S = 120.0, 60.0, 60.0
"""How long each may take, seconds."""

Name = Annotated[str, typer.Argument(metavar="DEVICE", help="As in kiosk.toml, e.g. card_printer.")]
State = Annotated[Path | None, typer.Option("--state", help="State folder of the kiosk.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file, kiosk.toml.")]
Simulate = Annotated[bool, typer.Option(help="As for kiosk run: simulate what is not configured.")]

Work = Callable[[Device], Awaitable[Completion[Any]]]


class NotPossible(Exception):
    """It is not to be done now, or not at this device; the text says why."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Whose device is worked at."""

    settings: Settings
    simulate: bool


def _carry_out(
    work: Work, name: Name, state: State = None, config: Config = None, simulate: Simulate = False
) -> None:
    """Do it; exit code 0: done; 1: not possible, refused, failed or nobody can say; 2: wrong settings."""
    try:
        settings = load_settings(config, state=state)
        completion = asyncio.run(at_device(Machine(settings, simulate), name, work))
    except SettingsInvalid as error:
        complain(str(error), 2)
    except NotPossible as error:
        complain(f"{name}: {error}", 1)
    except DriverUnusable as error:
        complain(str(error), 1)
    if isinstance(completion, Done):
        shown = completion.value
        typer.echo("done" if shown is None or isinstance(shown, MediaPosition) else shown)
        return
    word = "refused" if isinstance(completion, Refused) else type(completion).__name__.lower()
    complain(f"{name}: {word}: {completion.fault.code} {completion.fault.detail}".rstrip(), 1)


def _working(wish: Callable[..., Work]) -> Callable[..., Work]:
    """Make a command of what says which work is wished; the options of every work are `_carry_out`'s."""
    app.command(wish.__name__)(with_options(_carry_out, wish))
    return wish


@_working
def show() -> Work:
    """Show as JSON what the device uses up, has counted, and can do for its upkeep."""

    async def look(device: Device) -> Completion[Any]:
        consumables = await device.consumables() if isinstance(device, Maintained) else ()
        counters = await device.counters() if isinstance(device, Maintained) else ()
        told = {
            "state": (await device.status()).state,
            "consumables": [
                {"name": c.name, "level": c.level, "left": c.left, "threshold": c.threshold, "unit": c.unit}
                for c in consumables
            ],
            "counters": {counter.what.value: counter.count for counter in counters},
            "cleans": isinstance(device, Cleanable),
            "erases": isinstance(device, FilmEraser),
        }
        return Done(json.dumps(told, ensure_ascii=False, indent=1))

    return look


@_working
def clean() -> Work:
    """Run the cleaning card that lies in the slot through the device, and give it back."""

    async def work(device: Device) -> Completion[Any]:
        if not isinstance(device, Cleanable):
            raise NotPossible("this device is not cleaned by a command")
        return await device.clean(deadline_s=CLEAN_S)

    return work


@_working
def erase() -> Work:
    """Erase the film of the card at the print position, e.g. before a worn card is destroyed."""

    async def work(device: Device) -> Completion[Any]:
        if not isinstance(device, FilmEraser):
            raise NotPossible("this device cannot leave a film empty")
        return await device.erase_card(deadline_s=ERASE_S)

    return work


@_working
def reset(
    action: Annotated[MediaAction, typer.Option(help="What becomes of a card inside.")] = MediaAction.KEEP,
) -> Work:
    """Bring the device back to its resting state."""
    return lambda device: device.reset(action, deadline_s=RESET_S)


async def at_device(machine: Machine, name: str, work: Work) -> Completion[Any]:
    """Make the device and work at it, with nobody else in the machine.

    Raises:
        SettingsInvalid: the device is not configured, or wrongly.
        DriverUnusable: its driver cannot make it.
        NotPossible: a kiosk runs, a visit is open, or the device does no such thing.
    """
    from kiosk.app import StateInUse, only_one  # loads what only a machine needs

    settings = machine.settings
    choice = _choice(machine, name)
    async with AsyncExitStack() as stack:
        try:
            stack.enter_context(only_one(settings.state))
        except (StateInUse, OSError) as error:
            raise NotPossible(str(error)) from error
        _nobody_inside(settings.state)
        place = Place(SystemClock(), settings.state)
        if machine.simulate:
            from kiosk.devices.simulated.machine import SimulatedMachine

            simulated = SimulatedMachine(settings.state, place.clock, settings.pace)
            stack.push_async_callback(simulated.close)
            await simulated.start()
            place = Place(place.clock, settings.state, simulated)
        return await work(await fit(choice, place, stack))


def _choice(machine: Machine, name: str) -> Choice:
    for one in consider(machine.settings, simulate=machine.simulate):
        if one.slot.device == name:
            if isinstance(one, Choice):
                return one
            why = one.why if isinstance(one, Misconfigured) else f"[devices.{name}]: this machine has none"
            raise SettingsInvalid(why)
    raise SettingsInvalid(f"[devices.{name}]: there is no such device; see kiosk doctor")


def _nobody_inside(state: Path) -> None:
    """Raise NotPossible where a visit has not come to its end: its card may still lie inside."""
    if not (state / "journal.db").exists():
        return
    try:
        journal = Journal.read(state)
        try:
            is_open = any(standing.step != Step.ENDED for standing in journal.standings())
        finally:
            journal.close()
    except JournalUnavailable as error:
        raise NotPossible(f"the journal cannot be asked whether a visit is open: {error}") from error
    if is_open:
        raise NotPossible("a visit is open: start the kiosk, or kiosk recover, and let it come to its end")
