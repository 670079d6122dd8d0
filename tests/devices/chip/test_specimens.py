"""Specimen permits: complete, truly signed, each variant told apart; and the simulated reader around them."""

import asyncio
import io
import stat
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.chip.card_folder import Behaviour, UnusableFolder, load_card
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
)
from kiosk.devices.simulated.chip_reader import SimulatedChipReader
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.specimen_maker import make_specimens
from kiosk.devices.simulated.specimen_portrait import HEIGHT, WIDTH, draw_portrait
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.domain.chip import Check, ChipReading, Verdict
from kiosk.domain.failure import FailureCode
from kiosk.domain.specimens import ChipProfile, ChipVariant, Specimen
from tests.devices.chip.cards import SPECIMENS, specimen_with
from tests.support.virtual_time import START, VirtualClock, run


def reader(
    made: Path, folder: Callable[[], Path | None], faults: Faults | None = None
) -> SimulatedChipReader:
    return SimulatedChipReader(folder, made / "trust", VirtualClock(), faults=faults)


def read(
    made: Path, specimen: Specimen, line: str | None = None, faults: Faults | None = None
) -> Completion[ChipReading]:
    device = reader(made, lambda: made / "permits" / specimen.slug, faults)
    return run(device.read(line or specimen.permit.line, deadline_s=30.0))


def reading(completion: Completion[ChipReading]) -> ChipReading:
    assert isinstance(completion, Done)
    return completion.value


def code(completion: Completion[ChipReading]) -> FailureCode:
    assert isinstance(completion, Failed | Refused)
    return completion.fault.code


def bad(result: ChipReading) -> dict[Check, Verdict]:
    return {check.check: check.verdict for check in result.checks if check.verdict is not Verdict.GENUINE}


OF_PROFILE = {
    ChipProfile.BAC: set(),
    ChipProfile.BAC_ACTIVE: {Check.ACTIVE_AUTHENTICATION},
    ChipProfile.PACE_CHIP: {Check.CARD_ACCESS, Check.CHIP_AUTHENTICATION},
    ChipProfile.PACE_ACTIVE: {Check.CARD_ACCESS, Check.ACTIVE_AUTHENTICATION},
}
OF_EVERY_CHIP = set(Check) - set().union(*OF_PROFILE.values())


@pytest.mark.parametrize("slug", [s.slug for s in SPECIMENS.values() if s.chip is ChipVariant.GENUINE])
def test_a_genuine_permit_says_what_was_put_in(made: Path, slug: str) -> None:
    result = reading(read(made, SPECIMENS[slug]))
    assert result.permit == SPECIMENS[slug].permit
    assert result.genuine
    profile = SPECIMENS[slug].profile
    assert {check.check for check in result.checks} == OF_EVERY_CHIP | OF_PROFILE[profile]
    assert result.protocol == ("PACE" if profile.startswith("pace") else "BAC")
    with Image.open(io.BytesIO(result.portrait)) as picture:
        assert picture.size == (WIDTH, HEIGHT)


def test_an_altered_permit(made: Path) -> None:
    result = reading(read(made, specimen_with(ChipVariant.ALTERED)))
    assert bad(result) == {Check.GROUP_HASHES: Verdict.ALTERED}


def test_an_unsigned_permit(made: Path) -> None:
    result = reading(read(made, specimen_with(ChipVariant.UNSIGNED)))
    assert bad(result)[Check.SOD_SIGNATURE] is Verdict.UNREADABLE
    assert not result.genuine


def test_a_permit_of_a_foreign_authority(made: Path) -> None:
    result = reading(read(made, specimen_with(ChipVariant.WRONG_ISSUER)))
    assert bad(result) == {Check.ISSUER: Verdict.UNKNOWN_ISSUER}


def test_a_copied_chip(made: Path) -> None:
    result = reading(read(made, specimen_with(ChipVariant.CLONED)))
    assert bad(result) == {Check.ACTIVE_AUTHENTICATION: Verdict.ALTERED}


def test_a_chip_that_hides_what_it_could_do(made: Path) -> None:
    result = reading(read(made, specimen_with(ChipVariant.DOWNGRADED)))
    assert bad(result) == {Check.CARD_ACCESS: Verdict.ALTERED}
    assert result.protocol == "BAC"


def test_a_mute_and_a_slow_permit(made: Path) -> None:
    assert code(read(made, specimen_with(ChipVariant.MUTE))) is FailureCode.CHIP_MUTE
    assert reading(read(made, specimen_with(ChipVariant.SLOW))).genuine


def test_another_printed_line_opens_nothing(made: Path) -> None:
    one, other = SPECIMENS["chen-xiaoming"], SPECIMENS["li-fu"]
    assert code(read(made, one, other.permit.line)) is FailureCode.CHIP_ACCESS_DENIED


def test_a_line_that_opens_the_chip_but_differs_from_dg1(made: Path) -> None:
    specimen = SPECIMENS["chen-xiaoming"]
    result = reading(read(made, specimen, "CD" + specimen.permit.line[2:]))
    assert bad(result) == {Check.PRINTED_LINE: Verdict.ALTERED}


