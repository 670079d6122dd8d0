"""`kiosk device`: the simulated devices from the shell, while the kiosk runs or before it starts.

What is changed here is noticed by a running kiosk; the fault interface is the one of the tester's dock.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk.clock import SystemClock
from kiosk.commands.device_drivers import list_drivers
from kiosk.commands.device_money import at_purse_reader, at_terminal, money_facts
from kiosk.commands.device_scenario import scenario
from kiosk.config import default_state
from kiosk.devices.cabinet_contracts import Key
from kiosk.devices.contracts import DeviceName, Orientation
from kiosk.devices.easyprinter.upkeep import Upkeep
from kiosk.devices.simulated.cabinet import CabinetPicture
from kiosk.devices.simulated.camera import HINTS
from kiosk.devices.simulated.faults import FaultMode, faults_of
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import BIN_CAPACITY, NotPossible
from kiosk.devices.simulated.printer_station import PrinterStation
from kiosk.devices.simulated.serial_port import SimulatedSerialPort
from kiosk.devices.simulated.slip_printer import ROLL
from kiosk.devices.simulated.ups import PowerPicture

app = typer.Typer(no_args_is_help=True, help="The simulated devices' states and faults.")
app.command("scenario")(scenario)
app.command("drivers")(list_drivers)

State = Annotated[
    Path, typer.Option("--state", help="State folder of the kiosk.", default_factory=default_state)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

Facts = dict[str, Any]


@app.command("list")
def list_devices(state: State, as_json: AsJson = False) -> None:
    """List every simulated device: state, where the card is, armed faults, counters."""
    parts = _parts(state)
    _print([_facts(parts, device) for device in DeviceName], as_json)


@app.command("clear-faults")
def clear_faults(state: State, as_json: AsJson = False) -> None:
    """Clear every armed fault of every device."""
    parts = _parts(state)
    parts.faults.clear_all()
    _print([_facts(parts, device) for device in DeviceName], as_json)


@app.command("printer-station")
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


def _parts(state: Path) -> SimulatedParts:
    return SimulatedParts(state, SystemClock(), 0.0)


def _act(state: Path, device: DeviceName, as_json: bool, act: Callable[[SimulatedParts], object]) -> None:
    """Do what the tester asks and show the device afterwards; exit 1 where it cannot be done."""
    parts = _parts(state)
    try:
        act(parts)
    except (NotPossible, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _print([_facts(parts, device)], as_json)


def _group(device: DeviceName, words: str) -> typer.Typer:
    """Return the commands that every device has: show, fault set, fault clear."""
    group = typer.Typer(no_args_is_help=True, help=words)
    fault = typer.Typer(no_args_is_help=True, help="Arm and clear faults.")
    known = ", ".join(kind.name for kind in faults_of(device))

    @group.command("show")
    def show(state: State, as_json: AsJson = False) -> None:
        """Show the device's state, armed faults and counters."""
        _act(state, device, as_json, lambda parts: parts)

    @fault.command("set", help=f"Arm a fault: {known}.")
    def set_fault(
        name: str,
        state: State,
        until_cleared: Annotated[bool, typer.Option(help="Not for one use, but until cleared.")] = False,
        as_json: AsJson = False,
    ) -> None:
        mode = FaultMode.UNTIL_CLEARED if until_cleared else FaultMode.ONCE
        _act(state, device, as_json, lambda parts: parts.faults.arm(device, name, mode))

    @fault.command("clear", help=f"Clear one fault, or all of the device: {known}.")
    def clear_fault(
        state: State, name: Annotated[str | None, typer.Argument()] = None, as_json: AsJson = False
    ) -> None:
        _act(state, device, as_json, lambda parts: parts.faults.clear(device, name))

    group.add_typer(fault, name="fault")
    app.add_typer(group, name=device.value)
    return group


_station = _group(DeviceName.STATION, "The card's way through the machine.")
_group(DeviceName.CHIP, "The chip reader.")
_group(DeviceName.SCANNER, "The scanner of the printed line.")
_camera = _group(DeviceName.CAMERA, "The face camera.")
_printer = _group(DeviceName.PRINTER, "The thermo-rewrite card printer.")
_slip = _group(DeviceName.SLIP, "The slip printer.")
_document = _group(DeviceName.DOCUMENT, "The A4 printer.")
_scanner = _group(DeviceName.PAYMENT_SCANNER, "The scanner of the code on a payer's phone.")
_terminal = _group(DeviceName.CARD_TERMINAL, "The card terminal; a running kiosk gives it payments.")
_purse = _group(DeviceName.PURSE_READER, "The Yang Cheng Tong reader and its virtual cards.")
_keypad = _group(DeviceName.KEYPAD, "The tactile keypad and the headphone jack.")
_group(DeviceName.LIGHTS, "The guidance lights.")
_group(DeviceName.SOUNDS, "The loudspeaker.")
_cabinet = _group(DeviceName.CABINET, "Doors, covers, key switch and tamper sensors.")
_ups = _group(DeviceName.UPS, "The uninterruptible power supply.")

