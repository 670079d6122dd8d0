"""`kiosk visit` at a machine that lets no visit begin."""

import asyncio
from pathlib import Path

import pytest

from kiosk.bench.automatic import Plan
from kiosk.commands import visit
from kiosk.domain.payment import Channel
from kiosk.journal import reserve
from tests.e2e.harness import SLUG, prepare, settings


def test_a_visit_that_is_never_served_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tmp_path)
    monkeypatch.setattr(reserve, "set_aside", lambda _: False)
    monkeypatch.setattr(visit, "LONGEST_S", 0.5)
    wish = visit.Wish(SLUG, Plan(Channel.ALIPAY), tmp_path / "out")
    with pytest.raises(visit.NotServed, match="out of service: JOURNAL_FULL no room for 4 MiB"):
        asyncio.run(visit.one_visit(settings(tmp_path), wish))
