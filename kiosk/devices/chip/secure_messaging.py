"""Secure messaging of ICAO Doc 9303-11 section 9.8: both ends of the line in one place.

`SecureChannel` protects commands and opens responses for the reader, and opens commands and protects
responses for the virtual chip. The send sequence counter goes up once for every message in either
direction; any error ends the session for good, as the standard asks.
"""

import hmac

from kiosk.devices.chip import tlv
from kiosk.devices.chip.apdu import SECURE, Command, Response, Status, parse_response
from kiosk.devices.chip.ciphers import MAC_BYTES, BadPadding, CipherSuite, pad, unpad

_CRYPTOGRAM, _CRYPTOGRAM_ODD, _EXPECTED, _STATUS, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
_KNOWN = frozenset((_CRYPTOGRAM, _CRYPTOGRAM_ODD, _EXPECTED, _STATUS, _MAC))
_PADDING_INDICATOR = b"\x01"
_MOST_IN_A_SHORT_RESPONSE = 256
_MOST_IN_AN_EXTENDED_RESPONSE = 65536


class SecureMessagingFailed(Exception):
    """A protected message is missing something or wrong; `status` is what a chip answers to it."""

    def __init__(self, reason: str, status: Status = Status.SECURE_MESSAGING_WRONG) -> None:
        super().__init__(reason)
        self.status = status


