"""Whoever waits for a visit to settle may begin at the moment at which the screen shows its end."""

import asyncio
from pathlib import Path

from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.domain.payment import Channel
from kiosk.visit.fold import Folded
from kiosk.visit.model import Step
from tests.e2e.harness import SLUG, machine, prepare
from tests.support.patience import LONG_S


def test_a_visit_that_is_only_just_over_is_waited_for_with_all_that_it_left(tmp_path: Path) -> None:
    """The card is pulled while the authority decides: what it approves has yet to be withdrawn."""
    prepare(tmp_path)

    async def pulled() -> Folded:
        async with machine(tmp_path) as bench:
            applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
            await bench.kiosk.recover()
            bench.kiosk.subscribe(applicant.watch)
            bench.kiosk.subscribe(
                lambda now: (
                    bench.tester.pull_card() if now.visit and now.visit.step is Step.APPROVING else None
                )
            )
            bench.tester.insert(SLUG)
            serving = asyncio.ensure_future(bench.kiosk.serve_one())
            async with asyncio.timeout(LONG_S):
                await applicant.ended.wait()
                await bench.kiosk.settle()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            return bench.journal.fold(bench.journal.visits()[-1])

    folded = asyncio.run(pulled())
    assert folded.visit.step is Step.ENDED
    assert folded.over
    assert folded.visit.cases == ()