Permit = Annotated[str, typer.Argument(help="Folder name of a specimen permit.")]
UpsideDown = Annotated[bool, typer.Option("--upside-down", help="The wrong way up.")]


@_station.command("insert")
def insert(name: Permit, state: State, upside_down: UpsideDown = False, as_json: AsJson = False) -> None:
    """Put a permit into the slot."""
    _act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.insert(name, _way(upside_down)))


@_station.command("half")
def half(name: Permit, state: State, upside_down: UpsideDown = False, as_json: AsJson = False) -> None:
    """Put a permit only half into the slot."""
    _act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.push_half(name, _way(upside_down)))


@_station.command("take")
def take(state: State, as_json: AsJson = False) -> None:
    """Take the card from the slot."""
    _act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.take())


@_station.command("pull")
def pull(state: State, as_json: AsJson = False) -> None:
    """Pull the card out by force, wherever it is."""
    _act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.pull())


@_station.command("empty-bin")
def empty_bin(state: State, as_json: AsJson = False) -> None:
    """Take the retained cards out of the bin."""
    _act(state, DeviceName.STATION, as_json, lambda parts: parts.mechanism.empty_bin())


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
    _act(
        state,
        DeviceName.CAMERA,
        as_json,
        lambda parts: parts.camera.stand_in_front(person, hints=hints, photo=photo),
    )


@_camera.command("walk-away")
def walk_away(state: State, as_json: AsJson = False) -> None:
    """Let nobody stand in front of the machine."""
    _act(state, DeviceName.CAMERA, as_json, lambda parts: parts.camera.walk_away())


@_slip.command("refill")
def refill(
    state: State,
    slips: Annotated[int, typer.Option(min=0, max=ROLL, help="Slips that the roll yields.")] = ROLL,
    as_json: AsJson = False,
) -> None:
    """Put a new roll of paper in, or what is left of one."""
    _act(state, DeviceName.SLIP, as_json, lambda parts: parts.slip.refill(slips))


@_printer.command("wear")
def wear(
    name: Permit,
    times: Annotated[int, typer.Argument(min=1, max=10_000, help="Rewritings to add.")],
    state: State,
    as_json: AsJson = False,
) -> None:
    """Let a card's film have been rewritten more often; past 500 times it stays pale."""
    _act(state, DeviceName.PRINTER, as_json, lambda parts: parts.films.rewritten(_known(parts, name), times))


def _known(parts: SimulatedParts, name: str) -> str:
    if name not in parts.mechanism.permit_names():
        raise NotPossible(f"there is no permit named {name!r:.70}")
    return name


@_document.command("refill")
def refill_cassette(state: State, as_json: AsJson = False) -> None:
    """Fill the paper cassette up."""
    _act(state, DeviceName.DOCUMENT, as_json, lambda parts: parts.document.refill())


@_document.command("clear-jam")
def clear_jam(state: State, as_json: AsJson = False) -> None:
    """Take the jammed sheet out."""
    _act(state, DeviceName.DOCUMENT, as_json, lambda parts: parts.document.clear_jam())


@_scanner.command("show-code")
def show_code(code: str, state: State, as_json: AsJson = False) -> None:
    """Hold a code in front of the scanner, such as one of the sandbox's /wallet page."""
    _act(state, DeviceName.PAYMENT_SCANNER, as_json, lambda parts: parts.payment_scanner.show(code))


BankCard = Annotated[str, typer.Argument(help="debit, credit, empty or foreign.")]


@_terminal.command("insert")
def insert_card(card: BankCard, state: State, as_json: AsJson = False) -> None:
    """Put a bank card into the terminal."""
    _act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "insert", card))


@_terminal.command("tap")
def tap_card(card: BankCard, state: State, as_json: AsJson = False) -> None:
    """Hold a bank card to the terminal."""
    _act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "tap", card))


@_terminal.command("pin")
def enter_pin(digits: str, state: State, as_json: AsJson = False) -> None:
    """Type a PIN on the terminal's pad."""
    _act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "pin", digits))


@_terminal.command("walk-away")
def leave_terminal(state: State, as_json: AsJson = False) -> None:
    """Take the card and leave, or press the red key."""
    _act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "walk-away"))


@_purse.command("hold")
def hold_purse(
    card: Annotated[str, typer.Argument(help="full, other, poor, expired, blacklisted or old.")],
    state: State,
    as_json: AsJson = False,
) -> None:
    """Hold a Yang Cheng Tong card to the reader; it stays there."""
    _act(state, DeviceName.PURSE_READER, as_json, lambda parts: at_purse_reader(parts, card))


@_purse.command("remove")
def remove_purse(state: State, as_json: AsJson = False) -> None:
    """Take the Yang Cheng Tong card away."""
    _act(state, DeviceName.PURSE_READER, as_json, lambda parts: at_purse_reader(parts, None))


