"""PACE between reader and virtual chip: every curve and cipher, both passwords, and no quiet retreat."""

import pytest

from kiosk.devices.chip import elliptic, tlv
from kiosk.devices.chip.card_folder import Card, Traits
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.curve_table import CURVES
from kiosk.devices.chip.exchange import ChipFailure
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.proofs import judge_card_access, parse_dg14
from kiosk.devices.chip.security_infos import Mapping, pace_entry
from kiosk.devices.chip.session import Secrets
from kiosk.domain.chip import CheckResult, Verdict
from kiosk.domain.failure import FailureCode
from tests.devices.chip.cards import LINE, ChipInHand, sized
from tests.devices.chip.opened_cards import CAN, card_offering, opened

AES = pace_entry(CipherKind.AES_128, 13)
SELECT_BY_NAME, GET_CHALLENGE, SET_TEMPLATE = b"\x00\xa4\x04", b"\x00\x84", b"\x00\x22\xc1\xa4"
OTHER_LINE = "CSCA00000015<3411218<8507158<6"


def refused(link: ChipInHand, known: Secrets) -> str:
    with pytest.raises(ChipFailure) as caught:
        opened(link, known)
    assert caught.value.fault.code is FailureCode.CHIP_ACCESS_DENIED
    return caught.value.fault.detail


@pytest.mark.parametrize("parameters", range(8, 19))
def test_every_standardised_curve(parameters: int) -> None:
    card = card_offering(pace_entry(CipherKind.AES_128, parameters))
    how, group = opened(ChipInHand(card))
    assert how.protocol == "PACE"
    assert group == sized(ChipFile.DG1, 95)


@pytest.mark.parametrize("cipher", CipherKind)
@pytest.mark.parametrize("known", [Secrets(LINE), Secrets(LINE, CAN)], ids=["MRZ", "CAN"])
def test_every_cipher_with_both_passwords(cipher: CipherKind, known: Secrets) -> None:
    how, group = opened(ChipInHand(card_offering(pace_entry(cipher, 12))), known)
    assert how.detail == f"PACE {cipher.title} P-256 with the {'MRZ' if known.can is None else 'CAN'}"
    assert group == sized(ChipFile.DG1, 95)


@pytest.mark.parametrize("known", [Secrets(OTHER_LINE), Secrets(LINE, "314159")], ids=["MRZ", "CAN"])
def test_a_wrong_password_is_never_tried_in_the_weaker_way(known: Secrets) -> None:
    link = ChipInHand(card_offering(AES))
    assert "6300" in refused(link, known)
    assert not any(command.startswith(GET_CHALLENGE) for command in link.commands)


def test_a_chip_without_an_access_number_says_so() -> None:
    assert "6A88" in refused(ChipInHand(card_offering(AES, traits=Traits())), Secrets(LINE, CAN))


def test_the_strongest_offer_is_taken_and_the_curve_named_where_there_is_a_choice() -> None:
    offers = (AES, pace_entry(CipherKind.AES_256, 15), pace_entry(CipherKind.TRIPLE_DES, 12))
    link = ChipInHand(card_offering(*offers))
    assert opened(link)[0].detail.startswith("PACE AES-256 P-384")
    template = next(command for command in link.commands if command.startswith(SET_TEMPLATE))
    assert tlv.parse_all(template[5:])[-1] == tlv.Tlv(0x84, b"\x0f")


def test_a_chip_that_bac_does_not_open() -> None:
    traits = Traits(can=CAN, bac=False)
    assert opened(ChipInHand(card_offering(AES, traits=traits)))[0].protocol == "PACE"
    assert "6D00" in refused(ChipInHand(card_offering(traits=traits)), Secrets(LINE))


@pytest.mark.parametrize(
    "mapping", [Mapping.DH_GENERIC, Mapping.ECDH_INTEGRATED, Mapping.ECDH_CHIP_AUTHENTICATION]
)
def test_offers_that_the_reader_does_not_speak_leave_bac_and_say_so(mapping: Mapping) -> None:
    how, group = opened(ChipInHand(card_offering(pace_entry(CipherKind.AES_128, 13, mapping))))
    assert how.protocol == "BAC"
    assert "unknown to the reader" in how.detail
    assert group == sized(ChipFile.DG1, 95)


def test_parameters_that_the_reader_does_not_know_are_no_offer() -> None:
    for parameters in (0, 2, 7, 19, 127):
        assert (
            opened(ChipInHand(card_offering(pace_entry(CipherKind.AES_128, parameters))))[0].protocol == "BAC"
        )


def test_a_chip_that_wants_everything_selected_by_name() -> None:
    """Some chips have no current file after a reset and refuse the short identifier."""
    link = ChipInHand(card_offering(AES), lambda n, true: b"\x69\x86" if n == 1 else true)
    assert opened(link)[0].protocol == "PACE"
    assert b"\x00\xa4\x00\x0c\x02\x3f\x00" in link.commands


def test_a_card_access_longer_than_one_answer() -> None:
    filler = tuple(pace_entry(CipherKind.AES_128, parameters) for parameters in range(100, 116))
    how, _ = opened(ChipInHand(card_offering(AES, *filler)))
    assert how.card_access is not None
    assert len(how.card_access.entries) == 17


def judged(card: Card) -> CheckResult | None:
    how, _ = opened(ChipInHand(card))
    raw = card.files.get(ChipFile.DG14.short_id)
    return judge_card_access(how, None if raw is None else parse_dg14(raw))


