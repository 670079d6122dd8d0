"""The worked example of PACE in ICAO Doc 9303-11 appendix G.1, every value of it (ECDH, generic mapping)."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator

from kiosk.devices.chip import elliptic, pace
from kiosk.devices.chip.apdu import Command, Response, parse_response
from kiosk.devices.chip.bac import access_text
from kiosk.devices.chip.ciphers import AUTHENTICATION, ENCRYPTION, AesSuite, CipherKind
from kiosk.devices.chip.elliptic import Point
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import Mapping, parse_security_infos

h = bytes.fromhex

LINE = "I<UTOT22000129<3<<<<<<<<<<<<<<6408125F1010318UTO<<<<<<<<<<<6ANYWAY<<JUST<A<NAME<<<<<<<<<<<"
CARD_ACCESS = h("31143012060A04007F0007020204020202010202010D")
NONCE_KEY = h("89DED1B26624EC1E634C1989302849DD")
CRYPTOGRAM, NONCE = h("95A3A016522EE98D01E76CB6B98B42C3"), h("3F00C4D39D153F2B2A214A078D899B22")
READER_MAP_PRIVATE = 0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99
CHIP_MAP_PRIVATE = 0x498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560
READER_MAP_PUBLIC = h(
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
)
CHIP_MAP_PUBLIC = h(
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
SHARED = Point(
    0x60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5,
    0x0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181,
)
MAPPED = Point(
    0x8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2,
    0x8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522,
)
READER_PRIVATE = 0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595
CHIP_PRIVATE = 0x107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A
READER_PUBLIC = h(
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
CHIP_PUBLIC = h(
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
)
SECRET = h("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925")
SESSION_ENC, SESSION_MAC = h("F5F0E35C0D7161EE6724EE513A0D9A7F"), h("FE251C7858B356B24514B3BD5F4297D1")
READER_TOKEN, CHIP_TOKEN = h("C2B0BD78D94BA866"), h("3ABB9674BCE93C08")

SENT = (
    h("0022C1A40F800A04007F00070202040202830101"),
    h("10860000027C0000"),
    h("10860000457C438141") + READER_MAP_PUBLIC + h("00"),
    h("10860000457C438341") + READER_PUBLIC + h("00"),
    h("008600000C7C0A8508C2B0BD78D94BA86600"),
)
ANSWERS = (
    h("9000"),
    h("7C128010") + CRYPTOGRAM + h("9000"),
    h("7C438241") + CHIP_MAP_PUBLIC + h("9000"),
    h("7C438441") + CHIP_PUBLIC + h("9000"),
    h("7C0A86083ABB9674BCE93C089000"),
)

INFO = parse_security_infos(CARD_ACCESS).pace[0]
CURVE = elliptic.curve_of_name("1.3.36.3.3.2.8.1.1.7")


def drawing(*scalars: int) -> Callable[[int], bytes]:
    """Return a source of random bytes from which exactly these private keys are drawn."""
    left: Iterator[int] = iter(scalars)
    return lambda count: (next(left) - 1).to_bytes(count, "big")


def test_card_access_offers_what_the_example_says() -> None:
    assert INFO.protocol == h("04007F00070202040202")
    assert (INFO.mapping, INFO.cipher, INFO.parameters) == (Mapping.ECDH_GENERIC, CipherKind.AES_128, 13)
    assert INFO.curve is CURVE
    assert INFO.usable


def test_the_password_and_the_nonce() -> None:
    assert access_text(LINE) == "T22000129364081251010318"
    password = pace.line_password(LINE)
    assert password.secret == h("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    assert pace.nonce_key(INFO.cipher, password) == NONCE_KEY
    assert INFO.cipher.decrypt_nonce(NONCE_KEY, CRYPTOGRAM) == NONCE
    assert INFO.cipher.encrypt_nonce(NONCE_KEY, NONCE) == CRYPTOGRAM


def test_the_mapping_of_both_ends() -> None:
    base = elliptic.base_point(CURVE)
    reader = pace.draw_keypair(CURVE, base, drawing(READER_MAP_PRIVATE))
    chip = pace.draw_keypair(CURVE, base, drawing(CHIP_MAP_PRIVATE))
    assert (reader.encoded, chip.encoded) == (READER_MAP_PUBLIC, CHIP_MAP_PUBLIC)
    assert reader.agree(CHIP_MAP_PUBLIC) == chip.agree(READER_MAP_PUBLIC) == SHARED
    assert pace.mapped_base(CURVE, NONCE, SHARED) == MAPPED


def test_the_agreement_and_the_tokens_of_both_ends() -> None:
    reader = pace.draw_keypair(CURVE, MAPPED, drawing(READER_PRIVATE))
    chip = pace.draw_keypair(CURVE, MAPPED, drawing(CHIP_PRIVATE))
    assert (reader.encoded, chip.encoded) == (READER_PUBLIC, CHIP_PUBLIC)
    agreed = pace.agreement(INFO, CURVE, reader.agree(CHIP_PUBLIC))
    assert agreed == pace.agreement(INFO, CURVE, chip.agree(READER_PUBLIC))
    assert agreed.secret == SECRET
    assert INFO.cipher.derive_key(SECRET, ENCRYPTION) == SESSION_ENC
    assert INFO.cipher.derive_key(SECRET, AUTHENTICATION) == SESSION_MAC
    assert (agreed.token(CHIP_PUBLIC), agreed.token(READER_PUBLIC)) == (READER_TOKEN, CHIP_TOKEN)


def test_the_whole_protocol_as_the_reader_speaks_it() -> None:
    sent: list[bytes] = []
    answers = iter(ANSWERS)

    async def exchange(command: Command) -> Response:
        sent.append(command.encoded())
        return parse_response(next(answers))

    random = drawing(READER_MAP_PRIVATE, READER_PRIVATE)
    opened = asyncio.run(pace.open_with_password(exchange, INFO, pace.line_password(LINE), random))
    assert tuple(sent) == SENT
    command = Command(0x00, 0xA4, 0x04, 0x0C, h("A0000002471001"))
    expected = SecureChannel(AesSuite(SESSION_ENC, SESSION_MAC), 0).protect(command)
    assert opened.protect(command) == expected


def test_keys_of_every_length_from_one_secret() -> None:
    """Key derivation of the protocol's other ciphers, by its own words (section 9.7.1)."""
    for kind, hashed, size in (
        (CipherKind.AES_192, hashlib.sha256, 24),
        (CipherKind.AES_256, hashlib.sha256, 32),
    ):
        assert kind.derive_key(SECRET, ENCRYPTION) == hashed(SECRET + h("00000001")).digest()[:size]
