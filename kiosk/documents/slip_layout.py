"""The slip's measures and words: `resources/data/layouts/slip.toml`, parsed strictly."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from kiosk import resources
from kiosk.documents.layout import STRICT, LayoutInvalid, Length, Millimetres, parse_as
from kiosk.domain.endorsement import Destination
from kiosk.domain.payment import Channel
from kiosk.domain.text import Text

LegiblePoints = Annotated[float, Field(ge=10, le=36)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Paper:
    """The roll, mm."""

    width: Annotated[float, Field(ge=50, le=120)]
    margin: Millimetres
    top: Millimetres
    bottom: Millimetres

    @property
    def printable(self) -> float:
        """Width between the margins, mm."""
        return self.width - 2 * self.margin


@dataclass(frozen=True, slots=True, config=STRICT)
class Sizes:
    """Font sizes in points; none below 10."""

    title: LegiblePoints
    heading: LegiblePoints
    text: LegiblePoints
    english: LegiblePoints
    total: LegiblePoints
    case: LegiblePoints


@dataclass(frozen=True, slots=True, config=STRICT)
class SlipCode:
    """The QR code; `module` in mm."""

    module: Length
    error_correction: Literal["L", "M", "Q", "H"]


@dataclass(frozen=True, slots=True, config=STRICT)
class SlipWords:
    """Every fixed text, Chinese and English."""

    title: Text
    subtitle: Text
    time: Text
    kiosk: Text
    permit: Text
    items: Text
    total: Text
    channel: Text
    paid: Text
    paid_at: Text
    order: Text
    transaction: Text
    not_charged: Text
    simulated: Text
    simulated_payment: Text
    refund: Text
    refund_number: Text
    refund_to: Text
    refund_notice: Text
    refund_open_notice: Text
    voucher: Text
    voucher_notice: Text
    on_card: Text
    valid_until: Text
    stay: Text
    days: Text
    control_no: Text
    not_printed: Text
    print_unknown: Text
    case: Text
    case_notice: Text
    visit: Text
    hotline: Text
    not_a_receipt: Text
    destinations: dict[Destination, Text]
    channels: dict[Channel, Text]


@dataclass(frozen=True, slots=True, config=STRICT)
class SlipLayout:
    """The whole file."""

    paper: Paper
    sizes: Sizes
    code: SlipCode
    words: SlipWords


def parse_slip_layout(text: str) -> SlipLayout:
    """Parse a slip layout; raise LayoutInvalid naming every fault and its place in the file."""
    layout = parse_as(SlipLayout, text)
    if layout.paper.printable < 40:
        raise LayoutInvalid("paper.margin: leaves less than 40 mm to print on")
    if set(layout.words.destinations) != set(Destination):
        raise LayoutInvalid("words.destinations: not one text for each destination")
    if set(layout.words.channels) != set(Channel):
        raise LayoutInvalid("words.channels: not one text for each way to pay")
    return layout


@cache
def load_slip_layout() -> SlipLayout:
    """Return the shipped slip layout, read once; raise LayoutInvalid naming the file."""
    try:
        return parse_slip_layout(resources.text("data", "layouts", "slip.toml"))
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutInvalid("slip.toml: cannot be read") from error
    except LayoutInvalid as error:
        raise LayoutInvalid(f"slip.toml: {error}") from error