@_keypad.command("press")
def press(keys: list[Key], state: State, as_json: AsJson = False) -> None:
    """Press keys, one after the other."""

    def act(parts: SimulatedParts) -> None:
        for key in keys:
            parts.keypad.press(key)

    _act(state, DeviceName.KEYPAD, as_json, act)


@_keypad.command("plug-in")
def plug_in(state: State, as_json: AsJson = False) -> None:
    """Plug headphones in."""
    _act(state, DeviceName.KEYPAD, as_json, lambda parts: parts.keypad.plug(there=True))


@_keypad.command("pull-out")
def pull_out(state: State, as_json: AsJson = False) -> None:
    """Pull the headphones out."""
    _act(state, DeviceName.KEYPAD, as_json, lambda parts: parts.keypad.plug(there=False))


@_cabinet.command("picture")
def cabinet_picture(picture: CabinetPicture, state: State, as_json: AsJson = False) -> None:
    """Let the cabinet's sensors see this."""
    _act(state, DeviceName.CABINET, as_json, lambda parts: parts.cabinet.show(picture))


@_ups.command("picture")
def power_picture(picture: PowerPicture, state: State, as_json: AsJson = False) -> None:
    """Let mains and battery be so."""
    _act(state, DeviceName.UPS, as_json, lambda parts: parts.ups.show(picture))


def _way(upside_down: bool) -> Orientation:
    return Orientation.UPSIDE_DOWN if upside_down else Orientation.RIGHT


def _facts(parts: SimulatedParts, device: DeviceName) -> Facts:
    armed = [fault for fault in parts.faults.active() if fault.device == device]
    return {
        "device": device.value,
        **_details(parts, device),
        "faults": {fault.name: fault.mode.value for fault in armed},
    }


def _details(parts: SimulatedParts, device: DeviceName) -> Facts:
    state = parts.mechanism.state()
    match device:
        case DeviceName.STATION:
            return {
                "picture": state.picture.value,
                "position": state.position.value,
                "card": state.card,
                "orientation": state.orientation.value,
                "entry_open": state.entry_open,
                "retained": list(state.retained),
                "bin_capacity": BIN_CAPACITY,
                "counters": state.counters.model_dump(include={"accepted", "presented", "retained"}),
            }
        case DeviceName.PRINTER:
            cycles = None if state.card is None else parts.films.cycles(state.card)
            counts = {one.what.value: one.count for one in Upkeep(parts.printer_book(), None).counters()}
            return {"phase": state.print_phase.value, "film_cycles": cycles, "counters": counts}
        case DeviceName.CAMERA:
            return parts.camera.scene().model_dump(mode="json")
        case DeviceName.SLIP:
            tray = parts.slip.tray()
            return {"paper_left": tray.paper_left, "counters": {"printed": tray.printed}}
        case DeviceName.DOCUMENT:
            pages = parts.document.tray()
            facts = {"paper_left": pages.paper_left, "toner_left": pages.toner_left, "jammed": pages.jammed}
            return {**facts, "counters": {"printed": pages.printed}}
        case DeviceName.KEYPAD:
            keys = parts.keypad.keys()
            return {"headphones": keys.headphones.value, "counters": {"pressed": keys.count}}
        case DeviceName.LIGHTS:
            lit = parts.lights.panel().lit
            return {
                "lit": [f"{light} {lamp.rate} {lamp.colour or ''}".strip() for light, lamp in lit.items()]
            }
        case DeviceName.SOUNDS:
            speaker = parts.sounds.loudspeaker()
            last = [f"{played.tone} at {played.volume}" for played in speaker.last[-3:]]
            return {"last": last, "counters": {"played": speaker.count}}
        case DeviceName.CABINET:
            return {"picture": parts.cabinet.state().picture.value}
        case DeviceName.UPS:
            return {"picture": parts.ups.state().picture.value}
    return money_facts(parts, device)


def _print(rows: list[Facts], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows if len(rows) > 1 else rows[0], ensure_ascii=False, indent=1))
        return
    table = Table("device", "state", "armed faults", "counters")
    for row in rows:
        rest = {key: value for key, value in row.items() if key not in {"device", "faults", "counters"}}
        table.add_row(
            row["device"], _lines(rest), _fault_lines(row), _lines(row.get("counters", {})), end_section=True
        )
    Console().print(table)


def _lines(facts: Facts) -> str:
    return "\n".join(f"{name}: {_plain(value)}" for name, value in facts.items())


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None | [] | ():
            return "-"
        case list():
            return ", ".join(map(str, value))
    return str(value)


def _fault_lines(row: Facts) -> str:
    words = {kind.name: kind.text for kind in faults_of(row["device"])}
    return "\n".join(
        f"{name} ({mode}): {words[name].zh} {words[name].en}" for name, mode in row["faults"].items()
    )
