"""`kiosk device`: what a payer and a visitor do around the card: phone, bank card, purse, keypad, cabinet."""

from typing import Annotated

import typer

from kiosk.commands.device_group import AsJson, State, act, group
from kiosk.commands.device_money import at_purse_reader, at_terminal
from kiosk.devices.cabinet_contracts import Key
from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.cabinet import CabinetPicture
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.ups import PowerPicture

app = typer.Typer()

_scanner = group(app, DeviceName.PAYMENT_SCANNER, "The scanner of the code on a payer's phone.")
_terminal = group(app, DeviceName.CARD_TERMINAL, "The card terminal; a running kiosk gives it payments.")
_purse = group(app, DeviceName.PURSE_READER, "The Yang Cheng Tong reader and its virtual cards.")
_keypad = group(app, DeviceName.KEYPAD, "The tactile keypad and the headphone jack.")
group(app, DeviceName.LIGHTS, "The guidance lights.")
group(app, DeviceName.SOUNDS, "The loudspeaker.")
_cabinet = group(app, DeviceName.CABINET, "Doors, covers, key switch and tamper sensors.")
_ups = group(app, DeviceName.UPS, "The uninterruptible power supply.")

BankCard = Annotated[str, typer.Argument(help="debit, credit, empty or foreign.")]


@_scanner.command("show-code")
def show_code(code: str, state: State, as_json: AsJson = False) -> None:
    """Hold a code in front of the scanner, such as one of the sandbox's /wallet page."""
    act(state, DeviceName.PAYMENT_SCANNER, as_json, lambda parts: parts.payment_scanner.show(code))


@_terminal.command("insert")
def insert_card(card: BankCard, state: State, as_json: AsJson = False) -> None:
    """Put a bank card into the terminal."""
    act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "insert", card))


@_terminal.command("tap")
def tap_card(card: BankCard, state: State, as_json: AsJson = False) -> None:
    """Hold a bank card to the terminal."""
    act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "tap", card))


@_terminal.command("pin")
def enter_pin(digits: str, state: State, as_json: AsJson = False) -> None:
    """Type a PIN on the terminal's pad."""
    act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "pin", digits))


@_terminal.command("walk-away")
def leave_terminal(state: State, as_json: AsJson = False) -> None:
    """Take the card and leave, or press the red key."""
    act(state, DeviceName.CARD_TERMINAL, as_json, lambda parts: at_terminal(parts, "walk-away"))


@_purse.command("hold")
def hold_purse(
    card: Annotated[str, typer.Argument(help="full, other, poor, expired, blacklisted or old.")],
    state: State,
    as_json: AsJson = False,
) -> None:
    """Hold a Yang Cheng Tong card to the reader; it stays there."""
    act(state, DeviceName.PURSE_READER, as_json, lambda parts: at_purse_reader(parts, card))


@_purse.command("remove")
def remove_purse(state: State, as_json: AsJson = False) -> None:
    """Take the Yang Cheng Tong card away."""
    act(state, DeviceName.PURSE_READER, as_json, lambda parts: at_purse_reader(parts, None))


@_keypad.command("press")
def press(keys: list[Key], state: State, as_json: AsJson = False) -> None:
    """Press keys, one after the other."""

    def pressed(parts: SimulatedParts) -> None:
        for key in keys:
            parts.keypad.press(key)

    act(state, DeviceName.KEYPAD, as_json, pressed)


@_keypad.command("plug-in")
def plug_in(state: State, as_json: AsJson = False) -> None:
    """Plug headphones in."""
    act(state, DeviceName.KEYPAD, as_json, lambda parts: parts.keypad.plug(there=True))


@_keypad.command("pull-out")
def pull_out(state: State, as_json: AsJson = False) -> None:
    """Pull the headphones out."""
    act(state, DeviceName.KEYPAD, as_json, lambda parts: parts.keypad.plug(there=False))


@_cabinet.command("picture")
def cabinet_picture(picture: CabinetPicture, state: State, as_json: AsJson = False) -> None:
    """Let the cabinet's sensors see this."""
    act(state, DeviceName.CABINET, as_json, lambda parts: parts.cabinet.show(picture))


@_ups.command("picture")
def power_picture(picture: PowerPicture, state: State, as_json: AsJson = False) -> None:
    """Let mains and battery be so."""
    act(state, DeviceName.UPS, as_json, lambda parts: parts.ups.show(picture))
