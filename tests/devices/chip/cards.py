"""Cards, links and specimens that the chip tests share."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from kiosk.devices.chip import tlv
from kiosk.devices.chip.card_folder import Card, Overlong, Traits
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.virtual_chip import VirtualChip
from kiosk.devices.simulated.specimen_chip import length_information
from kiosk.domain.specimens import ChipVariant, Specimen
from kiosk.shipped import load_specimens
from tests.support.virtual_time import START

LINE = "CSC000000004<3406119<9001011<2"
SPECIMENS = {specimen.slug: specimen for specimen in load_specimens(START)}


def specimen_with(chip: ChipVariant) -> Specimen:
    return next(specimen for specimen in SPECIMENS.values() if specimen.chip is chip)


class ChipInHand:
    """A link to a virtual chip, with an ear for every command and a say in every answer."""

    def __init__(
        self,
        card: Card,
        twist: Callable[[int, bytes], bytes] = lambda _, answer: answer,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.chip = VirtualChip(card, random)
        self.commands: list[bytes] = []
        self.twist = twist

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    async def transmit(self, command: bytes) -> bytes:
        self.commands.append(command)
        return self.twist(len(self.commands), self.chip.process(command))


def sized(file: ChipFile, size: int) -> bytes:
    """Return a file of exactly so many bytes, whatever they are."""
    for length in range(size - 2, size - 6, -1):
        raw = tlv.encode(file.tag, bytes(index % 251 for index in range(length)))
        if len(raw) == size:
            return raw
    raise ValueError("no TLV has this size")


def card_of_sizes(sizes: Mapping[ChipFile, int]) -> Card:
    return Card({file.short_id: sized(file, size) for file, size in sizes.items()}, LINE)


def long_card(
    sizes: Mapping[ChipFile, int],
    atr: bytes,
    said: int | None,
    truth: int,
    overlong: Overlong = Overlong.CUT,
) -> Card:
    """Return a card that says it gives answers of `said` bytes, and in truth gives `truth`."""
    info = {} if said is None else {MasterFile.ATR_INFO.identifier: length_information(said)}
    traits = Traits(atr=atr, answer_bytes=truth, overlong=overlong)
    return replace(card_of_sizes(sizes), master_files=info, traits=traits)


def bsi_folder() -> Path:
    """Return where the reference set of BSI TR-03105-5 lies, if it lies there at all."""
    return Path(__file__).resolve().parents[4] / "shared" / "permits" / "bsi"
