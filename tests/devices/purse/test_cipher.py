"""The purse's cryptography against the published worked example, and the card against the module."""

import pytest

from kiosk.devices.simulated.purse_card import (
    NO_PROOF,
    NOT_ENOUGH,
    NOT_INITIALISED,
    NOT_SELECTED,
    OK,
    PURSE_APPLICATION,
    WRONG_MAC,
    PurseKeys,
    PurseState,
    transmit,
)
from kiosk.domain import purse_cipher
from kiosk.domain.purse_cipher import PurchaseTerms

KEY = bytes.fromhex("11223344556677888877665544332211")
RANDOM = bytes.fromhex("11223344")
TERMINAL = bytes.fromhex("001122334455")
TERMS = PurchaseTerms(0x1000, TERMINAL, bytes.fromhex("20120229"), bytes.fromhex("135100"))
KEYS = PurseKeys(bytes(range(16)), bytes(range(16, 32)))
CARD = PurseState(physical="a1" * 8, logical="5100000000000007", balance=5000)
SELECT = b"\x00\xa4\x04\x00\x08" + PURSE_APPLICATION
INITIALISE = bytes.fromhex("805001020b01") + (1500).to_bytes(4) + TERMINAL + b"\x0f"


def test_the_published_example() -> None:
    session = purse_cipher.session_key(KEY, RANDOM, 0, 1)
    assert session.hex() == "003238abc57659dd"
    assert purse_cipher.mac1(session, TERMS).hex() == "f15cab75"
    assert purse_cipher.mac2(session, 0x1000).hex() == "56988a13"


def test_the_published_session_key_for_loading_uses_the_same_cipher() -> None:
    assert purse_cipher.encrypt(KEY, RANDOM + bytes.fromhex("00008000")).hex() == "9b1d924e05595603"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: purse_cipher.encrypt(bytes(7), bytes(8)),
        lambda: purse_cipher.encrypt(bytes(8), bytes(7)),
        lambda: purse_cipher.diversify(bytes(8), bytes(8)),
        lambda: purse_cipher.session_key(KEY, bytes(3), 0, 0),
        lambda: purse_cipher.tac(bytes(8), TERMS, 1),
        lambda: PurchaseTerms(1 << 32, TERMINAL, bytes(4), bytes(3)),
        lambda: PurchaseTerms(1, bytes(5), bytes(4), bytes(3)),
    ],
)
def test_wrong_sizes_are_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"size|key|block|random"):
        wrong()


def selected(card: PurseState = CARD) -> PurseState:
    card, answer = transmit(card, KEYS, SELECT)
    assert answer == OK
    return card


def debit(card: PurseState, answer: bytes, *, serial: int = 9, mac1: bytes | None = None) -> bytes:
    """Return the debit command that a genuine module makes for an initialised purchase."""
    card_key = purse_cipher.diversify(KEYS.purchase, bytes.fromhex(card.logical))
    session = purse_cipher.session_key(card_key, answer[11:15], int.from_bytes(answer[4:6]), serial)
    terms = PurchaseTerms(1500, TERMINAL, bytes.fromhex("20260601"), bytes.fromhex("160000"))
    proof = purse_cipher.mac1(session, terms) if mac1 is None else mac1
    return b"\x80\x54\x01\x00\x0f" + serial.to_bytes(4) + terms.date + terms.time + proof + b"\x08"


def test_a_purchase_debits_once_and_proves_it() -> None:
    card, answer = transmit(selected(), KEYS, INITIALISE)
    assert (len(answer), answer[-2:]) == (17, OK)
    command = debit(card, answer)
    card, paid = transmit(card, KEYS, command)
    assert paid[-2:] == OK
    assert (card.balance, card.offline_count) == (3500, 1)
    assert transmit(card, KEYS, command) == (card, NOT_INITIALISED)
    tac, mac2 = paid[:4], paid[4:8]
    assert transmit(card, KEYS, b"\x80\x5a\x00\x06\x02\x00\x00\x08")[1] == mac2 + tac + OK
    assert transmit(card, KEYS, b"\x80\x5a\x00\x06\x02\x00\x01\x08")[1] == NO_PROOF
    assert transmit(card, KEYS, b"\x80\x5c\x00\x02\x04")[1] == (3500).to_bytes(4) + OK
    assert transmit(card, KEYS, b"\x00\xb2\x01\xc4\x00")[1][5:9] == (1500).to_bytes(4)
    assert transmit(card, KEYS, b"\x00\xb0\x95\x00\x1e")[1][10:18].hex() == card.logical


def test_a_wrong_mac_debits_nothing_and_ends_the_purchase() -> None:
    card, answer = transmit(selected(), KEYS, INITIALISE)
    card, refused = transmit(card, KEYS, debit(card, answer, mac1=bytes(4)))
    assert (refused, card.balance) == (WRONG_MAC, 5000)
    assert transmit(card, KEYS, debit(card, answer))[1] == NOT_INITIALISED


def test_without_money_selection_or_power_there_is_no_purchase() -> None:
    poor = selected(CARD.model_copy(update={"balance": 1499}))
    assert transmit(poor, KEYS, INITIALISE)[1] == NOT_ENOUGH
    assert transmit(CARD, KEYS, INITIALISE) == (CARD, NOT_SELECTED)
    card, answer = transmit(selected(), KEYS, INITIALISE)
    assert transmit(card.powered_off(), KEYS, debit(card, answer))[1] == NOT_SELECTED
