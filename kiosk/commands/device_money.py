"""What a payer does at the simulated terminal, purse reader and scanner; `kiosk device` has the words."""

from typing import Any

from kiosk.clock import SystemClock
from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.money_devices import purse_core, terminal_core
from kiosk.devices.simulated.terminal_core import NotNow
from kiosk.domain.money import Fen, yuan_text


def at_terminal(parts: SimulatedParts, action: str, word: str = "") -> None:
    """Insert or tap a card, type a PIN, leave; raise ValueError for what the terminal does not wait for."""
    core = terminal_core(parts, SystemClock())
    try:
        match action:
            case "insert":
                core.insert(word)
            case "tap":
                core.tap(word)
            case "pin":
                core.enter_pin(word)
            case _:
                core.walk_away()
    except NotNow as why:
        raise ValueError(str(why)) from why


def at_purse_reader(parts: SimulatedParts, card: str | None) -> None:
    """Hold a card to the reader, or take it away; raise ValueError for a card that does not exist."""
    core = purse_core(parts)
    if card is None:
        core.remove()
    else:
        core.present(card)


def money_facts(parts: SimulatedParts, device: DeviceName) -> dict[str, Any]:
    """Return what a device that takes money shows; {} for every other device."""
    match device:
        case DeviceName.CARD_TERMINAL:
            book = terminal_core(parts, SystemClock()).book()
            entry = book.under_way()
            return {
                "stage": entry.stage.value if entry else "idle",
                "yuan": yuan_text(Fen(entry.amount)) if entry else None,
                "counters": {"approved": sum(entry.approved for entry in book.transactions)},
            }
        case DeviceName.PURSE_READER:
            world = purse_core(parts).world()
            balances = [f"{name} {yuan_text(Fen(card.balance))}" for name, card in world.cards.items()]
            return {"present": world.present, "cards": balances, "counters": {"serial": world.serial}}
        case DeviceName.PAYMENT_SCANNER:
            return {"phone_shown": bool(parts.payment_scanner.phone().code)}
    return {}
