"""The simulated purse reader without its line: commands in, answers out, with a software security module.

Each command is carried out on the file's newest content in one step, except the debit: that it has begun
is written before the card hears of it, as in a reader that may lose its power at any moment.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.devices.payment_contracts import PURSE_READER
from kiosk.devices.purse.protocol import HOST, READER, XOR, Checksum, Command, Status
from kiosk.devices.simulated import purse_card
from kiosk.devices.simulated.faults import FaultSource
from kiosk.devices.simulated.purse_card import PurseState, transmit
from kiosk.devices.simulated.purse_world import TERMINAL, PurseWorld, Unfinished, load_keys
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.domain import purse_cipher
from kiosk.domain.purse_cipher import PurchaseTerms

VERSION = b"SIM-PURSE 1.0"
SERIAL = b"SIM000001"
_SELECT = b"\x00\xa4\x04\x00\x08" + purse_card.PURSE_APPLICATION
_PREPARE_SIZE = 17


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command leads to."""

    status: int
    data: bytes = b""


class PurseCore:
    """The reader and the cards a tester holds to it; safe from any thread and process.

    Args:
        folder: the reader's own; the faults must not lie in it, for each folder has one lock.
    """

    def __init__(self, folder: StateFolder, faults: FaultSource, checksum: Checksum = XOR) -> None:
        self._faults = faults
        self._checksum = checksum
        self.keys = load_keys(folder)
        unreadable = PurseWorld(readable=False)
        self._file = StateFile(folder, "purse.json", fresh=PurseWorld(), unreadable=unreadable)
        self._started = False

    def world(self) -> PurseWorld:
        return self._file.read()

    def present(self, slug: str) -> None:
        """Hold a card to the reader; raise ValueError for one that does not exist."""
        if slug not in self.world().cards:
            raise ValueError(f"there is no card {slug!r:.40}")
        self._file.change(lambda world: world.with_present(slug))

    def remove(self) -> None:
        """Take the card away."""
        self._file.change(lambda world: world.with_present(None))

    def load(self, slug: str, fen: int) -> None:
        """Add money to a card, as a top-up machine would; raise ValueError for an impossible amount."""

        def load(world: PurseWorld) -> PurseWorld:
            if slug not in world.cards or not 0 < fen < 1_000_000:
                raise ValueError("no such card, or not an amount")
            card = world.cards[slug]
            loaded = {"balance": card.balance + fen, "load_count": (card.load_count + 1) % 2**16}
            cards = {**world.cards, slug: card.model_copy(update=loaded)}
            return world.model_copy(update={"cards": cards})

        self._file.change(load)

    def restart(self) -> None:
        """Lose and regain power: the host has to start the reader again; begun debits stay known."""
        self._started = False
        self._file.change(lambda world: world.with_present(world.present))

    def answer(self, frame: bytes) -> bytes | None:
        """Return the answer to one frame from the host, None where the reader stays silent."""
        size = self._checksum.size
        if len(frame) < 3 + size or frame[0] != HOST or frame[1] != len(frame) - 2:
            return None
        if self._checksum.of(frame[:-size]) != frame[-size:] or self._silent():
            return None
        reply = self._carry_out(frame[2], frame[3:-size])
        if frame[2] in _MONEY and self._faults.take(PURSE_READER, "lose_answer"):
            return None
        body = bytes((READER, 2 + len(reply.data) + size, frame[2], reply.status)) + reply.data
        closing = self._checksum.of(body)
        garbage = self._faults.take(PURSE_READER, "garbage")
        return body + (bytes(byte ^ 0xFF for byte in closing) if garbage else closing)

    def _silent(self) -> bool:
        return self._faults.take(PURSE_READER, "offline") or self._faults.take(PURSE_READER, "mute")

    def _carry_out(self, command: int, data: bytes) -> Reply:
        simple = {
            Command.VERSION: Reply(Status.OK, VERSION),
            Command.SERIAL: Reply(Status.OK, SERIAL),
            Command.BEEP: Reply(Status.OK),
            Command.MERCHANT: Reply(Status.OK) if len(data) == 2 else Reply(Status.INTERRUPTED),
        }
        if command in simple:
            return simple[Command(command)]
        if command == Command.START:
            self._started = data == b"\x80"
            return Reply(Status.OK if self._started else Status.INTERRUPTED)
        actions = {
            Command.POLL: self._poll,
            Command.PREPARE: lambda world, card: self._prepare(world, card, data),
            Command.COMPLETE: self._complete,
            Command.RESTORE: self._restore,
            Command.CATCH: _catch,
        }
        if command not in actions or not self._started:
            return Reply(Status.PREVIOUS_FAILED)
        return self._with_card(actions[Command(command)])

    def _with_card(self, act: Callable[[PurseWorld, PurseState], tuple[PurseWorld, Reply]]) -> Reply:
        reply = Reply(Status.NO_CARD)

        def change(world: PurseWorld) -> PurseWorld:
            nonlocal reply
            card = world.card()
            if not world.readable or card is None:
                return world
            world, reply = act(world, card)
            return world

        self._file.change(change)
        return reply

    def _poll(self, world: PurseWorld, card: PurseState) -> tuple[PurseWorld, Reply]:
        record = (
            (b"\x01" if card.is_m1 else b"\x02")
            + bytes.fromhex(card.physical + card.logical)
            + card.balance.to_bytes(4)
            + card.offline_count.to_bytes(2)
            + b"\x00\x01"
            + bytes((card.floor_yuan,))
        )
        return world, Reply(Status.OK, record.ljust(52, b"\x00"))

    def _prepare(self, world: PurseWorld, card: PurseState, data: bytes) -> tuple[PurseWorld, Reply]:
        """8050 to the card, MAC1 from the module; nothing is debited."""
        refusal = self._refusal(world, card, data)
        if refusal is not None:
            return world, Reply(refusal)
        amount, time = int.from_bytes(data[0:4]), data[8:15]
        card, _ = transmit(card, self.keys, _SELECT)
        asked = b"\x80\x50\x01\x02\x0b\x01" + data[0:4] + bytes.fromhex(TERMINAL) + b"\x0f"
        card, answer = transmit(card, self.keys, asked)
        if answer[-2:] != purse_card.OK:
            return world, Reply(Status.NOT_ENOUGH)
        serial = (world.serial + 1) % 2**32
        begun = self._module(card, answer, amount, serial, time)
        world = world.with_card(card).model_copy(update={"serial": serial}).with_begun(begun)
        named = amount + (1 if self._faults.take(PURSE_READER, "other_amount") else 0)
        return world, Reply(Status.OK, _record(card, begun, named))

    def _refusal(self, world: PurseWorld, card: PurseState, data: bytes) -> Status | None:
        begun = world.begun(card.logical)
        if begun is not None and begun.debiting and begun.tac is None:
            return Status.PREVIOUS_FAILED
        if (
            len(data) != _PREPARE_SIZE
            or not data[8:15].hex().isdecimal()
            or self._faults.take(PURSE_READER, "interrupted")
        ):
            return Status.INTERRUPTED
        if self._faults.take(PURSE_READER, "module_error"):
            return Status.MODULE
        if card.blacklisted or card.caught:
            return Status.BLACKLISTED
        if card.expired or card.is_m1:
            return Status.EXPIRED if card.expired else Status.OTHER_CARD
        poor = int.from_bytes(data[0:4]) > card.balance - card.floor_yuan * 100
        return Status.NOT_ENOUGH if poor else None

    def _module(self, card: PurseState, answer: bytes, amount: int, serial: int, time: bytes) -> Unfinished:
        """What the security module does: derive the card's key, the session's, and MAC1."""
        count, random = int.from_bytes(answer[4:6]), answer[11:15]
        card_key = purse_cipher.diversify(self.keys.purchase, bytes.fromhex(card.logical))
        session = purse_cipher.session_key(card_key, random, count, serial)
        terms = PurchaseTerms(amount, bytes.fromhex(TERMINAL), date=time[:4], time=time[4:])
        return Unfinished(
            logical=card.logical,
            amount=amount,
            serial=serial,
            count=count,
            time=time.hex(),
            mac1=purse_cipher.mac1(session, terms).hex(),
            session=session.hex(),
        )

    def _complete(self, world: PurseWorld, card: PurseState) -> tuple[PurseWorld, Reply]:
        """8054 to the card; MAC2 is checked before anybody hears of the TAC."""
        begun = world.begun(card.logical)
        if begun is None or begun.debiting:
            other = begun is None and bool(world.unfinished)
            return world, Reply(Status.OTHER_CARD if other else Status.PREVIOUS_FAILED)
        if self._faults.take(PURSE_READER, "write_error"):
            return world.with_begun(_debiting(begun)), Reply(Status.WRITE_ERROR)
        world = world.with_begun(_debiting(begun))
        if self._faults.take(PURSE_READER, "torn_before_debit"):
            return world.with_present(None), Reply(Status.TORN)
        mac1 = "00000000" if self._faults.take(PURSE_READER, "wrong_mac") else begun.mac1
        data = begun.serial.to_bytes(4) + bytes.fromhex(begun.time + mac1)
        card, answer = transmit(card, self.keys, b"\x80\x54\x01\x00\x0f" + data + b"\x08")
        world = world.with_card(card)
        if answer == purse_card.WRONG_MAC:
            return world, Reply(Status.MAC)
        if answer[-2:] != purse_card.OK:
            return world, Reply(Status.WRITE_ERROR)
        if self._faults.take(PURSE_READER, "torn_after_debit"):
            return world.with_present(None), Reply(Status.TORN)
        return self._proved(world, begun, tac=answer[0:4], mac2=answer[4:8])

    def _restore(self, world: PurseWorld, card: PurseState) -> tuple[PurseWorld, Reply]:
        """Ask the card itself (805A) whether it has debited; what it has not, it never will."""
        begun = world.begun(card.logical)
        if begun is None:
            return world, Reply(Status.OTHER_CARD if world.unfinished else Status.PREVIOUS_FAILED)
        if begun.tac is not None:
            return world, Reply(Status.OK, bytes.fromhex(begun.tac))
        if not begun.debiting:
            return world.without(card.logical), Reply(Status.NOT_DEBITED)
        card, _ = transmit(card, self.keys, _SELECT)
        asked = b"\x80\x5a\x00\x06\x02" + begun.count.to_bytes(2) + b"\x08"
        card, answer = transmit(card, self.keys, asked)
        world = world.with_card(card)
        if answer == purse_card.NO_PROOF:
            return world.without(card.logical), Reply(Status.NOT_DEBITED)
        return self._proved(world, begun, tac=answer[4:8], mac2=answer[0:4])

    def _proved(
        self, world: PurseWorld, begun: Unfinished, *, tac: bytes, mac2: bytes
    ) -> tuple[PurseWorld, Reply]:
        if purse_cipher.mac2(bytes.fromhex(begun.session), begun.amount) != mac2:
            return world, Reply(Status.MAC)
        proved = begun.model_copy(update={"debiting": True, "tac": tac.hex()})
        return world.with_begun(proved), Reply(Status.OK, tac)


_MONEY = frozenset({Command.COMPLETE, Command.RESTORE})


def _catch(world: PurseWorld, card: PurseState) -> tuple[PurseWorld, Reply]:
    """Lock a blacklisted card for good."""
    if not card.blacklisted:
        return world, Reply(Status.INTERRUPTED)
    return world.with_card(card.model_copy(update={"caught": True})), Reply(Status.OK)


def _debiting(begun: Unfinished) -> Unfinished:
    return begun.model_copy(update={"debiting": True})


def _record(card: PurseState, begun: Unfinished, amount: int) -> bytes:
    """The 87-byte record of a prepared debit; its TAC is zero until the debit is complete."""
    record = (
        bytes.fromhex(TERMINAL)
        + begun.serial.to_bytes(4)
        + bytes.fromhex(begun.time + card.logical + card.physical)
        + amount.to_bytes(4)
        + amount.to_bytes(4)
        + (card.balance - begun.amount).to_bytes(4)
        + b"\x06\x00"
        + card.load_count.to_bytes(2)
        + begun.count.to_bytes(2)
    )
    return record.ljust(87, b"\x00")
