"""Staff at the desk of a kiosk that runs: what needs no card is done, the rest is refused clearly."""

import asyncio
import json
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.app import SimulatedKiosk
from kiosk.commands import case
from kiosk.diagnostics.cases import read_case
from kiosk.diagnostics.casework import NotAllowed, Order
from kiosk.diagnostics.desk import SOCKET, DeskClosed, Request, ask_desk, desk
from kiosk.journal.store import Journal
from kiosk.runtime.kiosk import Kiosk
from kiosk.staff.members import write_members
from kiosk.visit.case_events import CloseReason
from kiosk.visit.casework import CaseAction
from tests.commands.test_case_identity import WANG, pin_file
from tests.diagnostics.test_cases import SAID, unverified
from tests.diagnostics.test_overwritten import Authority, world
from tests.e2e.test_cut_and_recover import charged_and_returned
from tests.staff.test_register import RIGHT, WRONG
from tests.support.patience import LONG_S


def command(*words: str) -> Result:
    return CliRunner().invoke(case.app, [*words, "--by", WANG.number, "--language", "en"])


def test_a_refund_while_the_kiosk_runs(tmp_path: Path) -> None:
    pin = pin_file(tmp_path, WRONG.encode())

    async def work(bench: SimulatedKiosk, number: str) -> None:
        write_members(tmp_path, (WANG,))

        def run(*words: str) -> "Awaitable[Result]":
            state = ("--state", str(tmp_path), "--pin-file", str(pin))
            return asyncio.to_thread(command, words[0], number, *words[1:], *state)

        async with desk(bench.kiosk, bench.outside, bench.journal, tmp_path):
            assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600
            for needs_card in ("inspect", "reprint"):
                refused = await run(needs_card)
                assert refused.exit_code == 2
                assert "systemctl stop endorsement-kiosk" in refused.stderr
            stranger = await run("inspect", "--not-printed")
            assert (stranger.exit_code, "PIN is wrong" in stranger.stderr) == (1, True)
            assert read_case(bench.journal, number).deeds == ()
            pin.write_text(RIGHT)
            early = await run("refund")
            assert (early.exit_code, "allowed: " in early.stderr) == (1, True)
            seen = await run("inspect", "--not-printed", "--json")
            assert seen.exit_code == case.STILL_OPEN
            assert "refund" in json.loads(seen.stdout)["actions"]
            done = await run("refund", "--json")
            assert done.exit_code == 0
            told = json.loads(done.stdout)
            assert told["open"] == []
            assert [(deed["by"], deed["verified"]) for deed in told["deeds"]] == [(WANG.name, True)] * 2
        taken, returned = charged_and_returned(bench)
        assert taken == returned == told["refunded_fen"] > 0
        assert not (tmp_path / SOCKET).exists()
        closed = await run("close", "--reason", "nothing_owed")
        assert (closed.exit_code, "takes no work" in closed.stderr) == (2, True)

    unverified(tmp_path, work)


CLOSE = Request("GZ01-1", Order(CaseAction.CLOSE, SAID, reason=CloseReason.CARD_KEPT))


def beside(folder: Path, talk: Callable[[Kiosk], Awaitable[None]]) -> None:
    async def main() -> None:
        journal, outside = Journal.open(folder), world(Authority(None))
        kiosk = Kiosk(outside, journal, "GZ01")
        try:
            async with desk(kiosk, outside, journal, folder), asyncio.timeout(LONG_S):
                await talk(kiosk)
        finally:
            await kiosk.stop()
            journal.close()

    asyncio.run(main())


def test_nothing_is_done_while_the_machine_gets_ready(tmp_path: Path) -> None:
    async def talk(_kiosk: Kiosk) -> None:
        with pytest.raises(NotAllowed, match="getting ready"):
            await ask_desk(tmp_path, CLOSE)

    beside(tmp_path, talk)


@pytest.mark.parametrize(
    "line", [b"\n", b"{}\n", b"[[[[\n", b'{"number": 1}\n', b"\xff\n", b"", b"x" * 100_000 + b"\n"]
)
def test_what_is_no_request_is_answered_as_such(tmp_path: Path, line: bytes) -> None:
    async def talk(_kiosk: Kiosk) -> None:
        reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
        writer.write(line)
        writer.write_eof()
        refused = {"zh": "这不是请求", "en": "that is no request"}
        assert json.loads(await reader.readline()) == {"case": None, "refused": refused}
        writer.close()

    beside(tmp_path, talk)


def test_a_desk_left_by_a_killed_kiosk_is_opened_anew(tmp_path: Path) -> None:
    async def leave() -> None:
        server = await asyncio.start_unix_server(lambda *_: None, tmp_path / "other.sock")
        (tmp_path / "other.sock").rename(tmp_path / SOCKET)
        server.close()
        with pytest.raises(DeskClosed, match="no work"):
            await ask_desk(tmp_path, CLOSE)

    asyncio.run(leave())

    async def talk(_kiosk: Kiosk) -> None:
        with pytest.raises(NotAllowed):
            await ask_desk(tmp_path, CLOSE)

    beside(tmp_path, talk)


def test_a_folder_with_too_long_a_name_keeps_nobody_from_serving(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()

    async def talk(kiosk: Kiosk) -> None:
        assert kiosk.snapshot().visit is None
        with pytest.raises(DeskClosed):
            await ask_desk(deep, CLOSE)

    beside(deep, talk)
