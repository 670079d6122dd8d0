"""`kiosk device`: what a tester's hands do at the way of the card and at its printers."""

from typing import Annotated

import typer

from kiosk.commands.device_group import AsJson, State, act, group
from kiosk.devices.contracts import DeviceName, Orientation
from kiosk.devices.simulated.camera import HINTS
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import NotPossible
from kiosk.devices.simulated.slip_printer import ROLL

app = typer.Typer()

_station = group(app, DeviceName.STATION, "The card's way through the machine.")
group(app, DeviceName.CHIP, "The chip reader.")
group(app, DeviceName.SCANNER, "The scanner of the printed line.")
_camera = group(app, DeviceName.CAMERA, "The face camera.")
_printer = group(app, DeviceName.PRINTER, "The thermo-rewrite card printer.")
_slip = group(app, DeviceName.SLIP, "The slip printer.")
_document = group(app, DeviceName.DOCUMENT, "The A4 printer.")

Permit = Annotated[str, typer.Argument(help="Folder name of a specimen permit.")]
UpsideDown = Annotated[bool, typer.Option("--upside-down", help="The wrong way up.")]


@_station.command("insert")
def insert(name: Permit, state: State, upside_down: UpsideDown = False, as_json: AsJson = False) -> None:
    """Put a permit into the slot."""
    act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.insert(name, _way(upside_down)))


@_station.command("half")
def half(name: Permit, state: State, upside_down: UpsideDown = False, as_json: AsJson = False) -> None:
    """Put a permit only half into the slot."""
    act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.push_half(name, _way(upside_down)))


@_station.command("take")
def take(state: State, as_json: AsJson = False) -> None:
    """Take the card from the slot."""
    act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.take())


@_station.command("pull")
def pull(state: State, as_json: AsJson = False) -> None:
    """Pull the card out by force, wherever it is."""
    act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.pull())


@_station.command("empty-bin")
def empty_bin(state: State, as_json: AsJson = False) -> None:
    """Take the retained cards out of the bin."""
    act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.empty_bin())


@_camera.command("stand")
def stand(
    state: State,
    person: Annotated[
        str | None, typer.Argument(help="Whose permit it is; nobody named: the holder.")
    ] = None,
    hint: Annotated[list[str] | None, typer.Option(help=f"{', '.join(HINTS)}; repeatable.")] = None,
    photo: Annotated[bool, typer.Option("--photo", help="Hold up a picture of that person.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a person stand in front of the machine."""
    hints = tuple(hint or ())
    act(
        state,
        DeviceName.CAMERA,
        as_json,
        lambda parts: parts.camera.stand_in_front(person, hints=hints, photo=photo),
    )


@_camera.command("walk-away")
def walk_away(state: State, as_json: AsJson = False) -> None:
    """Let nobody stand in front of the machine."""
    act(state, DeviceName.CAMERA, as_json, lambda parts: parts.camera.walk_away())


@_slip.command("refill")
def refill(
    state: State,
    slips: Annotated[int, typer.Option(min=0, max=ROLL, help="Slips that the roll yields.")] = ROLL,
    as_json: AsJson = False,
) -> None:
    """Put a new roll of paper in, or what is left of one."""
    act(state, DeviceName.SLIP, as_json, lambda parts: parts.slip.refill(slips))


@_printer.command("wear")
def wear(
    name: Permit,
    times: Annotated[int, typer.Argument(min=1, max=10_000, help="Rewritings to add.")],
    state: State,
    as_json: AsJson = False,
) -> None:
    """Let a card's film have been rewritten more often; past 500 times it stays pale."""
    act(state, DeviceName.PRINTER, as_json, lambda parts: parts.films.rewritten(_known(parts, name), times))


@_document.command("refill")
def refill_cassette(state: State, as_json: AsJson = False) -> None:
    """Fill the paper cassette up."""
    act(state, DeviceName.DOCUMENT, as_json, lambda parts: parts.document.refill())


@_document.command("clear-jam")
def clear_jam(state: State, as_json: AsJson = False) -> None:
    """Take the jammed sheet out."""
    act(state, DeviceName.DOCUMENT, as_json, lambda parts: parts.document.clear_jam())


def _known(parts: SimulatedParts, name: str) -> str:
    if name not in parts.mechanism.permit_names():
        raise NotPossible(f"there is no permit named {name!r:.70}")
    return name


def _way(upside_down: bool) -> Orientation:
    return Orientation.UPSIDE_DOWN if upside_down else Orientation.RIGHT
