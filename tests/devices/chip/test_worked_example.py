"""The worked example of ICAO Doc 9303-11 appendix D, every intermediate value of it."""

import asyncio
import hashlib
from collections.abc import Iterator

from kiosk.devices.chip import bac
from kiosk.devices.chip.apdu import Command, Response, parse_command, parse_response
from kiosk.devices.chip.ciphers import (
    AUTHENTICATION,
    ENCRYPTION,
    TripleDesSuite,
    derive_des_key,
    des3_cbc_decrypt,
    des3_cbc_encrypt,
    pad,
    retail_mac,
)
from kiosk.devices.chip.secure_messaging import SecureChannel

h = bytes.fromhex

BOOKLET_LINE = "L898902C<3UTO6908061F9406236ZE184226B<<<<<14"
KEY_ENC = h("AB94FDECF2674FDFB9B391F85D7F76F2")
KEY_MAC = h("7962D9ECE03D1ACD4C76089DCE131543")
CHIP_RANDOM, READER_RANDOM = h("4608F91988702212"), h("781723860C06C226")
READER_KEY, CHIP_KEY = h("0B795240CB7049B01C19B33E32804F0B"), h("0B4F80323EB3191CB04970CB4052790B")
READER_TOKEN = h("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7")
CHIP_TOKEN = h("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449")
SESSION_ENC, SESSION_MAC = h("979EC13B1CBFE9DCD01AB0FED307EAE5"), h("F1CB1F1FB5ADF208806B89DC579DC1F8")
COUNTER = 0x887022120C06C226

SELECT_COM = Command(0x00, 0xA4, 0x02, 0x0C, h("011E"))
EXCHANGES = (
    (
        SELECT_COM,
        h("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"),
        Response(b"", 0x9000),
        h("990290008E08FA855A5D4C50A8ED9000"),
    ),
    (
        Command(0x00, 0xB0, 0x00, 0x00, expected=4),
        h("0CB000000D9701048E08ED6705417E96BA5500"),
        Response(h("60145F01"), 0x9000),
        h("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"),
    ),
    (
        Command(0x00, 0xB0, 0x00, 0x04, expected=18),
        h("0CB000040D9701128E082EA28A70F3C7B53500"),
        Response(h("04303130365F36063034303030305C026175"), 0x9000),
        h("871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000"),
    ),
)


def channel() -> SecureChannel:
    return SecureChannel(TripleDesSuite(SESSION_ENC, SESSION_MAC), COUNTER)


def test_key_text_of_every_form_of_document() -> None:
    assert bac.access_text(BOOKLET_LINE) == "L898902C<369080619406236"
    two_line_card = "D23145890<UTO3407127M95071227349<<<8"
    three_line_card = (
        "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<<<<<<<<<<<<<<"
    )
    assert bac.access_text(two_line_card) == "D23145890734934071279507122"
    assert bac.access_text(three_line_card) == "D23145890734934071279507122"


def test_seed_and_access_keys() -> None:
    digest = hashlib.sha1(b"L898902C<369080619406236", usedforsecurity=False).digest()
    assert digest == h("239AB9CB282DAF66231DC5A4DF6BFBAEDF477565")
    assert derive_des_key(digest[:16], ENCRYPTION) == KEY_ENC
    assert derive_des_key(digest[:16], AUTHENTICATION) == KEY_MAC
    keys = bac.access_keys(BOOKLET_LINE)
    assert (keys.encryption, keys.mac) == (KEY_ENC, KEY_MAC)


def test_authentication_tokens_of_both_ends() -> None:
    keys = bac.access_keys(BOOKLET_LINE)
    content = READER_RANDOM + CHIP_RANDOM + READER_KEY
    assert content == h("781723860C06C2264608F919887022120B795240CB7049B01C19B33E32804F0B")
    assert des3_cbc_encrypt(KEY_ENC, content) == READER_TOKEN[:32]
    assert retail_mac(KEY_MAC, pad(READER_TOKEN[:32], 8)) == READER_TOKEN[32:]
    assert bac.seal(keys, content) == READER_TOKEN
    assert bac.seal(keys, CHIP_RANDOM + READER_RANDOM + CHIP_KEY) == CHIP_TOKEN
    assert bac.unseal(keys, CHIP_TOKEN) == CHIP_RANDOM + READER_RANDOM + CHIP_KEY


def test_session_keys_and_counter() -> None:
    seed = bytes(a ^ b for a, b in zip(READER_KEY, CHIP_KEY, strict=True))
    assert seed == h("0036D272F5C350ACAC50C3F572D23600")
    assert derive_des_key(seed, ENCRYPTION) == SESSION_ENC
    assert derive_des_key(seed, AUTHENTICATION) == SESSION_MAC


def test_the_whole_authentication_as_the_reader_does_it() -> None:
    sent: list[bytes] = []
    answers = iter((CHIP_RANDOM + h("9000"), CHIP_TOKEN + h("9000")))
    randoms: Iterator[bytes] = iter((READER_RANDOM, READER_KEY))

    async def exchange(command: Command) -> Response:
        sent.append(command.encoded())
        return parse_response(next(answers))

    opened = asyncio.run(bac.open_with_line(exchange, bac.access_keys(BOOKLET_LINE), lambda _: next(randoms)))
    assert sent == [h("0084000008"), h("0082000028") + READER_TOKEN + h("28")]
    assert opened.protect(SELECT_COM).encoded() == EXCHANGES[0][1]


def test_secure_messaging_intermediate_values() -> None:
    assert pad(h("0CA4020C"), 8) == h("0CA4020C80000000")
    assert pad(h("011E"), 8) == h("011E800000000000")
    assert des3_cbc_encrypt(SESSION_ENC, h("011E800000000000")) == h("6375432908C044F6")
    suite = TripleDesSuite(SESSION_ENC, SESSION_MAC)
    message = h("0CA4020C800000008709016375432908C044F6")
    assert suite.mac(COUNTER + 1, pad(message, 8)) == h("BF8B92D635FF24F8")
    assert suite.mac(COUNTER + 2, pad(h("99029000"), 8)) == h("FA855A5D4C50A8ED")
    assert suite.mac(COUNTER + 3, pad(h("0CB0000080000000970104"), 8)) == h("ED6705417E96BA55")
    assert suite.mac(COUNTER + 4, pad(h("8709019FF0EC34F992265199029000"), 8)) == h("AD55CC17140B2DED")
    assert des3_cbc_decrypt(SESSION_ENC, h("9FF0EC34F9922651")) == h("60145F0180000000")
    assert suite.mac(COUNTER + 5, pad(h("0CB0000480000000970112"), 8)) == h("2EA28A70F3C7B535")


def test_secure_messaging_as_the_reader_speaks_it() -> None:
    line = channel()
    for plain, protected, response, answer in EXCHANGES:
        assert line.protect(plain).encoded() == protected
        assert line.open_response(answer) == response


def test_secure_messaging_as_the_chip_speaks_it() -> None:
    line = channel()
    for plain, protected, response, answer in EXCHANGES:
        assert line.open_command(parse_command(protected)) == plain
        assert line.protect_response(response).encoded() == answer
