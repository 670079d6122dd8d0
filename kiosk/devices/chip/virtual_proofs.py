"""The chip's own part in active and chip authentication (ICAO Doc 9303-11 sections 6.1 and 6.2)."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from kiosk.devices.chip import active_authentication, chip_authentication, elliptic, tlv
from kiosk.devices.chip.apdu import Command, Response, Status
from kiosk.devices.chip.bac import RandomSource
from kiosk.devices.chip.card_folder import Traits
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import ChipKey, SecurityInfos
from kiosk.devices.chip.signatures import DIGESTS

_DEFAULT_DIGEST = "sha256"


class ChipProofs:
    """Signs challenges and agrees on new sessions with the keys that the card holds, if it holds any."""

    def __init__(self, traits: Traits, infos: SecurityInfos, random: RandomSource) -> None:
        self._traits = traits
        self._infos = infos
        self._random = random
        self._chosen: ChipKey | None = None

    def forget(self) -> None:
        self._chosen = None

    def sign(self, command: Command, most: int) -> Response:
        """INTERNAL AUTHENTICATE; `most` is what the answer can carry, bytes."""
        key = self._traits.active_key
        if key is None:
            return Response(b"", Status.INSTRUCTION_UNKNOWN)
        if len(command.body) != active_authentication.CHALLENGE_BYTES:
            return Response(b"", Status.WRONG_LENGTH)
        if isinstance(key, rsa.RSAPrivateKey):
            signature = self._by_rsa(key, command.body)
        else:
            signature = self._by_curve(key, command.body)
        if command.expected is None or len(signature) > min(command.expected, most):
            return Response(b"", Status.WRONG_LENGTH)
        return Response(signature, Status.OK)

    def set_template(self, command: Command) -> tuple[Response, SecureChannel | None]:
        """MSE:Set AT names the protocol; MSE:Set KAT already brings the reader's key (3DES)."""
        self._chosen = None
        try:
            named = {found.tag: found.value for found in tlv.parse_all(command.body)}
        except tlv.MalformedTlv:
            return Response(b"", Status.WRONG_DATA), None
        reference = named.get(chip_authentication.KEY_REFERENCE)
        old_form = command.p2 == 0xA6
        for key in self._infos.chip_keys:
            if reference is not None and int.from_bytes(reference, "big") != key.key_id:
                continue
            if old_form and key.cipher is CipherKind.TRIPLE_DES:
                return self._agree(key, named.get(chip_authentication.KEY_OF_THE_OLD_FORM, b""), b"")
            if not old_form and key.protocol == named.get(chip_authentication.PROTOCOL):
                self._chosen = key
                return Response(b"", Status.OK), None
        return Response(b"", Status.WRONG_DATA), None

    def authenticate(self, command: Command) -> tuple[Response, SecureChannel | None]:
        """GENERAL AUTHENTICATE with the reader's key."""
        chosen, self._chosen = self._chosen, None
        if chosen is None:
            return Response(b"", Status.CONDITIONS_NOT_SATISFIED), None
        try:
            data = tlv.parse_exactly(command.body, chip_authentication.DYNAMIC_DATA).children()
        except tlv.MalformedTlv:
            return Response(b"", Status.WRONG_DATA), None
        found = tlv.first(data, chip_authentication.READER_KEY)
        done = tlv.encode(chip_authentication.DYNAMIC_DATA, b"")
        return self._agree(chosen, b"" if found is None else found.value, done)

    def _agree(self, key: ChipKey, theirs: bytes, done: bytes) -> tuple[Response, SecureChannel | None]:
        own = self._traits.agreement_key
        if own is None:
            return Response(b"", Status.CONDITIONS_NOT_SATISFIED), None
        try:
            point = elliptic.decode_exchanged_point(key.curve, theirs)
            private = own.private_numbers().private_value
            secret = chip_authentication.shared_secret(key.curve, private, point)
        except (ValueError, chip_authentication.NoAgreement):
            return Response(b"", Status.WRONG_DATA), None
        return Response(done, Status.OK), chip_authentication.channel(key.cipher, secret)

    def _by_rsa(self, key: rsa.RSAPrivateKey, challenge: bytes) -> bytes:
        numbers = key.private_numbers()
        modulus = numbers.public_numbers.n
        size = (modulus.bit_length() + 7) // 8
        block = active_authentication.recoverable_block(
            modulus, challenge, self._random(size), _DEFAULT_DIGEST
        )
        return pow(block, numbers.d, modulus).to_bytes(size, "big")

    def _by_curve(self, key: ec.EllipticCurvePrivateKey, challenge: bytes) -> bytes:
        name = self._infos.plain_digest or _DEFAULT_DIGEST
        r, s = decode_dss_signature(key.sign(challenge, ec.ECDSA(DIGESTS[name]())))
        half = (key.key_size + 7) // 8
        return r.to_bytes(half, "big") + s.to_bytes(half, "big")