@pytest.mark.parametrize("line", ["", "CSC000000004", "CSC00000000中<3406119<9001011<2", "\0" * 30])
def test_what_is_no_line_is_refused_before_anything_happens(made: Path, line: str) -> None:
    device = reader(made, lambda: made / "permits" / "chen-xiaoming")
    refused = run(device.read(line, deadline_s=30.0))
    assert isinstance(refused, Refused)
    assert refused.fault.code is FailureCode.LINE_UNREADABLE


@pytest.mark.parametrize("commands", [0, 1, 3, 7, 12, 30])
def test_a_card_pulled_at_any_moment(made: Path, commands: int) -> None:
    specimen = SPECIMENS["chen-xiaoming"]
    folder = made / "permits" / specimen.slug
    present: Iterator[Path | None] = chain(repeat(folder, commands + 1), repeat(None))
    device = reader(made, lambda: next(present))
    assert code(run(device.read(specimen.permit.line, deadline_s=30.0))) is FailureCode.CARD_REMOVED


def test_no_card_and_a_folder_that_is_no_card(made: Path, tmp_path: Path) -> None:
    line = SPECIMENS["li-fu"].permit.line
    assert code(run(reader(made, lambda: None).read(line, deadline_s=9.0))) is FailureCode.CHIP_MUTE
    assert code(run(reader(made, lambda: tmp_path).read(line, deadline_s=9.0))) is FailureCode.CHIP_UNREADABLE


def test_a_deadline_ends_the_read(made: Path) -> None:
    specimen = specimen_with(ChipVariant.SLOW)
    device = reader(made, lambda: made / "permits" / specimen.slug)
    late = run(device.read(specimen.permit.line, deadline_s=0.5))
    assert code(late) is FailureCode.CHIP_UNREADABLE


def test_progress_and_status_while_a_card_is_read(made: Path) -> None:
    specimen = SPECIMENS["chen-xiaoming"]
    device = reader(made, lambda: made / "permits" / specimen.slug)
    seen: list[float] = []

    async def story() -> None:
        task = asyncio.ensure_future(device.read(specimen.permit.line, deadline_s=30.0, progress=seen.append))
        while not seen:
            await VirtualClock().sleep(0)
        busy = await device.status()
        assert (busy.state, busy.simulated) == (DeviceState.BUSY, True)
        second = await device.read(specimen.permit.line, deadline_s=30.0)
        assert isinstance(second, Refused)
        assert isinstance(await task, Done)
        assert (await device.status()).ready

    run(story())
    assert seen == sorted(seen)
    assert (seen[0] < 0.1, seen[-1]) == (True, 1.0)


def test_the_testers_faults(made: Path, tmp_path: Path) -> None:
    faults, specimen = Faults(StateFolder(tmp_path / "devices")), SPECIMENS["li-fu"]
    expected = {
        "mute": FailureCode.CHIP_MUTE,
        "cut_short": FailureCode.CHIP_MUTE,
        "offline": FailureCode.READER_UNAVAILABLE,
    }
    for fault, failure in expected.items():
        faults.arm(DeviceName.CHIP, fault)
        assert code(read(made, specimen, faults=faults)) is failure
    faults.arm(DeviceName.CHIP, "slow")
    assert reading(read(made, specimen, faults=faults)).genuine


def test_position_and_closing(made: Path) -> None:
    device = reader(made, lambda: made / "permits" / "li-fu")

    async def story() -> None:
        assert await device.reset(MediaAction.KEEP, deadline_s=1.0) == Done(MediaPosition.CHIP)
        await device.close()
        assert (await device.status()).state is DeviceState.OFFLINE
        assert isinstance(await device.reset(MediaAction.KEEP, deadline_s=1.0), Failed)

    run(story())


def test_private_keys_are_private_and_stay(made: Path, tmp_path: Path) -> None:
    keys = sorted((made / "keys").glob("*.key"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    one, other = SPECIMENS["li-fu"], SPECIMENS["chen-xiaoming"]
    make_specimens(tmp_path, (one,), START)
    before = {key.name: key.read_bytes() for key in (tmp_path / "keys").iterdir()}
    make_specimens(tmp_path, (other,), START)
    assert before == {key.name: key.read_bytes() for key in (tmp_path / "keys").iterdir()}
    assert reading(read(tmp_path, one)).genuine


def test_a_portrait_belongs_to_its_seed() -> None:
    assert draw_portrait(3) == draw_portrait(3)
    assert draw_portrait(3) != draw_portrait(4)


@pytest.mark.parametrize(
    "description",
    ['line = "short"', "line = ", '[behaviour]\nmute_after = "x"', "[behaviour]\nwhat = 1", "behaviour = 3"],
)
def test_a_folder_with_a_bad_description(made: Path, tmp_path: Path, description: str) -> None:
    (tmp_path / "0101.bin").write_bytes((made / "permits" / "li-fu" / "0101.bin").read_bytes())
    assert load_card(tmp_path).line == SPECIMENS["li-fu"].permit.line
    (tmp_path / "specimen.toml").write_text(description)
    with pytest.raises(UnusableFolder):
        load_card(tmp_path)


def test_the_variants_tell_the_card_how_to_behave(made: Path) -> None:
    mute = load_card(made / "permits" / specimen_with(ChipVariant.MUTE).slug)
    assert mute.behaviour == Behaviour(mute_after=0)
    assert load_card(made / "permits" / specimen_with(ChipVariant.SLOW).slug).behaviour.delay_ms > 0
