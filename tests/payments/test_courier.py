"""The simulated networks' courier when its own disk is full: said in the log, and it comes again."""

import sqlite3
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.domain.payment import Channel
from kiosk.payments.sandbox.courier import Courier
from kiosk.payments.sandbox.ledger import Ledger, OrderState, StoredNotice, StoredOrder, stamp
from tests.support.virtual_time import START, VirtualClock, run

PAID = StoredOrder(
    channel=Channel.ALIPAY,
    number="K1",
    amount=1500,
    subject="fee",
    state=OrderState.PAID,
    code="https://qr.example/1",
    opened_at=stamp(START),
    expires_at=stamp(START),
    notify_url="https://elsewhere.example/notice",  # not on this machine: taken for delivered at once
)


def test_what_a_full_ledger_cannot_drop_stays_in_it_and_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Ledger, notice: StoredNotice) -> None:
        raise sqlite3.OperationalError(f"database or disk is full ({notice.id})")

    async def main() -> None:
        clock, ledger = VirtualClock(), Ledger(tmp_path / "ledger.sqlite")
        courier = Courier(ledger, {}, clock)
        ledger.save_order(PAID)
        ledger.add_notice(PAID, "paid", START)
        with capture_logs() as told, monkeypatch.context() as patch:
            patch.setattr(Ledger, "drop_notice", full)
            courier.wake()
            await clock.sleep(1)
        assert [line["log_level"] for line in told] == ["error"]
        assert "ledger cannot be written" in told[0]["event"]
        assert len(ledger.notices()) == 1
        courier.wake()
        await clock.sleep(1)
        assert ledger.notices() == []
        ledger.close()

    run(main())
