"""The doors of the runtime. All methods may be called from any thread and return at once."""

from collections.abc import Callable
from typing import Protocol

from kiosk.domain.text import Text
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.events import Event


class KioskPort(Protocol):
    """What a screen, or anything in its place, may do."""

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` with the present snapshot and after every change, from the runtime's thread.

        Returns the function that ends it.
        """

    def send(self, event: Event) -> None:
        """Hand over what the applicant did; what does not fit the step any more changes nothing."""

    def more_time(self) -> None:
        """The applicant asks for more time: the step's time starts again."""

    def activity(self) -> None:
        """The applicant touched, scrolled or listened: counts as being there."""

    def ask_payment(self) -> None:
        """The applicant says "I have paid": ask the network at once."""

    def identify_staff(self, number: str, pin: str) -> None:
        """Somebody says that they are staff, while staff are waited for; what they typed is judged."""


class TesterPort(Protocol):
    """What the tester's dock may do to a simulated machine."""

    def specimens(self) -> tuple[tuple[str, Text], ...]:
        """Return (slug, label) of every specimen permit; the label is the holder's name and its use."""

    def insert(self, slug: str, *, upside_down: bool = False) -> None: ...

    def pull_card(self) -> None:
        """Take the card out, wherever it is: from the exit, or by force."""

    def pay(self) -> None:
        """Pay the order on the screen, whichever way was chosen.

        The phone pays or shows its code, the bank card "debit" is tapped, the purse "full" is held there.
        """

    def decline(self) -> None:
        """Refuse the order on the screen: on the phone, at the terminal, or with a purse that is too poor."""

    def show_code(self, channel: str = "", wallet: str = "pays") -> None:
        """Show a phone's payment code to the kiosk's scanner.

        `channel` is alipay, wechat or unionpay, "" that of the order on the screen; `wallet` pays, asks
        (for a password: then `pay` or `decline` on the phone) or refuses.
        """

    def bank_cards(self) -> tuple[tuple[str, str], ...]:
        """Return (name, label) of every bank card in the tester's hand; the label tells its PIN."""

    def tap_card(self, card: str) -> None: ...

    def insert_card(self, card: str) -> None: ...

    def enter_pin(self, digits: str) -> None:
        """Type on the terminal's own pad."""

    def leave_terminal(self) -> None:
        """Press the red key, or take the card and walk away."""

    def terminal(self) -> tuple[str, int]:
        """Return what the terminal shows: (stage, fen), stage being idle, card, pin or host."""

    def terminal_page(self) -> str:
        """Return the address of the simulated terminal's own window; "" where there is none."""

    def purse_cards(self) -> tuple[tuple[str, str], ...]:
        """Return (name, label) of every Yang Cheng Tong card in the tester's hand, with its balance."""

    def hold_purse(self, card: str) -> None:
        """Hold a purse card to the reader; it stays there until `remove_purse`."""

    def remove_purse(self) -> None: ...

    def purse_held(self) -> str:
        """Return the name of the purse card on the reader, "" for none."""

    def staff(self) -> tuple[str, str]:
        """Return number and PIN of the invented colleague, who can be asked for."""

    def faults(self) -> tuple[tuple[str, str, bool], ...]:
        """Return (device, fault, set) for every fault that can be set."""

    def fault_text(self, device: str, fault: str) -> Text:
        """Return what a tester reads about one of these faults."""

    def set_fault(self, device: str, fault: str, *, active: bool) -> None: ...

    def scenarios(self) -> tuple[tuple[str, Text, bool], ...]:
        """Return (name, title, playing) of every scenario: faults and hands at their moments."""

    def play(self, scenario: str) -> None:
        """Play a scenario from its first moment; break it off if it is playing."""

    def phone_page(self) -> str:
        """Return the address of the sandbox's phone page."""
