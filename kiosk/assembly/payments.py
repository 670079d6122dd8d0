"""The ways to pay that need a device at the kiosk: puts their channels together with driver and records."""

from contextlib import AsyncExitStack
from pathlib import Path

from kiosk.clock import Clock
from kiosk.devices.byte_line import ByteLine, SerialByteLine, SerialSettings, TcpByteLine
from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import BAUD, FrameLine
from kiosk.devices.terminal.blob import BlobKey
from kiosk.devices.terminal.driver import NexoTerminal, Parties
from kiosk.devices.terminal.line import TerminalAddress, TerminalLine
from kiosk.domain.payment import Channel
from kiosk.payments.card.adapter import CardChannel, CardMerchant
from kiosk.payments.contract import PaymentChannel
from kiosk.payments.merchant_devices import PurseSettings, TerminalSettings, YangChengTongSection
from kiosk.payments.merchants import LoadedChannels
from kiosk.payments.yct.adapter import YctChannel
from kiosk.payments.yct.records import SqlitePurseRecords

PURSE_RECORDS = "purse.sqlite"
"""File of the purse debits in the state folder: each is on the disk before its card is debited."""


def device_channels(
    loaded: LoadedChannels, state: Path, clock: Clock, stack: AsyncExitStack
) -> dict[Channel, PaymentChannel]:
    """Return the channels of card terminal and purse reader, as far as the payment folder configures them.

    What they hold is let go of by `stack`, the channels first.

    Raises:
        RecordsUnavailable: the purse debits cannot be kept or read: nobody could tell what is in doubt.
    """
    channels: dict[Channel, PaymentChannel] = {}
    if loaded.terminal is not None:
        channels[Channel.CARD] = _card(loaded.terminal, clock, stack)
    if loaded.purse is not None:
        channels[Channel.YCT] = _yct(loaded.purse, state, clock, stack)
    for channel in channels.values():
        stack.push_async_callback(channel.aclose)
    return channels


def _card(settings: TerminalSettings, clock: Clock, stack: AsyncExitStack) -> CardChannel:
    section, key = settings.section, settings.key
    terminal = NexoTerminal(
        TerminalLine(TerminalAddress(section.url, settings.authority, section.server_name)),
        clock,
        Parties(section.sale_id, section.poi_id),
        key=BlobKey(key.identifier, key.version, key.passphrase) if key is not None else None,
        simulated=section.simulated,
    )
    stack.push_async_callback(terminal.close)
    return CardChannel(terminal, CardMerchant(section.merchant, section.simulated), clock)


def _yct(settings: PurseSettings, state: Path, clock: Clock, stack: AsyncExitStack) -> YctChannel:
    section = settings.section
    records = SqlitePurseRecords(state / PURSE_RECORDS)
    stack.callback(records.close)
    code = section.merchant_code
    reader = LinePurseReader(
        FrameLine(_cable(section)),
        clock,
        merchant_code=bytes.fromhex(code) if code is not None else None,
        simulated=section.simulated,
    )
    stack.push_async_callback(reader.close)
    return YctChannel(reader, records, clock, simulated=section.simulated, tac_key=settings.tac_key)


def _cable(section: YangChengTongSection) -> ByteLine:
    if section.serial is not None:
        return SerialByteLine(SerialSettings(section.serial, BAUD))
    return TcpByteLine(section.host or "", section.port)
