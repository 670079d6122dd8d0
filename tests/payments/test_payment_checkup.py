"""What `kiosk doctor` says of the ways to pay: keys, addresses and the clock, with file and remedy."""

import asyncio
import shutil
from pathlib import Path

import pytest

from kiosk.assembly.payment_checkup import payment_findings
from kiosk.assembly.surroundings import Finding, Outcome
from kiosk.payments.merchants import MERCHANTS_FILE
from tests.payments.world import World


def looked_at(world: World, folder: Path, *, simulate: bool = False) -> dict[str, Finding]:
    found = asyncio.run(payment_findings(folder, folder.parent, world.clock, simulate=simulate))
    return {finding.check: finding for finding in found}


@pytest.fixture
def live(world: World, tmp_path: Path) -> Path:
    """A payment folder that calls the gateway real, so that it is asked."""
    folder = tmp_path / "payments"
    shutil.copytree(world.keys, folder)
    text = (folder / MERCHANTS_FILE).read_text().replace("simulated = true\n", "")
    (folder / MERCHANTS_FILE).write_text(text)
    return folder


def test_what_answers_in_time_is_in_order(world: World, live: Path) -> None:
    found = looked_at(world, live)
    assert {name: one.outcome for name, one in found.items()} == dict.fromkeys(
        ("pay_wechat", "pay_alipay", "pay_unionpay"), Outcome.OK
    )
    assert "clock +0 s" in found["pay_wechat"].words.en


@pytest.mark.parametrize(("ahead", "outcome"), [(100, Outcome.OK), (250, Outcome.OPTIONAL)])
def test_a_clock_that_goes_wrong_is_told_and_how_far(
    world: World, live: Path, ahead: int, outcome: Outcome
) -> None:
    world.call("POST", "/control/faults", {"kind": "clock", "seconds": ahead, "channel": "wechat"})
    found = looked_at(world, live)["pay_wechat"]
    assert found.outcome is outcome
    assert f"{ahead} s" in found.words.en
    assert found.remedy is not None
    assert "timedatectl" in found.remedy.en


def test_a_key_that_others_may_read_takes_one_way_out_and_says_how_to_mend_it(
    world: World, live: Path
) -> None:
    (live / "wechat" / "merchant_key.pem").chmod(0o644)
    found = looked_at(world, live)
    assert found["pay_wechat"].outcome is Outcome.OPTIONAL
    assert "chmod 600" in found["pay_wechat"].words.en
    assert found["pay_alipay"].outcome is Outcome.OK


def test_without_any_way_to_pay_the_machine_cannot_serve(world: World, tmp_path: Path) -> None:
    assert looked_at(world, tmp_path / "none")["payments"].outcome is Outcome.MISSING
    assert looked_at(world, tmp_path / "none", simulate=True)["payments"].outcome is Outcome.OK


def test_what_is_simulated_is_not_asked(world: World) -> None:
    found = looked_at(world, world.keys)
    assert {one.words.en for one in found.values()} == {"simulated, not asked"}
