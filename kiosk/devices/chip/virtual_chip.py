"""The chip's own side: answers APDUs as a permit with BAC does (ICAO Doc 9303-10 and -11).

Made for testers and tests. It follows the rules that readers trip over: 6982 before secure messaging; the
session is gone after a plain command, a reset or any fault; 6987 and 6988 for missing and wrong protection;
6300 for a wrong key, and the challenge is used up by the attempt.
"""

import secrets

from kiosk.devices.chip import bac, tlv
from kiosk.devices.chip.apdu import SECURE, Command, MalformedApdu, Response, Status, parse_command
from kiosk.devices.chip.card_folder import Card
from kiosk.devices.chip.groups import APPLICATION, ChipFile
from kiosk.devices.chip.secure_messaging import SecureChannel, SecureMessagingFailed

ATR = bytes.fromhex("3B8880010000000000000000 09")
"""Answer to reset that contactless readers make up for a type B chip (PC/SC part 3 section 3.1.3.2.3)."""

_GUARDED = frozenset((ChipFile.DG3.short_id, 0x04))  # fingerprints and irises need terminal authentication


class VirtualChip:
    """One chip in the field of a reader."""

    def __init__(self, card: Card, random: bac.RandomSource = secrets.token_bytes) -> None:
        self._files = card.files
        self._keys = bac.access_keys(card.line)
        self._random = random
        self._selected = False
        self._channel: SecureChannel | None = None
        self._challenge: bytes | None = None
        self._current: int | None = None

    def reset(self) -> None:
        """Forget the session, as after a warm or cold reset."""
        self._selected = False
        self._drop()

    def process(self, apdu: bytes) -> bytes:
        """Return the answer (data and status word) to one command."""
        try:
            command = parse_command(apdu)
        except MalformedApdu:
            return self._refuse(Status.WRONG_LENGTH).encoded()
        if command.cla & 0xF0:
            return self._refuse(Status.CLASS_UNKNOWN).encoded()
        if command.cla & SECURE == SECURE:
            return self._process_protected(command).encoded()
        return self._process_plain(command).encoded()

    def _process_plain(self, command: Command) -> Response:
        challenge = self._challenge
        self._drop()
        match command.ins:
            case 0xA4 if command.p1 == 0x04:
                return self._select_application(command)
            case _ if not self._selected:
                return Response(b"", Status.FILE_NOT_FOUND)
            case 0x84:
                return self._give_challenge(command)
            case 0x82:
                return self._authenticate(command, challenge)
            case 0xA4 | 0xB0 | 0xB1:
                return Response(b"", Status.SECURITY_NOT_SATISFIED)
        return Response(b"", Status.INSTRUCTION_UNKNOWN)

    def _process_protected(self, command: Command) -> Response:
        channel = self._channel
        if channel is None:
            return self._refuse(Status.SECURITY_NOT_SATISFIED)
        try:
            plain = channel.open_command(command)
        except SecureMessagingFailed as problem:
            return self._refuse(problem.status)
        answer = self._execute(plain)
        return channel.protect_response(answer, odd=bool(plain.ins & 1))

    def _execute(self, command: Command) -> Response:
        match command.ins:
            case 0xB0:
                return self._read(command)
            case 0xB1:
                return self._read_far(command)
            case 0xA4 if command.p1 == 0x02:
                return self._select_file(command)
        return Response(b"", Status.INSTRUCTION_UNKNOWN)

    def _select_application(self, command: Command) -> Response:
        self._selected = command.body == APPLICATION
        return Response(b"", Status.OK if self._selected else Status.FILE_NOT_FOUND)

    def _give_challenge(self, command: Command) -> Response:
        if command.expected not in (bac.RANDOM_BYTES, 256):
            return Response(b"", Status.WRONG_LENGTH)
        self._challenge = self._random(bac.RANDOM_BYTES)
        return Response(self._challenge, Status.OK)

    def _authenticate(self, command: Command, challenge: bytes | None) -> Response:
        if challenge is None:
            return Response(b"", Status.CONDITIONS_NOT_SATISFIED)
        try:
            content = bac.unseal(self._keys, command.body)
        except bac.AccessDenied:
            return Response(b"", Status.AUTHENTICATION_FAILED)
        reader_random, returned, reader_key = content[:8], content[8:16], content[16:]
        if returned != challenge:
            return Response(b"", Status.AUTHENTICATION_FAILED)
        chip_key = self._random(bac.KEYING_BYTES)
        self._channel = bac.session_channel(reader_key, chip_key, challenge, reader_random)
        return Response(bac.seal(self._keys, challenge + reader_random + chip_key), Status.OK)

    def _select_file(self, command: Command) -> Response:
        if len(command.body) != 2 or command.body[0] != 0x01:
            return Response(b"", Status.FILE_NOT_FOUND)
        refusal = self._make_current(command.body[1])
        return refusal or Response(b"", Status.OK)

    def _make_current(self, short_id: int) -> Response | None:
        if short_id in _GUARDED:
            return Response(b"", Status.SECURITY_NOT_SATISFIED)
        if short_id not in self._files:
            return Response(b"", Status.FILE_NOT_FOUND)
        self._current = short_id
        return None

    def _read(self, command: Command) -> Response:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            refusal = self._make_current(command.p1 & 0x1F)
            if refusal is not None:
                return refusal
            offset = command.p2
        return self._slice(offset, command.expected)

    def _read_far(self, command: Command) -> Response:
        try:
            where = tlv.parse_exactly(command.body, 0x54).value
        except tlv.MalformedTlv:
            return Response(b"", Status.WRONG_DATA)
        room = (command.expected or 0) - (2 if (command.expected or 0) < 0x82 else 3)
        found = self._slice(int.from_bytes(where, "big"), max(room, 1))
        return Response(tlv.encode(0x53, found.body), found.status) if found.body else found

    def _slice(self, offset: int, expected: int | None) -> Response:
        if self._current is None or expected is None:
            return Response(b"", Status.CONDITIONS_NOT_SATISFIED)
        content = self._files[self._current]
        if offset >= len(content):
            return Response(b"", Status.WRONG_OFFSET)
        most = self._channel.block_payload if self._channel is not None else 256
        body = content[offset : offset + min(expected, most)]
        whole = len(body) == min(expected, most)
        return Response(body, Status.OK if whole else Status.END_OF_FILE)

    def _refuse(self, status: Status) -> Response:
        self._drop()
        return Response(b"", status)

    def _drop(self) -> None:
        self._channel = None
        self._challenge = None
        self._current = None
