"""Files of the public BSI TR-03105-5 reference set (specimen holder Mustermann), where they are at hand.

The set carries no authority's certificate, and its document signer ended in 2009. Its DG1 is the one that was
signed: number C11T002JM, expiry 2013-10-31.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.chip.bac import access_text
from kiosk.devices.chip.card_folder import Card, line_of_dg1
from kiosk.devices.chip.groups import ChipFile, parse_dg11, parse_dg12
from kiosk.devices.chip.reading import read_chip
from kiosk.devices.chip.session import Secrets
from kiosk.devices.chip.trust_store import TrustStore
from kiosk.domain.chip import Check, ChipReading, Verdict
from tests.devices.chip.cards import ChipInHand, bsi_folder
from tests.support.virtual_time import run

SIGNED_LINE = "C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6"
LATER_LINE = "C11T002JM4D<<9608122F2310314<<<<<<<<<<<<<<<4"
WITHIN_VALIDITY, TODAY = datetime(2008, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)

SignedFiles = dict[ChipFile, bytes]


@pytest.fixture(scope="module")
def files() -> SignedFiles:
    folder = bsi_folder()
    if not folder.is_dir():
        pytest.skip(f"the BSI reference set is not in {folder}")
    paths = {file: Path(folder / f"EF_{file.name}.bin") for file in ChipFile}
    return {file: path.read_bytes() for file, path in paths.items() if path.is_file()}


def read(files: SignedFiles, line: str, moment: datetime) -> ChipReading:
    card = Card({file.short_id: raw for file, raw in files.items()}, line)
    return run(read_chip(ChipInHand(card), Secrets(line), store=TrustStore(), moment=moment))


def verdicts(reading: ChipReading) -> dict[Check, Verdict]:
    return {result.check: result.verdict for result in reading.checks}


def test_the_set_reads_and_authenticates_as_far_as_it_allows(files: SignedFiles) -> None:
    reading = read(files, SIGNED_LINE, WITHIN_VALIDITY)
    assert verdicts(reading) == {
        Check.ACCESS: Verdict.GENUINE,
        Check.GROUP_HASHES: Verdict.GENUINE,
        Check.SOD_SIGNATURE: Verdict.GENUINE,
        Check.ISSUER: Verdict.UNKNOWN_ISSUER,
        Check.SIGNER_VALIDITY: Verdict.GENUINE,
        Check.PRINTED_LINE: Verdict.GENUINE,
        Check.CHIP_AUTHENTICATION: Verdict.ALTERED,  # the set is files alone: a copy without the chip's key
    }
    assert (reading.permit.surname, reading.permit.given) == ("MUSTERMANN", "ERIKA")
    assert reading.permit.number == "C11T002JM"
    with Image.open(io.BytesIO(reading.portrait)) as picture:
        assert (picture.format, picture.size) == ("JPEG2000", (413, 531))


def test_its_signer_has_ended(files: SignedFiles) -> None:
    assert verdicts(read(files, SIGNED_LINE, TODAY))[Check.SIGNER_VALIDITY] is Verdict.UNKNOWN_ISSUER


def test_a_chip_personalised_with_the_later_line_opens_but_the_line_differs_from_dg1(
    files: SignedFiles,
) -> None:
    assert access_text(LATER_LINE) == "C11T002JM496081222310314"
    result = verdicts(read(files, LATER_LINE, WITHIN_VALIDITY))
    assert result[Check.ACCESS] is Verdict.GENUINE
    assert result[Check.PRINTED_LINE] is Verdict.ALTERED


def test_the_line_comes_from_dg1_where_nothing_else_says_it(files: SignedFiles) -> None:
    assert access_text(line_of_dg1(files[ChipFile.DG1])) == access_text(SIGNED_LINE)


def test_its_further_groups_are_not_signed_and_nothing_of_them_is_believed(files: SignedFiles) -> None:
    listed = files[ChipFile.COM].replace(b"\x5c\x04\x61\x75\x63\x6e", b"\x5c\x04\x61\x75\x6b\x6c")
    reading = read({**files, ChipFile.COM: listed}, SIGNED_LINE, WITHIN_VALIDITY)
    assert verdicts(reading)[Check.GROUP_HASHES] is Verdict.GENUINE
    assert (reading.permit.place_of_birth, reading.permit.issued) == ("", None)
    assert parse_dg11(files[ChipFile.DG11]).place_of_birth == "TEST TEST"
    assert str(parse_dg12(files[ChipFile.DG12]).issued) == "2024-01-01"