class SecureChannel:
    """One session: a cipher suite and the send sequence counter."""

    def __init__(self, suite: CipherSuite, counter: int) -> None:
        self._suite = suite
        self._counter = counter
        self._modulus = 1 << (8 * suite.block)

    @property
    def block_payload(self) -> int:
        """Most plain bytes that one short protected response carries: 231 for 3DES, 223 for AES."""
        return self.payload_in(_MOST_IN_A_SHORT_RESPONSE)

    def payload_in(self, room: int) -> int:
        """Return the most plain bytes that a protected response of at most `room` bytes carries."""
        overhead = len(tlv.encode(_STATUS, bytes(2))) + len(tlv.encode(_MAC, bytes(MAC_BYTES)))
        left = room - overhead
        blocks = (left - len(_PADDING_INDICATOR) - 2) // self._suite.block
        while blocks > 0 and len(tlv.encode(_CRYPTOGRAM, bytes(1 + blocks * self._suite.block))) > left:
            blocks -= 1
        return max(blocks * self._suite.block - 1, 0)

    def protect(self, command: Command) -> Command:
        """Return the command as sent: header masked, body encrypted, MAC appended."""
        self._advance()
        header = bytes((command.cla | SECURE, command.ins, command.p1, command.p2))
        objects = self._cryptogram(command.body, odd=command.ins & 1 == 1)
        if command.expected is not None:
            size = 1 if command.expected <= 256 else 2
            objects += tlv.encode(_EXPECTED, (command.expected % (1 << 8 * size)).to_bytes(size, "big"))
        block = self._suite.block
        message = pad(header, block) + (pad(objects, block) if objects else b"")
        objects += tlv.encode(_MAC, self._suite.mac(self._counter, message))
        extended = len(objects) > 255 or (command.expected or 0) > 256
        expected = _MOST_IN_AN_EXTENDED_RESPONSE if extended else _MOST_IN_A_SHORT_RESPONSE
        return Command(header[0], command.ins, command.p1, command.p2, objects, expected)

    def open_response(self, raw: bytes) -> Response:
        """Return the plain response; raise SecureMessagingFailed for anything not truly the chip's."""
        self._advance()
        outer = parse_response(raw)
        objects, signed = self._objects(outer.body)
        status = tlv.first(objects, _STATUS)
        if status is None or len(status.value) != 2 or status is not objects[-2]:
            raise SecureMessagingFailed(f"answer without protection, status {outer.status:04X}")
        self._check_mac(pad(signed, self._suite.block), objects)
        inner = int.from_bytes(status.value, "big")
        if inner != outer.status:
            raise SecureMessagingFailed("status word differs from the protected one")
        return Response(self._decrypt(objects), inner)

    def open_command(self, command: Command) -> Command:
        """Return the plain command, as the chip does; raise SecureMessagingFailed with its status word."""
        self._advance()
        objects, signed = self._objects(command.body)
        block = self._suite.block
        self._check_mac(pad(command.header, block) + (pad(signed, block) if signed else b""), objects)
        expected = tlv.first(objects, _EXPECTED)
        if expected is not None and len(expected.value) not in (1, 2):
            raise SecureMessagingFailed("expected length of neither one nor two bytes")
        count = None
        if expected is not None:
            count = int.from_bytes(expected.value, "big") or 256 ** len(expected.value)
        cla = command.cla & ~SECURE
        return Command(cla, command.ins, command.p1, command.p2, self._decrypt(objects), count)

    def protect_response(self, response: Response, *, odd: bool = False) -> Response:
        """Return the response as the chip sends it."""
        self._advance()
        objects = self._cryptogram(response.body, odd=odd)
        objects += tlv.encode(_STATUS, response.status.to_bytes(2, "big"))
        objects += tlv.encode(_MAC, self._suite.mac(self._counter, pad(objects, self._suite.block)))
        return Response(objects, response.status)

    def _advance(self) -> None:
        self._counter = (self._counter + 1) % self._modulus

    def _cryptogram(self, plain: bytes, *, odd: bool) -> bytes:
        if not plain:
            return b""
        cryptogram = self._suite.encrypt(self._counter, pad(plain, self._suite.block))
        if odd:
            return tlv.encode(_CRYPTOGRAM_ODD, cryptogram)
        return tlv.encode(_CRYPTOGRAM, _PADDING_INDICATOR + cryptogram)

    def _objects(self, body: bytes) -> tuple[tuple[tlv.Tlv, ...], bytes]:
        """Return the objects, the MAC last, and the bytes that the MAC covers, exactly as they came."""
        objects: list[tlv.Tlv] = []
        at = start = 0
        try:
            while at < len(body) and len(objects) <= len(_KNOWN):
                start = at
                found, at = tlv.parse_one(body, at)
                objects.append(found)
        except tlv.MalformedTlv as problem:
            raise SecureMessagingFailed("protected message is not TLV") from problem
        if not objects or objects[-1].tag != _MAC:
            raise SecureMessagingFailed("message without MAC", Status.SECURE_MESSAGING_MISSING)
        tags = [found.tag for found in objects]
        if len(set(tags)) != len(tags) or {_CRYPTOGRAM, _CRYPTOGRAM_ODD} <= set(tags):
            raise SecureMessagingFailed("an object twice in one message")
        if not _KNOWN.issuperset(tags):
            raise SecureMessagingFailed("an object of another protocol")
        return tuple(objects), body[:start]

    def _check_mac(self, message: bytes, objects: tuple[tlv.Tlv, ...]) -> None:
        if not hmac.compare_digest(self._suite.mac(self._counter, message), objects[-1].value):
            raise SecureMessagingFailed("MAC wrong")

    def _decrypt(self, objects: tuple[tlv.Tlv, ...]) -> bytes:
        even, odd = tlv.first(objects, _CRYPTOGRAM), tlv.first(objects, _CRYPTOGRAM_ODD)
        if even is None and odd is None:
            return b""
        cryptogram = odd.value if odd is not None else b""
        if even is not None:
            if not even.value.startswith(_PADDING_INDICATOR):
                raise SecureMessagingFailed("padding indicator other than 01")
            cryptogram = even.value[1:]
        if not cryptogram or len(cryptogram) % self._suite.block:
            raise SecureMessagingFailed("cryptogram not of whole blocks")
        try:
            return unpad(self._suite.decrypt(self._counter, cryptogram))
        except BadPadding as problem:
            raise SecureMessagingFailed("padding of decrypted data") from problem