def verdict(card: Card) -> Verdict | None:
    result = judged(card)
    return None if result is None else result.verdict


def test_what_was_offered_is_held_against_what_is_signed() -> None:
    weaker = pace_entry(CipherKind.TRIPLE_DES, 12)
    assert verdict(card_offering(AES)) is Verdict.GENUINE
    assert verdict(card_offering()) is None
    assert verdict(card_offering(AES, in_card_access=())) is Verdict.ALTERED
    assert verdict(card_offering(AES, in_card_access=(weaker,))) is Verdict.ALTERED
    assert verdict(card_offering(AES, in_card_access=(AES, weaker))) is Verdict.ALTERED
    assert verdict(card_offering(AES, weaker, in_card_access=(weaker,))) is Verdict.ALTERED
    assert verdict(card_offering(in_card_access=(AES,))) is Verdict.NOT_PRESENT


@pytest.mark.parametrize(
    "raw", ["", "31", "3100", "310230", "30023000", "31028000", "3105300302017F", "31FF"]
)
def test_a_card_access_that_is_none_leaves_bac_and_a_verdict(raw: str) -> None:
    card = card_offering()
    spoilt = Card(card.files, LINE, master_files={MasterFile.CARD_ACCESS.identifier: bytes.fromhex(raw)})
    how, group = opened(ChipInHand(spoilt))
    assert how.protocol == "BAC"
    assert group is not None
    result = judge_card_access(how, None)
    assert (result is None) == (raw == "")
    assert result is None or result.verdict is Verdict.UNREADABLE


# Answers by number: 1 EF.CardAccess, 2 EF.ATR/INFO, 3 MSE:Set AT, 4 nonce, 5 mapping, 6 agreement, 7 token.
CURVE = next(curve for curve in CURVES if curve.name == "brainpoolP256r1")
OFF_CURVE = b"\x04" + bytes(31) + b"\x05" + bytes(31) + b"\x05"
COMPRESSED = b"\x02" + CURVE.gx.to_bytes(32, "big")
BEYOND_FIELD = b"\x04" + CURVE.p.to_bytes(32, "big") + CURVE.gy.to_bytes(32, "big")
OTHER_CURVE = elliptic.encode_point(CURVES[1], elliptic.base_point(CURVES[1]))


@pytest.mark.parametrize(
    "point",
    [b"", b"\0", b"\x04", bytes(65), OFF_CURVE, COMPRESSED, BEYOND_FIELD, OTHER_CURVE, b"\x04" + bytes(300)],
    ids=["none", "infinity", "cut", "zeros", "off curve", "compressed", "beyond", "another curve", "long"],
)
@pytest.mark.parametrize("number", [5, 6])
def test_points_that_would_give_the_secret_away(number: int, point: bytes) -> None:
    answer = tlv.encode(0x7C, tlv.encode(0x82 if number == 5 else 0x84, point)) + b"\x90\x00"
    link = ChipInHand(card_offering(AES), lambda n, true: answer if n == number else true)
    with pytest.raises(ChipFailure, match="PACE") as caught:
        opened(link)
    assert caught.value.fault.code is FailureCode.CHIP_UNREADABLE
    assert len(link.commands) == number


@pytest.mark.parametrize("number", [5, 6])
def test_a_chip_that_returns_the_readers_own_key(number: int) -> None:
    link = ChipInHand(card_offering(AES), lambda n, true: echo(link) if n == number else true)

    def echo(link: ChipInHand) -> bytes:
        sent = tlv.parse_exactly(link.commands[-1][5:-1], 0x7C).children()[0]
        return tlv.encode(0x7C, tlv.encode(sent.tag + 1, sent.value)) + b"\x90\x00"

    with pytest.raises(ChipFailure, match="no key of its own"):
        opened(link)


NONSENSE = ("", "90", "6A80", "6982", "6700", "3000")
NO_DATA = ("9000", "63C2", "7C009000", "7C0280009000", "7C8180009000")


@pytest.mark.parametrize(
    ("number", "answer"),
    [(n, a) for n in range(3, 8) for a in NONSENSE] + [(n, a) for n in range(4, 8) for a in NO_DATA],
)
def test_nonsense_in_every_step_of_pace(number: int, answer: str) -> None:
    said = bytes.fromhex(answer)
    link = ChipInHand(card_offering(AES), lambda n, true: said if n == number else true)
    with pytest.raises(ChipFailure) as caught:
        opened(link)
    assert caught.value.fault.code in (FailureCode.CHIP_UNREADABLE, FailureCode.CHIP_ACCESS_DENIED)
    assert len(link.commands) == number


def test_a_warning_of_passwords_tried_in_vain_stops_nobody() -> None:
    link = ChipInHand(card_offering(AES), lambda n, true: b"\x63\xc2" if n == 3 else true)
    assert opened(link)[0].protocol == "PACE"


def test_another_nonce_or_token_is_a_wrong_password() -> None:
    nonce = tlv.encode(0x7C, tlv.encode(0x80, bytes(16))) + b"\x90\x00"
    link = ChipInHand(card_offering(AES), lambda n, true: nonce if n == 4 else true)
    assert "6300" in refused(link, Secrets(LINE))
    token = tlv.encode(0x7C, tlv.encode(0x86, bytes(8))) + b"\x90\x00"
    link = ChipInHand(card_offering(AES), lambda n, true: token if n == 7 else true)
    assert "did not prove" in refused(link, Secrets(LINE))
