"""What `kiosk device` shows of one simulated device, as a table for people or JSON for programs."""

import json
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk.commands.device_money import money_facts
from kiosk.devices.contracts import DeviceName
from kiosk.devices.easyprinter.upkeep import Upkeep
from kiosk.devices.simulated.faults import faults_of
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.mechanism import BIN_CAPACITY

Facts = dict[str, Any]


def facts_of(parts: SimulatedParts, device: DeviceName) -> Facts:
    """Return state, armed faults and counters of one device."""
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


def show(rows: list[Facts], as_json: bool) -> None:
    """Print what devices say."""
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
