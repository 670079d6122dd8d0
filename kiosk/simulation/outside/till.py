"""Every way to pay of one world: networks, terminal and purse reader, and how the program reaches them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kiosk.domain.payment import Channel
from kiosk.payments.card.adapter import CardChannel
from kiosk.payments.contract import PaymentChannel
from kiosk.payments.yct.adapter import YctChannel
from kiosk.simulation.outside.bank import Bank
from kiosk.simulation.outside.network import SimulatedNetwork
from kiosk.simulation.outside.purse import PurseDisk, PurseLine, PurseReader
from kiosk.simulation.outside.terminal import MERCHANT, Terminal, TerminalLine
from kiosk.simulation.power import Life


@dataclass(slots=True, eq=False)
class Till:
    """What takes money; it outlives the program.

    Attributes:
        debited: told of each debit of a purse, and whether a record of it was on the disk.
    """

    bank: Bank
    debited: Callable[[bool], None]
    terminal: Terminal = field(init=False)
    reader: PurseReader = field(init=False)

    def __post_init__(self) -> None:
        self.terminal = Terminal(self.bank)
        self.reader = PurseReader(self.bank, self.debited)

    def channels(self, life: Life) -> Mapping[Channel, PaymentChannel]:
        """Return the ways to pay for one life of the program; terminal and purse by the real channels."""
        card = CardChannel(TerminalLine(self.terminal, life), MERCHANT, self.bank.clock)
        purse = YctChannel(
            PurseLine(self.reader, life), PurseDisk(self.reader, life), self.bank.clock, simulated=True
        )
        networks = {
            channel: SimulatedNetwork(channel, self.bank, life) for channel in Channel if channel.shows_code
        }
        return {**networks, Channel.CARD: card, Channel.YCT: purse}

    def heal(self) -> None:
        """Plug everything in again."""
        self.bank.away_until = self.terminal.gone_until = self.reader.gone_until = 0.0
