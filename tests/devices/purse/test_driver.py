"""The purse driver against the simulated reader, over TCP and over a pseudo-terminal."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import DeviceState, Done, MediaAction
from kiosk.devices.purse.driver import LinePurseReader
from kiosk.devices.purse.line import FrameLine, serial_line
from kiosk.devices.purse.protocol import Command, build
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.purse import PursePseudoTerminal, PurseTcpPort
from kiosk.domain.money import Fen
from kiosk.domain.purse import (
    Debited,
    PreparedDebit,
    PurseCard,
    PurseDebit,
    PurseKind,
    PurseRefused,
    PurseSilent,
    PurseWhy,
)
from tests.devices.purse.bench import PurseBench, purse_bench, purse_core
from tests.support.virtual_time import START, VirtualClock, run

DEBIT = PurseDebit(Fen(1500), START)
Act = Callable[[PurseBench], Coroutine[Any, Any, Any]]


def on_bench(state: Path, act: Act, **how: Any) -> Any:
    async def main() -> Any:
        async with purse_bench(state, **how) as bench:
            return await act(bench)

    # A pseudo-terminal passes bytes on in its own time, which virtual time would not wait for.
    return asyncio.run(main()) if how.get("pseudo_terminal") else run(main())


@pytest.mark.parametrize("pseudo_terminal", [False, True], ids=["tcp", "serial"])
def test_a_card_pays(tmp_path: Path, pseudo_terminal: bool) -> None:
    async def act(bench: PurseBench) -> None:
        driver = bench.driver
        assert await driver.version(deadline_s=6) == "SIM-PURSE 1.0"
        assert await driver.serial(deadline_s=6) == "SIM000001"
        assert await driver.beep(deadline_s=6) is None
        assert await driver.poll(deadline_s=6) == PurseRefused(PurseWhy.NO_CARD, 0x80)
        bench.core.present("full")
        card = await driver.poll(deadline_s=6)
        assert isinstance(card, PurseCard)
        assert (card.kind, card.balance, card.available) == (PurseKind.CPU, 50_000, 50_000)
        prepared = await driver.prepare(DEBIT, deadline_s=6)
        assert isinstance(prepared, PreparedDebit)
        assert bench.balance() == 50_000, "nothing moves before it is completed"
        assert (prepared.amount, prepared.at, prepared.logical) == (1500, START, card.logical)
        assert prepared.balance_after == 48_500
        done = await driver.complete(deadline_s=6)
        assert isinstance(done, Debited)
        assert bench.balance() == 48_500
        assert card.logical.hex() not in repr((card, prepared, done))

    on_bench(tmp_path, act, pseudo_terminal=pseudo_terminal)


@pytest.mark.parametrize(
    ("slug", "why"),
    [
        ("poor", PurseWhy.NOT_ENOUGH),
        ("expired", PurseWhy.EXPIRED),
        ("blacklisted", PurseWhy.BLACKLISTED),
        ("old", PurseWhy.OTHER_CARD),
    ],
)
def test_a_card_that_cannot_pay_is_refused(tmp_path: Path, slug: str, why: PurseWhy) -> None:
    async def act(bench: PurseBench) -> None:
        before = bench.balance(slug)
        bench.core.present(slug)
        answer = await bench.driver.prepare(DEBIT, deadline_s=6)
        assert isinstance(answer, PurseRefused)
        assert answer.why is why
        caught = await bench.driver.catch_blacklisted(deadline_s=6)
        assert (caught is None) == (slug == "blacklisted")
        assert bench.balance(slug) == before

    on_bench(tmp_path, act)


@pytest.mark.parametrize(
    ("fault", "debited"),
    [
        ("torn_before_debit", False),
        ("torn_after_debit", True),
        ("write_error", False),
        ("wrong_mac", False),
        ("lose_answer", True),
    ],
)
@pytest.mark.parametrize("restarted", [False, True])
def test_the_card_itself_tells_what_became_of_its_debit(
    tmp_path: Path, fault: str, debited: bool, restarted: bool
) -> None:
    async def breaks(bench: PurseBench) -> None:
        bench.core.present("full")
        assert isinstance(await bench.driver.prepare(DEBIT, deadline_s=6), PreparedDebit)
        bench.arm(fault)
        assert not isinstance(await bench.driver.complete(deadline_s=6), Debited)
        assert bench.balance() == (48_500 if debited else 50_000)
        if not restarted:
            await recovers(bench)

    async def recovers(bench: PurseBench) -> None:
        driver = bench.driver
        bench.core.remove()
        assert await driver.restore(deadline_s=6) == PurseRefused(PurseWhy.NO_CARD, 0x80)
        bench.core.present("other")
        assert await driver.restore(deadline_s=6) == PurseRefused(PurseWhy.OTHER_CARD, 0x83)
        bench.core.present("full")
        answer = await driver.restore(deadline_s=6)
        if debited:
            assert isinstance(answer, Debited)
            assert await driver.restore(deadline_s=6) == answer, "the proof can be had again"
        else:
            assert answer == PurseRefused(PurseWhy.INTERRUPTED, 0xB1)
        assert bench.balance() == (48_500 if debited else 50_000)

    on_bench(tmp_path, breaks)
    if restarted:
        on_bench(tmp_path, recovers)


@pytest.mark.parametrize("fault", ["torn_before_debit", "torn_after_debit", "write_error"])
def test_a_card_in_doubt_prepares_nothing_new(tmp_path: Path, fault: str) -> None:
    async def act(bench: PurseBench) -> None:
        bench.core.present("full")
        await bench.driver.prepare(DEBIT, deadline_s=6)
        bench.arm(fault)
        await bench.driver.complete(deadline_s=6)
        bench.core.present("full")
        answer = await bench.driver.prepare(DEBIT, deadline_s=6)
        assert answer == PurseRefused(PurseWhy.PREVIOUS_FAILED, 0xB2)

    on_bench(tmp_path, act)


@pytest.mark.parametrize("fault", ["mute", "offline", "garbage"])
def test_silence_and_garbage_are_silence(tmp_path: Path, fault: str) -> None:
    async def act(bench: PurseBench) -> None:
        assert (await bench.driver.status()).ready
        bench.arm(fault)
        assert isinstance(await bench.driver.poll(deadline_s=10), PurseSilent)
        assert not bench.line.is_open, "a late answer must not reach the next question"
        assert (await bench.driver.status()).ready

    on_bench(tmp_path, act)


def test_a_preparation_does_not_outlive_its_line(tmp_path: Path) -> None:
    async def act(bench: PurseBench) -> None:
        bench.core.present("full")
        await bench.driver.prepare(DEBIT, deadline_s=6)
        assert isinstance(await bench.driver.reset(MediaAction.KEEP, deadline_s=6), Done)
        answer = await bench.driver.complete(deadline_s=6)
        assert isinstance(answer, PurseSilent)
        assert answer.unsent
        assert await bench.driver.restore(deadline_s=6) == PurseRefused(PurseWhy.INTERRUPTED, 0xB1)
        assert bench.balance() == 50_000

    on_bench(tmp_path, act)


def test_status_tells_who_is_away(tmp_path: Path) -> None:
    async def act(bench: PurseBench) -> None:
        heard: list[bool] = []
        bench.driver.subscribe(lambda: heard.append(True))
        bench.arm("mute", FaultMode.UNTIL_CLEARED)
        assert (await bench.driver.status()).state is DeviceState.UNKNOWN
        bench.clear()
        assert (await bench.driver.status()).state is DeviceState.ONLINE
        await bench.driver.close()
        assert (await bench.driver.status()).state is DeviceState.OFFLINE
        assert len(heard) == 2

    on_bench(tmp_path, act)


def test_no_reader_at_all(tmp_path: Path) -> None:
    async def main() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        server.close()
        await server.wait_closed()
        for line in (FrameLine(TcpByteLine(host, port)), serial_line(str(tmp_path / "ttyUSB0"))):
            answer = await LinePurseReader(line, VirtualClock()).poll(deadline_s=6)
            assert isinstance(answer, PurseSilent)
            assert answer.unsent

    run(main())


def test_a_serial_port_has_one_holder(tmp_path: Path) -> None:
    async def main() -> None:
        core, _ = purse_core(tmp_path)
        port = PursePseudoTerminal(core)
        await port.start()
        first = LinePurseReader(serial_line(str(port.path)), SystemClock())
        second = LinePurseReader(serial_line(str(port.path)), SystemClock())
        assert isinstance(await first.version(deadline_s=6), str)
        assert isinstance(await second.version(deadline_s=6), PurseSilent)
        await first.close()
        assert isinstance(await second.version(deadline_s=6), str)
        await second.close()
        await port.close()

    asyncio.run(main())


def test_a_reader_that_hangs_up_is_a_lost_line(tmp_path: Path) -> None:
    async def main() -> None:
        core, _ = purse_core(tmp_path)
        port = PurseTcpPort(core)
        await port.start()
        reader = LinePurseReader(FrameLine(TcpByteLine(*port.address)), VirtualClock())
        assert isinstance(await reader.version(deadline_s=6), str)
        await port.close()
        assert isinstance(await reader.version(deadline_s=6), PurseSilent)
        await reader.close()

    run(main())


class TestFramesOnTheWire:
    """What the simulated reader makes of bytes."""

    def test_frames_are_found_among_noise(self, tmp_path: Path) -> None:
        async def act(bench: PurseBench) -> None:
            await bench.line.open()
            answer = await bench.line.ask(b"\x00\xff" + build(Command.VERSION))
            assert b"SIM-PURSE" in answer

        on_bench(tmp_path, act)

    def test_a_wrong_checksum_is_not_answered(self, tmp_path: Path) -> None:
        core, _ = purse_core(tmp_path)
        frame = build(Command.VERSION)
        assert core.answer(frame) is not None
        assert core.answer(frame[:-1] + bytes((frame[-1] ^ 1,))) is None

    def test_commands_before_the_start_and_unknown_ones_are_refused(self, tmp_path: Path) -> None:
        core, _ = purse_core(tmp_path)
        core.present("full")
        for command in (Command.POLL, Command.PREPARE, Command.COMPLETE, Command.RESTORE):
            answer = core.answer(build(command))
            assert answer is not None
            assert answer[3] == 0xB2


def test_what_testers_do(tmp_path: Path) -> None:
    core, _ = purse_core(tmp_path)
    core.load("poor", 5000)
    assert core.world().cards["poor"].balance == 5300
    for wrong in (lambda: core.present("none"), lambda: core.load("poor", 0), lambda: core.load("none", 1)):
        with pytest.raises(ValueError, match="card"):
            wrong()
    keys = next((tmp_path / "devices" / "purse").glob("purse_keys*"))
    assert keys.stat().st_mode & 0o777 == 0o600
    again, _ = purse_core(tmp_path)
    assert again.keys == core.keys
    assert core.keys.tac.hex() not in repr(core.keys)
