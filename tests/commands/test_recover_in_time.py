"""`kiosk recover` ends in its time, whatever never answers: it names what stays open, and nothing is lost."""

import asyncio
import json
import os
import threading
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kiosk.commands import recover
from kiosk.devices.simulated.station import SimulatedCardStation
from kiosk.journal.store import Journal
from kiosk.payments.alipay.adapter import AlipayChannel
from kiosk.visit.model import Step
from tests.e2e.harness import prepare
from tests.journal.test_journal_store import Journaled

SOON = "0.02"  # minutes


class Ended(BaseException):
    """Stands for the end of the process."""


def never(*_: object, **__: object) -> object:
    return asyncio.Event().wait()


def stopped_at(step: Step, state: Path) -> str:
    """Leave a visit open as a stop does; return its number."""
    prepare(state)
    told = Journaled(Journal.open(state))
    told.until(step)
    told.journal.close()
    return told.id


APP = typer.Typer()
APP.command()(recover.recover)


def recovered(state: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(APP, ["--state", str(state), "--language", "en", *arguments])
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    return done.exit_code, done.stdout


def test_a_device_that_never_answers_is_waited_for_no_longer_and_the_visit_goes_on_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = stopped_at(Step.PRINTING, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(SimulatedCardStation, "locate", never)
        code, said = recovered(tmp_path, "--within", SOON)
    assert code == recover.NOT_OVER
    assert "Not over after 0.02 minutes" in said
    assert f"Still open {visit}: step" in said
    code, said = recovered(tmp_path, "--json")
    assert (code, json.loads(said)["still_open"]) == (0, None)


def test_a_network_that_never_answers_leaves_its_order_open_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = stopped_at(Step.PAYING, tmp_path)
    monkeypatch.setattr(AlipayChannel, "close", never)
    code, said = recovered(tmp_path, "--within", SOON, "--json")
    assert code == recover.NOT_OVER
    (still_open,) = json.loads(said)["still_open"]
    assert still_open["visit"] == visit
    assert still_open["waits_for"]  # ClosePayment; on a busy machine recovery may not have come so far yet


def test_a_drivers_call_that_never_returns_does_not_keep_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = stopped_at(Step.PRINTING, tmp_path)
    let_go = threading.Event()

    def ended(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", ended)
    monkeypatch.setattr(recover, "_STOPPING_S", 0.1)
    monkeypatch.setattr(SimulatedCardStation, "locate", lambda _: asyncio.to_thread(let_go.wait))
    out: list[str] = []
    monkeypatch.setattr(recover.typer, "echo", out.append)
    try:
        with pytest.raises(Ended) as exit_code:
            recover.recover(state=tmp_path, within=float(SOON), as_json=True)
    finally:
        let_go.set()
    assert exit_code.value.args == (recover.NOT_OVER,)
    assert json.loads(out[0])["still_open"][0]["visit"] == visit
