"""What a reading is: a payment code, the printed line of a permit, or something else."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from kiosk import resources
from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.scanner.framing import LONGEST
from kiosk.domain.mrz import LINE_LENGTH, PermitLine, normalise_line, parse_line
from kiosk.domain.payment import Channel

_FILLERS = {LINE_LENGTH: 2, 36: 3, 44: 3}
"""Fillers that a line of that length shows at least: the permit's, TD2 and TD3 (ICAO Doc 9303-6, -4)."""


class _Range(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: int = Field(alias="from", ge=1)
    last: int = Field(alias="to", ge=1)

    def holds(self, number: int) -> bool:
        return self.first <= number <= self.last


class _Network(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Channel
    prefixes: _Range
    digits: _Range
    source: str = Field(min_length=1)


class _Networks(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    network: tuple[_Network, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class PermitReading:
    """The printed line of a permit.

    Attributes:
        text: as read.
        sound: whether its check digits agree once the known misreadings are undone.
    """

    text: str
    sound: bool


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A code of another kind, e.g. the QR code of a slip, or nonsense."""

    text: str


Reading = PaymentCode | PermitReading | OtherReading


def classify(text: str, today: date) -> Reading:
    """Tell what a reading is; `today` is the Beijing date, by which a line's birth date is read."""
    code = payment_code(text)
    if code is not None:
        return code
    line = permit_line(text, today)
    return OtherReading(text) if line is None else line


def payment_code(text: str) -> PaymentCode | None:
    """Return the payment code that a text is; None for none, and where two networks would claim it."""
    if not (text.isascii() and text.isdigit()):
        return None
    prefix, length = int(text[:2]), len(text)
    fits = [one for one in networks() if one.prefixes.holds(prefix) and one.digits.holds(length)]
    return PaymentCode(fits[0].channel, text) if len(fits) == 1 else None


def permit_line(text: str, today: date) -> PermitReading | None:
    """Return the printed line that a text is or may be; None for what cannot be one.

    A text of digits alone is never a line: it begins with a letter, whatever is misread further on.
    """
    line = normalise_line(text)
    if isinstance(parse_line(line, today), PermitLine):
        return PermitReading(text, sound=True)
    may_be = line.isascii() and line.isprintable() and line.count("<") >= _FILLERS.get(len(line), LONGEST)
    return PermitReading(text, sound=False) if may_be else None


@cache
def networks() -> tuple[_Network, ...]:
    """Return the networks of ``resources/data/payment_codes.toml``."""
    return _Networks.model_validate(tomllib.loads(resources.text("data", "payment_codes.toml"))).network
