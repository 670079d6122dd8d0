"""The chip's own side: answers APDUs as a permit does (ICAO Doc 9303-10 and -11).

Made for testers and tests. It follows the rules that readers trip over: 6982 before secure messaging; the
session is gone after a plain command, a reset or any fault; 6987 and 6988 for missing and wrong protection;
6300 for a wrong key or token, and challenge or nonce are used up by the attempt; 6985 out of order; 6700 for
a command longer than it takes.
"""

import secrets

from kiosk.devices.chip import pace
from kiosk.devices.chip.apdu import CHAINED, SECURE, Command, MalformedApdu, Response, Status, parse_command
from kiosk.devices.chip.bac import RandomSource
from kiosk.devices.chip.card_folder import Card
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile, MalformedGroup
from kiosk.devices.chip.proofs import parse_dg14
from kiosk.devices.chip.secure_messaging import SecureChannel, SecureMessagingFailed
from kiosk.devices.chip.security_infos import MalformedSecurityInfos, SecurityInfos, parse_security_infos
from kiosk.devices.chip.virtual_access import BasicAccess, PaceAccess
from kiosk.devices.chip.virtual_files import VirtualFiles
from kiosk.devices.chip.virtual_proofs import ChipProofs

_NOTHING = SecurityInfos(frozenset())


class VirtualChip:
    """One chip in the field of a reader."""

    def __init__(self, card: Card, random: RandomSource = secrets.token_bytes) -> None:
        self._traits = card.traits
        self._files = VirtualFiles(card)
        self._bac = BasicAccess(card.line, random)
        offers = _card_access(card).pace
        self._pace = PaceAccess(offers, _passwords(card), random)
        self._proofs = ChipProofs(card.traits, _dg14(card), random)
        self._channel: SecureChannel | None = None
        self._next: SecureChannel | None = None

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._traits.atr

    def reset(self) -> None:
        """Forget the session, as after a warm or cold reset."""
        self._files.reset()
        self._bac.forget()
        self._pace.forget()
        self._drop()

    def process(self, apdu: bytes) -> bytes:
        """Return the answer (data and status word) to one command."""
        try:
            command = parse_command(apdu)
        except MalformedApdu:
            return self._refuse(Status.WRONG_LENGTH).encoded()
        if command.extended and not self._traits.extended:
            return self._refuse(Status.WRONG_LENGTH).encoded()
        if command.cla & ~(SECURE | CHAINED) or (command.cla & CHAINED and command.ins != 0x86):
            return self._refuse(Status.CLASS_UNKNOWN).encoded()
        if command.cla & SECURE == SECURE:
            return self._process_protected(command).encoded()
        answer, self._channel = self._process_plain(command)
        return answer.encoded()

    def _room(self, command: Command) -> int:
        """Return how many bytes of data the answer may have."""
        return min(command.expected or 256, self._traits.answer_bytes)

    def _process_plain(self, command: Command) -> tuple[Response, SecureChannel | None]:
        self._drop()
        if command.ins != 0x82:
            self._bac.forget()
        if command.ins != 0x86:
            self._pace.forget()
        in_application = self._files.in_application
        match command.ins:
            case 0xA4:
                return self._files.select(command, admitted=False), None
            case 0xB0:
                return self._files.read(command, None, self._room(command)), None
            case 0x22 if not in_application and (command.p1, command.p2) == (0xC1, 0xA4):
                return self._pace.set_template(command), None
            case 0x86 if not in_application:
                return self._pace.step(command)
            case 0x84 if in_application and self._traits.bac:
                return self._bac.give_challenge(command), None
            case 0x82 if in_application and self._traits.bac:
                return self._bac.authenticate(command)
            case 0xB1 if in_application:
                return Response(b"", Status.SECURITY_NOT_SATISFIED), None
        status = Status.INSTRUCTION_UNKNOWN if in_application else Status.FILE_NOT_FOUND
        return Response(b"", status), None

    def _process_protected(self, command: Command) -> Response:
        channel = self._channel
        if channel is None:
            return self._refuse(Status.SECURITY_NOT_SATISFIED)
        try:
            plain = channel.open_command(command)
        except SecureMessagingFailed as problem:
            return self._refuse(problem.status)
        answer = channel.protect_response(
            self._execute(plain, channel, self._room(command)), odd=bool(plain.ins & 1)
        )
        if self._next is not None:
            self._channel, self._next = self._next, None
        return answer

    def _execute(self, command: Command, channel: SecureChannel, room: int) -> Response:
        match command.ins:
            case 0xA4:
                return self._files.select(command, admitted=True)
            case 0xB0:
                return self._files.read(command, channel, room)
            case 0xB1:
                return self._files.read_far(command, channel, room)
            case 0x88 if self._files.in_application:
                return self._proofs.sign(command, channel.payload_in(room))
            case 0x22 if command.p1 == 0x41 and command.p2 in (0xA4, 0xA6):
                answer, self._next = self._proofs.set_template(command)
                return answer
            case 0x86:
                answer, self._next = self._proofs.authenticate(command)
                return answer
        return Response(b"", Status.INSTRUCTION_UNKNOWN)

    def _refuse(self, status: Status) -> Response:
        self._drop()
        return Response(b"", status)

    def _drop(self) -> None:
        if self._channel is not None:
            self._files.forget()
        self._channel = self._next = None
        self._proofs.forget()


def _passwords(card: Card) -> dict[pace.PasswordKind, pace.Password]:
    known = [pace.line_password(card.line)]
    if card.traits.can is not None:
        known.append(pace.can_password(card.traits.can))
    return {password.kind: password for password in known}


def _card_access(card: Card) -> SecurityInfos:
    raw = card.master_files.get(MasterFile.CARD_ACCESS.identifier)
    try:
        return _NOTHING if raw is None else parse_security_infos(raw)
    except MalformedSecurityInfos:
        return _NOTHING  # a tester's spoilt file: the chip has it read and can do nothing with it


def _dg14(card: Card) -> SecurityInfos:
    raw = card.files.get(ChipFile.DG14.short_id)
    try:
        return _NOTHING if raw is None else parse_dg14(raw)
    except MalformedGroup:
        return _NOTHING
