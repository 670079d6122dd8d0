"""The simulated card terminal and purse reader beside a machine, and their sections of merchants.toml."""

import asyncio
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import Clock
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.money_devices import purse_core, simulated_terminal
from kiosk.devices.simulated.purse import PurseTcpPort
from kiosk.devices.simulated.purse_core import PurseCore
from kiosk.devices.simulated.terminal import POI_ID, SimulatedTerminalServer
from kiosk.devices.simulated.terminal_protocol import MERCHANT
from kiosk.devices.terminal.blob import BlobKey
from kiosk.payments.keyfiles import read_secret_text, write_file
from kiosk.payments.merchant_devices import (
    KEY_FILE,
    PURSE_SECTION,
    TAC_KEY_FILE,
    TERMINAL_SECTION,
    CardTerminalSection,
    RawSection,
    YangChengTongSection,
    put_sections,
)
from kiosk.payments.merchants import read_merchants
from kiosk.payments.sections import MERCHANTS_FILE, Section

_KEY_ID = "kiosk"
_MERCHANT_CODE = "1234"


@dataclass(frozen=True, slots=True)
class SimulatedTills:
    """What a payer meets at a simulated machine; None where the real device is configured."""

    terminal: SimulatedTerminalServer | None
    purse: PurseCore | None


async def simulated_tills(
    folder: Path, machine: SimulatedMachine, kiosk_id: str, clock: Clock, stack: AsyncExitStack
) -> SimulatedTills:
    """Switch both devices on and write where they are into the payment folder; a live section stays alone.

    Args:
        folder: the payment folder, with its merchants.toml.

    Raises:
        KeyUnusable: the payment folder is wrong; file and remedy stand in the text.
        OSError: a port is not to be had.
    """
    merchants = read_merchants(folder)
    sections: dict[str, Section] = {}
    terminal = purse = None
    if _ours(merchants.card_terminal):
        key = BlobKey(_KEY_ID, 1, _passphrase(folder / TERMINAL_SECTION / KEY_FILE))
        terminal = SimulatedTerminalServer(simulated_terminal(machine, clock, key, machine.pace.factor))
        await asyncio.to_thread(stack.enter_context, terminal)
        sections[TERMINAL_SECTION] = _terminal_section(terminal, kiosk_id)
    if _ours(merchants.yang_cheng_tong):
        purse = purse_core(machine)
        sections[PURSE_SECTION] = await _purse_section(purse, stack)
        write_file(folder / PURSE_SECTION / TAC_KEY_FILE, purse.keys.tac.hex().encode("ascii"))
    if sections:
        put_sections(folder / MERCHANTS_FILE, sections)
    return SimulatedTills(terminal, purse)


def _ours(section: RawSection | None) -> bool:
    """Tell whether a section may be written anew: there is none, or it names what was simulated."""
    return section is None or section.get("simulated") is True


def _terminal_section(server: SimulatedTerminalServer, kiosk_id: str) -> CardTerminalSection:
    return CardTerminalSection(
        simulated=True, url=server.url, merchant=MERCHANT, sale_id=kiosk_id, poi_id=POI_ID, key_id=_KEY_ID
    )


async def _purse_section(core: PurseCore, stack: AsyncExitStack) -> YangChengTongSection:
    core.restart()
    port = PurseTcpPort(core)
    await port.start()
    stack.push_async_callback(port.close)
    host, number = port.address
    return YangChengTongSection(simulated=True, host=host, port=number, merchant_code=_MERCHANT_CODE)


def _passphrase(path: Path) -> str:
    """Return the passphrase shared with the simulated terminal, made at the first start."""
    if not path.exists():
        write_file(path, secrets.token_urlsafe(24).encode())
    return read_secret_text(path).decode("ascii")
