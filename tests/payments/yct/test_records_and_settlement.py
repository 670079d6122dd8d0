"""The durable records of debits, and the settlement that is made of them."""

import csv
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.money import Fen
from kiosk.payments.contract import Settled
from kiosk.payments.yct.records import PurseRecord, RecordsUnavailable, SqlitePurseRecords
from kiosk.payments.yct.settlement import Verdict, settle, settlement_file
from tests.payments.yct.journey import YctBench, lived, next_order, yct_bench
from tests.support.virtual_time import run

DAY = date(2026, 6, 1)
RECORD = PurseRecord(
    order_number="KGZ0120260601160000000001",
    terminal=bytes.fromhex("445801000001"),
    serial=7,
    at=datetime(2026, 6, 1, 8, tzinfo=UTC),
    logical=b"\x51" * 8,
    physical=b"\xa1" * 8,
    amount=Fen(1500),
    balance_after=Fen(48_500),
    count=3,
)


@pytest.fixture
def records(tmp_path: Path) -> SqlitePurseRecords:
    return SqlitePurseRecords(tmp_path / "purse.sqlite")


def test_a_record_is_found_by_order_card_and_day(tmp_path: Path, records: SqlitePurseRecords) -> None:
    records.put(RECORD)
    again = SqlitePurseRecords(tmp_path / "purse.sqlite")
    assert again.of_order(RECORD.order_number) == (RECORD,)
    assert again.doubtful_of(RECORD.logical) == (RECORD,)
    assert again.between(RECORD.at, RECORD.at + timedelta(seconds=1)) == (RECORD,)
    assert again.between(RECORD.at - timedelta(seconds=1), RECORD.at) == ()
    again.put(RECORD.paid(b"TAC!"))
    assert records.of_order(RECORD.order_number) == (RECORD.paid(b"TAC!"),)
    assert records.doubtful_of(RECORD.logical) == ()
    assert (tmp_path / "purse.sqlite").stat().st_mode & 0o777 == 0o600
    again.close()
    records.close()


@pytest.mark.parametrize("final", [RECORD.paid(b"TAC!"), RECORD.void()])
@pytest.mark.parametrize("change", [RECORD, RECORD.void(), RECORD.paid(b"TAC?")])
def test_what_is_final_stays(records: SqlitePurseRecords, final: PurseRecord, change: PurseRecord) -> None:
    records.put(RECORD)
    records.put(final)
    records.put(final)
    if change != final:
        with pytest.raises(RecordsUnavailable):
            records.put(change)
    assert records.of_order(RECORD.order_number) == (final,)
    records.close()


@pytest.mark.parametrize(
    "other",
    [
        replace(RECORD, order_number="KGZ0120260601160000000002"),
        replace(RECORD, logical=b"\x52" * 8),
        replace(RECORD, amount=Fen(1)),
    ],
)
def test_a_serial_number_names_one_debit(records: SqlitePurseRecords, other: PurseRecord) -> None:
    records.put(RECORD)
    with pytest.raises(RecordsUnavailable):
        records.put(other)
    assert records.of_order(RECORD.order_number) == (RECORD,)
    records.close()


def test_a_file_that_is_no_store_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "purse.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 40)
    with pytest.raises(RecordsUnavailable):
        SqlitePurseRecords(tmp_path / "purse.sqlite")


def test_every_write_reaches_the_disk(tmp_path: Path, records: SqlitePurseRecords) -> None:
    """EXTRA (3) synchronises file and folder with each commit (SQLite, PRAGMA synchronous)."""
    records.put(RECORD)
    assert not list(tmp_path.glob("*-wal"))
    with sqlite3.connect(tmp_path / "purse.sqlite") as other:
        assert other.execute("SELECT count(*) FROM debit").fetchone() == (1,)
    other.close()
    records.close()


def test_cards_stand_in_no_text(records: SqlitePurseRecords) -> None:
    text = repr(RECORD) + str(RECORD) + RECORD.reference
    assert RECORD.logical.hex() not in text
    assert repr(RECORD.logical) not in text
    assert "48500" not in text
    records.close()


async def some_debits(bench: YctBench) -> None:
    """Two debits that are paid, one in doubt."""
    for number in (1, 2):
        assert isinstance(await lived(bench, next_order(bench, number)), Settled)
        bench.purse.core.remove()
        await bench.purse.clock.sleep(4)
    bench.purse.arm("torn_after_debit")
    bench.purse.core.present("other")
    await bench.channel.open(next_order(bench, 3))
    await bench.purse.clock.sleep(1)


def test_settlement_verifies_every_tac(tmp_path: Path) -> None:
    async def main() -> None:
        async with yct_bench(tmp_path) as bench:
            await some_debits(bench)
            key = bench.purse.core.keys.tac
            settlement = settle(bench.records, DAY, key)
            assert [item.verdict for item in settlement.debits] == [
                Verdict.GENUINE,
                Verdict.GENUINE,
                Verdict.DOUBTFUL,
            ]
            assert (settlement.count, settlement.amount) == (2, 3000)
            strange = settle(bench.records, DAY, bytes(16))
            assert len(strange.with_verdict(Verdict.WRONG_TAC)) == 2
            assert strange.amount == 0
            unverified = settle(bench.records, DAY)
            assert len(unverified.with_verdict(Verdict.UNVERIFIED)) == 2
            assert settle(bench.records, DAY + timedelta(days=1)).debits == ()

    run(main())


@pytest.mark.parametrize("forged", [{"amount": Fen(1501)}, {"serial": 99}, {"terminal": bytes(6)}])
def test_a_forged_record_does_not_settle(tmp_path: Path, forged: dict[str, object]) -> None:
    async def main() -> None:
        async with yct_bench(tmp_path) as bench:
            await some_debits(bench)
            genuine = settle(bench.records, DAY).with_verdict(Verdict.UNVERIFIED)[0]
            records = SqlitePurseRecords(tmp_path / "forged.sqlite")
            records.put(replace(genuine, **forged))  # type: ignore[arg-type] # one field of the right kind each
            settlement = settle(records, DAY, bench.purse.core.keys.tac)
            assert len(settlement.with_verdict(Verdict.WRONG_TAC)) == 1
            records.close()

    run(main())


def test_the_file_lists_what_was_debited(tmp_path: Path) -> None:
    async def main() -> list[list[str]]:
        async with yct_bench(tmp_path) as bench:
            await some_debits(bench)
            content = settlement_file(settle(bench.records, DAY, bench.purse.core.keys.tac))
            return list(csv.reader(content.decode().splitlines()))

    head, *lines, total = run(main())
    assert (head[0], head[-1], len(lines)) == ("terminal", "verdict", 3)
    assert total == ["total", "2", "30.00"]
    assert {line[-1] for line in lines} == {"genuine", "doubtful"}
    assert all(line[5] == "15.00" and line[2].startswith("20260601") for line in lines)
