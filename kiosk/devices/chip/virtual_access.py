"""The chip's own part in BAC and PACE (ICAO Doc 9303-11 sections 4.3 and 4.4)."""

import hmac
from collections.abc import Mapping

from kiosk.devices.chip import bac, elliptic, pace, tlv
from kiosk.devices.chip.apdu import CHAINED, Command, Response, Status
from kiosk.devices.chip.curve_table import Curve
from kiosk.devices.chip.pace import Agreement, Keypair, Password, PasswordKind
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import PaceInfo

Outcome = tuple[Response, SecureChannel | None]
"""The answer, and the session that begins after it."""


class BasicAccess:
    """BAC: a challenge serves for one attempt."""

    def __init__(self, line: str, random: bac.RandomSource) -> None:
        self._keys = bac.access_keys(line)
        self._random = random
        self._challenge: bytes | None = None

    def forget(self) -> None:
        self._challenge = None

    def give_challenge(self, command: Command) -> Response:
        if command.expected not in (bac.RANDOM_BYTES, 256):
            return Response(b"", Status.WRONG_LENGTH)
        self._challenge = self._random(bac.RANDOM_BYTES)
        return Response(self._challenge, Status.OK)

    def authenticate(self, command: Command) -> Outcome:
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            return Response(b"", Status.CONDITIONS_NOT_SATISFIED), None
        try:
            content = bac.unseal(self._keys, command.body)
        except bac.AccessDenied:
            return Response(b"", Status.AUTHENTICATION_FAILED), None
        reader_random, returned, reader_key = content[:8], content[8:16], content[16:]
        if returned != challenge:
            return Response(b"", Status.AUTHENTICATION_FAILED), None
        chip_key = self._random(bac.KEYING_BYTES)
        channel = bac.session_channel(reader_key, chip_key, challenge, reader_random)
        return Response(bac.seal(self._keys, challenge + reader_random + chip_key), Status.OK), channel


class PaceAccess:
    """PACE: one step after the other, or all over again."""

    def __init__(
        self,
        offers: tuple[PaceInfo, ...],
        passwords: Mapping[PasswordKind, Password],
        random: bac.RandomSource,
    ) -> None:
        self._offers = tuple(offer for offer in offers if offer.usable)
        self._passwords = passwords
        self._random = random
        self.forget()

    def forget(self) -> None:
        self._info: PaceInfo | None = None
        self._password: Password | None = None
        self._nonce: bytes | None = None
        self._shared: elliptic.Point | None = None
        self._agreed: tuple[Agreement, bytes, bytes] | None = None

    def set_template(self, command: Command) -> Response:
        """MSE:Set AT: which protocol, which password, and which parameters where there is a choice."""
        self.forget()
        try:
            objects = tlv.parse_all(command.body)
        except tlv.MalformedTlv:
            return Response(b"", Status.WRONG_DATA)
        named = {found.tag: found.value for found in objects}
        parameters = named.get(pace.PARAMETERS)
        fitting = [
            offer
            for offer in self._offers
            if offer.protocol == named.get(pace.PROTOCOL)
            and (parameters is None or parameters == bytes([offer.parameters or 0]))
        ]
        reference = named.get(pace.PASSWORD_REFERENCE, b"")
        password = next((p for kind, p in self._passwords.items() if bytes([kind]) == reference), None)
        if not fitting or len({offer.parameters for offer in fitting}) > 1:
            return Response(b"", Status.WRONG_DATA)
        if password is None:
            return Response(b"", Status.REFERENCE_UNKNOWN)
        self._info, self._password = fitting[0], password
        return Response(b"", Status.OK)

    def step(self, command: Command) -> Outcome:
        """GENERAL AUTHENTICATE: any fault begins everything anew."""
        try:
            answer, channel = self._step(command)
        except (tlv.MalformedTlv, pace.PaceFailed):
            answer, channel = Response(b"", Status.WRONG_DATA), None
        if not answer.ok or channel is not None:
            self.forget()
        return answer, channel

    def _step(self, command: Command) -> Outcome:
        objects = tlv.parse_exactly(command.body, pace.DYNAMIC_DATA).children()
        info, password = self._info, self._password
        last = self._agreed is not None
        if info is None or password is None or bool(command.cla & CHAINED) is last:
            return Response(b"", Status.CONDITIONS_NOT_SATISFIED), None
        if [found.tag for found in objects] != self._wanted():
            return Response(b"", Status.WRONG_DATA), None
        value = objects[0].value if objects else b""
        if self._agreed is not None:
            return self._prove(*self._agreed, value)
        if self._nonce is None:
            return self._give_nonce(info, password), None
        if self._shared is None:
            return self._map(info, value), None
        return self._agree(info, self._nonce, self._shared, value), None

    def _wanted(self) -> list[int]:
        if self._agreed is not None:
            return [0x85]
        if self._nonce is None:
            return []
        return [0x81] if self._shared is None else [0x83]

    def _give_nonce(self, info: PaceInfo, password: Password) -> Response:
        self._nonce = self._random(pace.NONCE_BYTES)
        return _answer(0x80, info.cipher.encrypt_nonce(pace.nonce_key(info.cipher, password), self._nonce))

    def _map(self, info: PaceInfo, theirs: bytes) -> Response:
        own = self._draw(info, None)
        self._shared = own.agree(theirs)
        return _answer(0x82, own.encoded)

    def _agree(self, info: PaceInfo, nonce: bytes, shared: elliptic.Point, theirs: bytes) -> Response:
        own = self._draw(info, pace.mapped_base(_curve(info), nonce, shared))
        self._agreed = pace.agreement(info, _curve(info), own.agree(theirs)), own.encoded, theirs
        return _answer(0x84, own.encoded)

    def _prove(self, agreed: Agreement, own: bytes, theirs: bytes, token: bytes) -> Outcome:
        if not hmac.compare_digest(token, agreed.token(own)):
            return Response(b"", Status.AUTHENTICATION_FAILED), None
        return _answer(0x86, agreed.token(theirs)), agreed.channel()

    def _draw(self, info: PaceInfo, base: elliptic.Point | None) -> Keypair:
        curve = _curve(info)
        return pace.draw_keypair(curve, base or elliptic.base_point(curve), self._random)


def _curve(info: PaceInfo) -> Curve:
    if info.curve is None:
        raise pace.PaceFailed("an offer that is not usable")
    return info.curve


def _answer(tag: int, value: bytes) -> Response:
    return Response(tlv.encode(pace.DYNAMIC_DATA, tlv.encode(tag, value)), Status.OK)
