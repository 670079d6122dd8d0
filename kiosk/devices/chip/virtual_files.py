"""The files of a virtual chip: which one is current, who may read it, and how much an answer holds."""

from collections.abc import Mapping

from kiosk.devices.chip import tlv
from kiosk.devices.chip.apdu import Command, Response, Status
from kiosk.devices.chip.card_folder import Card, Overlong
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import APPLICATION, ChipFile
from kiosk.devices.chip.secure_messaging import SecureChannel

_GUARDED = frozenset((ChipFile.DG3.short_id, 0x04))  # fingerprints and irises need terminal authentication
_MASTER = b"\x3f\x00"
_BY_IDENTIFIER, _BELOW, _BY_NAME = 0x00, 0x02, 0x04


class VirtualFiles:
    """Selection and reading by ISO/IEC 7816-4 section 11; after a reset the master file is selected."""

    def __init__(self, card: Card) -> None:
        self._groups = card.files
        self._master = card.master_files
        self._traits = card.traits
        self._in_application = False
        self._current: bytes | None = None

    @property
    def in_application(self) -> bool:
        return self._in_application

    def reset(self) -> None:
        self._in_application = False
        self.forget()

    def forget(self) -> None:
        """Leave the current file, as the end of a session does."""
        self._current = None

    def select(self, command: Command, *, admitted: bool) -> Response:
        """Select application, master file or file; `admitted`: the reader has opened the chip."""
        match command.p1:
            case 0x04:
                self._in_application = command.body == APPLICATION
                self.forget()
                return _status(Status.OK if self._in_application else Status.FILE_NOT_FOUND)
            case 0x00 if command.body == _MASTER:
                self.reset()
                return _status(Status.OK)
            case 0x02 if len(command.body) == 2:
                return self._choose(self._by_identifier(command.body), admitted) or _status(Status.OK)
        return _status(Status.FILE_NOT_FOUND)

    def read(self, command: Command, channel: SecureChannel | None, room: int) -> Response:
        """READ BINARY; `room` is what the answer may hold, bytes."""
        if self._in_application and channel is None:
            return _status(Status.SECURITY_NOT_SATISFIED)
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            refusal = self._choose(self._by_short_id(command.p1 & 0x1F), channel is not None)
            if refusal is not None:
                return refusal
            offset = command.p2
        return self._slice(offset, command.expected, channel, room)

    def read_far(self, command: Command, channel: SecureChannel | None, room: int) -> Response:
        """READ BINARY with the odd instruction: offset and content as objects (section 11.3.3)."""
        try:
            where = tlv.parse_exactly(command.body, 0x54).value
        except tlv.MalformedTlv:
            return _status(Status.WRONG_DATA)
        wanted = min(command.expected or 0, _payload(channel, room))
        while wanted > 1 and len(tlv.encode(0x53, bytes(wanted))) > (command.expected or 0):
            wanted -= 1
        found = self._slice(int.from_bytes(where, "big"), wanted, channel, room)
        return Response(tlv.encode(0x53, found.body), found.status) if found.body else found

    def _by_identifier(self, identifier: bytes) -> bytes | Status:
        number = int.from_bytes(identifier, "big")
        if not self._in_application:
            return self._master.get(number, Status.FILE_NOT_FOUND)
        return self._group(number & 0xFF) if identifier[0] == 0x01 else Status.FILE_NOT_FOUND

    def _by_short_id(self, short_id: int) -> bytes | Status:
        if self._in_application:
            return self._group(short_id)
        file = next((file for file in MasterFile if file.short_id == short_id), None)
        return (
            Status.FILE_NOT_FOUND
            if file is None
            else self._master.get(file.identifier, Status.FILE_NOT_FOUND)
        )

    def _group(self, short_id: int) -> bytes | Status:
        if short_id in _GUARDED:
            return Status.SECURITY_NOT_SATISFIED
        groups: Mapping[int, bytes | Status] = self._groups
        return groups.get(short_id, Status.FILE_NOT_FOUND)

    def _choose(self, found: bytes | Status, admitted: bool) -> Response | None:
        """Make a file current; return why not."""
        if self._in_application and not admitted:
            return _status(Status.SECURITY_NOT_SATISFIED)
        if isinstance(found, Status):
            return _status(found)
        self._current = found
        return None

    def _slice(self, offset: int, expected: int | None, channel: SecureChannel | None, room: int) -> Response:
        if self._current is None or expected is None:
            return _status(Status.CONDITIONS_NOT_SATISFIED)
        if offset >= len(self._current):
            return _status(Status.WRONG_OFFSET)
        most = _payload(channel, room)
        if expected > max(most, 256) and self._traits.overlong is Overlong.REFUSE:
            return _status(Status.WRONG_LENGTH)
        body = self._current[offset : offset + min(expected, most)]
        whole = len(body) == min(expected, most)
        return Response(body, Status.OK if whole else Status.END_OF_FILE)


def _payload(channel: SecureChannel | None, room: int) -> int:
    return room if channel is None else channel.payload_in(room)


def _status(status: Status) -> Response:
    return Response(b"", status)
