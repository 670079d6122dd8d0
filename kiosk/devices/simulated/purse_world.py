"""What the simulated purse reader and its cards remember, in one file; and the keys, in another."""

import os
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.simulated.purse_card import PurseKeys, PurseState
from kiosk.devices.simulated.state_files import StateFolder

TERMINAL = "445801000001"
"""The number of the simulated reader's security module, 6 bytes."""

_KEYS_FILE = "purse_keys.bin"
_KEPT = 16


class Unfinished(BaseModel):
    """A debit that the reader has begun with one card.

    Attributes:
        debiting: the debit has been sent to the card; only the card knows what became of it.
        tac: the card's proof, once the reader has it; the host may have missed it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    logical: str = Field(pattern="^[0-9a-f]{16}$")
    amount: int = Field(gt=0, lt=2**32)
    serial: int = Field(ge=0, lt=2**32)
    count: int = Field(ge=0, lt=2**16)
    time: str = Field(pattern="^[0-9]{14}$")
    mac1: str = Field(pattern="^[0-9a-f]{8}$")
    session: str = Field(pattern="^[0-9a-f]{16}$", repr=False)
    debiting: bool = False
    tac: str | None = Field(default=None, pattern="^[0-9a-f]{8}$")


def _fresh_cards() -> dict[str, PurseState]:
    def card(number: int, balance: int, **more: bool | int) -> PurseState:
        return PurseState.model_validate(
            {
                "physical": f"{0xA100000000000000 + number:016x}",
                "logical": f"{0x5100000000000000 + number:016x}",
                "balance": balance,
                **more,
            }
        )

    return {
        "full": card(1, 50_000),
        "other": card(2, 30_000),
        "poor": card(3, 300, floor_yuan=1),
        "expired": card(4, 20_000, expired=True),
        "blacklisted": card(5, 20_000, blacklisted=True),
        "old": card(6, 20_000, is_m1=True),
    }


class PurseWorld(BaseModel):
    """The content of ``purse.json``: the cards, which of them lies on the reader, and what it has begun."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    readable: bool = True
    cards: dict[str, PurseState] = Field(default_factory=_fresh_cards, max_length=32)
    present: str | None = None
    serial: int = Field(default=0, ge=0, lt=2**32)
    unfinished: tuple[Unfinished, ...] = Field(default=(), max_length=_KEPT)

    def card(self) -> PurseState | None:
        """Return the card on the reader."""
        return self.cards.get(self.present or "")

    def with_card(self, card: PurseState) -> "PurseWorld":
        """Return the world with the card on the reader replaced by its later self."""
        return self.model_copy(update={"cards": {**self.cards, self.present or "": card}})

    def with_present(self, slug: str | None) -> "PurseWorld":
        """Return the world with another card, or none, on the reader; cards lose their power."""
        cards = {name: card.powered_off() for name, card in self.cards.items()}
        return self.model_copy(update={"present": slug, "cards": cards})

    def begun(self, logical: str) -> Unfinished | None:
        """Return what was begun with a card."""
        return next((entry for entry in self.unfinished if entry.logical == logical), None)

    def with_begun(self, entry: Unfinished) -> "PurseWorld":
        """Return the world in which `entry` is what was begun with its card."""
        others = self.without(entry.logical).unfinished
        return self.model_copy(update={"unfinished": (*others, entry)[-_KEPT:]})

    def without(self, logical: str) -> "PurseWorld":
        """Return the world in which nothing is begun with a card."""
        kept = tuple(entry for entry in self.unfinished if entry.logical != logical)
        return self.model_copy(update={"unfinished": kept})


def load_keys(folder: StateFolder) -> PurseKeys:
    """Return the simulated operator's keys, made at the first start; their file has mode 0600."""
    path = folder.path / _KEYS_FILE
    with folder.locked():
        if not path.exists():
            folder.replace(_KEYS_FILE, secrets.token_bytes(32))
        content = _read(path)
    return PurseKeys(purchase=content[:16], tac=content[16:])


def _read(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        content = file.read(33)
    if len(content) != 32:
        raise ValueError(f"{path} does not hold two keys: remove it, and the simulated cards with it")
    return content
