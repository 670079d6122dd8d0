"""The tester as a payer: phone, bank cards at the terminal, purse cards at the reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx
import structlog

from kiosk.devices.simulated.payment_scanner import SimulatedPaymentScanner
from kiosk.devices.simulated.purse_core import PurseCore
from kiosk.devices.simulated.terminal import SimulatedTerminalServer
from kiosk.devices.simulated.terminal_book import CARDS
from kiosk.devices.simulated.terminal_core import NotNow
from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.payment import Channel, Order

_TIMEOUT_S = 5.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Phone:
    """The payer's phone, played by the sandbox; that there is nothing to pay is no failure of the kiosk."""

    sandbox_url: str

    def act(self, number: str, action: str) -> None:
        """Press a button of the payer's: pay, decline."""
        self._post(f"/control/orders/{number}/{action}", {})

    def payment_code(self, channel: Channel, wallet: str) -> str:
        """Return a payment code of the phone, "" where it has none."""
        told = self._post("/control/payer-codes", {"channel": channel.value, "wallet": wallet})
        return str(told.get("code", ""))

    def _post(self, path: str, body: Mapping[str, str]) -> Mapping[str, object]:
        with httpx.Client(trust_env=False, timeout=_TIMEOUT_S) as client:
            answer = client.post(f"{self.sandbox_url}{path}", json=body)
        if answer.is_error:
            _log.warning("the phone could not act", path=path.rpartition("/")[2], status=answer.status_code)
            return {}
        told = answer.json() if answer.content else {}
        return told if isinstance(told, dict) else {}


@dataclass(frozen=True, slots=True)
class PaymentHands:
    """Everything a payer can do at a simulated machine; a part that the machine has not is None."""

    phone: Phone
    scanner: SimulatedPaymentScanner | None = None
    terminal: SimulatedTerminalServer | None = None
    purse: PurseCore | None = None

    def pay(self, order: Order, *, charging: bool = False) -> None:
        """Pay an order the way that was chosen for it; `charging`: the phone asks for the password."""
        match order.channel:
            case Channel.CARD:
                self.at_terminal(lambda server: server.terminal.core.tap("debit"))
            case Channel.YCT:
                self.hold_purse("full")
            case _ if order.payer_code and not charging:
                self.show_code(order.channel, "pays")
            case _:
                self.phone.act(order.number, "pay")

    def decline(self, order: Order, *, charging: bool = False) -> None:
        """Refuse an order the way that was chosen for it; `charging` as in `pay`."""
        match order.channel:
            case Channel.CARD:
                self.at_terminal(lambda server: server.terminal.core.walk_away())
            case Channel.YCT:
                self.hold_purse("poor")
            case _ if order.payer_code and not charging:
                self.show_code(order.channel, "refuses")
            case _:
                self.phone.act(order.number, "decline")

    def show_code(self, channel: Channel, wallet: str) -> None:
        """Show the phone's payment code to the scanner."""
        code = self.phone.payment_code(channel, wallet) if self.scanner is not None else ""
        if self.scanner is not None and code:
            self.scanner.show(code)

    def at_terminal(self, act: Callable[[SimulatedTerminalServer], None]) -> None:
        """Do something at the terminal; what it does not wait for changes nothing."""
        if self.terminal is None:
            return
        try:
            act(self.terminal)
        except NotNow as why:
            _log.info("not possible at the terminal", why=str(why))

    def terminal_shows(self) -> tuple[str, int]:
        entry = None if self.terminal is None else self.terminal.terminal.core.book().under_way()
        return ("idle", 0) if entry is None else (entry.stage.value, entry.amount)

    def bank_cards(self) -> tuple[tuple[str, str], ...]:
        if self.terminal is None:
            return ()
        return tuple((name, f"{name} · {card.masked} · PIN {card.pin}") for name, card in CARDS.items())

    def hold_purse(self, card: str) -> None:
        if self.purse is not None:
            self.purse.present(card)

    def remove_purse(self) -> None:
        if self.purse is not None:
            self.purse.remove()

    def purse_cards(self) -> tuple[tuple[str, str], ...]:
        if self.purse is None:
            return ()
        cards = self.purse.world().cards
        return tuple((name, f"{name} · {yuan_text(Fen(card.balance))}") for name, card in cards.items())

    def purse_held(self) -> str:
        return "" if self.purse is None else self.purse.world().present or ""
