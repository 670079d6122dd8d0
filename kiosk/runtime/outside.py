"""Everything a visit can reach: devices, channels, authority, rules, pictures, clock. Made by `kiosk.app`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.authority.contract import Authority
from kiosk.clock import Clock
from kiosk.devices.fitted import Devices
from kiosk.documents.art import CardArt
from kiosk.domain.catalogue import Catalogue
from kiosk.domain.payment import Channel
from kiosk.payments.absent import AbsentChannel
from kiosk.payments.contract import PaymentChannel
from kiosk.staff.contract import NobodyOnCall, StaffDesk


@dataclass(frozen=True, slots=True)
class Outside:
    """The machine's surroundings, real and simulated mixed as configured."""

    devices: Devices
    channels: Mapping[Channel, PaymentChannel]
    authority: Authority
    catalogue: Catalogue
    art: CardArt
    clock: Clock
    staff: StaffDesk = field(default_factory=NobodyOnCall)


def channel_of(outside: Outside, name: Channel) -> PaymentChannel:
    """Return a way to pay; one that this machine has not any more leaves everything undecided."""
    return outside.channels.get(name) or AbsentChannel(name)
