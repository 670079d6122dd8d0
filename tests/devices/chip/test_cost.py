"""What a whole read costs: commands and bytes on the line, on permits of the reference sizes."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.devices.chip.card_folder import Card, Overlong, load_card
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.reading import read_chip
from kiosk.devices.chip.security_infos import build_security_infos, pace_entry
from kiosk.devices.chip.session import Secrets
from kiosk.devices.chip.trust_store import load_trust_store
from kiosk.devices.simulated.specimen_chip import length_information
from kiosk.devices.simulated.specimen_reference import LINE, LONG, SHORT, SIZES, make_reference
from kiosk.domain.chip import ChipReading, TransferCounts, Verdict
from tests.devices.chip.cards import ChipInHand
from tests.support.virtual_time import START

READ = sum(SIZES.values()) - 24
"""EF.COM is not signed, and nobody reads it where the signed list says what there is."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("reference")
    make_reference(state, START)
    return state


def read(card: Card, reference: Path) -> ChipReading:
    store = load_trust_store(reference / "trust")
    return asyncio.run(read_chip(ChipInHand(card), Secrets(LINE), store=store, moment=START))


def costs(counts: TransferCounts, most: int, ratio: float) -> None:
    assert counts.payload_bytes == READ == 22_204
    assert counts.apdus <= most
    assert counts.wire_bytes <= ratio * counts.payload_bytes


def test_short_answers(reference: Path) -> None:
    reading = read(load_card(reference / "permits" / SHORT), reference)
    assert reading.genuine
    costs(reading.counts, 102, 1.19)


def test_long_answers(reference: Path) -> None:
    reading = read(load_card(reference / "permits" / LONG), reference)
    assert reading.genuine
    costs(reading.counts, 12, 1.03)


@pytest.mark.parametrize(
    ("name", "most", "ratio"), [(SHORT, 111, 1.26), (LONG, 16, 1.06)], ids=["short", "long"]
)
def test_pace_with_aes_costs_its_own_commands_besides(
    reference: Path, name: str, most: int, ratio: float
) -> None:
    """Five commands of PACE for two of BAC, EF.ATR/INFO, and blocks of 223 bytes instead of 231."""
    card = load_card(reference / "permits" / name)
    offer = build_security_infos(pace_entry(CipherKind.AES_128, 13))
    pace = replace(card, master_files={**card.master_files, MasterFile.CARD_ACCESS.identifier: offer})
    reading = read(pace, reference)
    assert reading.protocol == "PACE"
    assert {check.verdict for check in reading.checks} == {Verdict.GENUINE, Verdict.NOT_PRESENT}  # no DG14
    costs(reading.counts, most, ratio)


@pytest.mark.parametrize("overlong", Overlong)
def test_a_chip_that_takes_less_than_it_says(reference: Path, overlong: Overlong) -> None:
    card = load_card(reference / "permits" / LONG)
    info = {MasterFile.ATR_INFO.identifier: length_information(65536)}
    liar = replace(card, master_files=info, traits=replace(card.traits, answer_bytes=2048, overlong=overlong))
    reading = read(liar, reference)
    assert reading.genuine
    costs(reading.counts, 18 if overlong is Overlong.CUT else 24, 1.05)
