"""What `kiosk recover` says: each step as it comes on standard error, the result on standard output."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console

from kiosk.commands.speaking import Speaker
from kiosk.diagnostics import case_words, visit_words
from kiosk.domain.text import Text
from kiosk.runtime.snapshot import Snapshot
from kiosk.visit.fold import Folded

_BEGINS = Text(
    "正在清理上次停机留下的事项，最多 {minutes} 分钟，一般只需几秒。",
    "Recovering takes {minutes} minutes at the most, nearly always seconds.",
)
_STEP = Text("{visit}：{step}", "{visit}: {step}")
_WAITS = Text(
    "{visit}：在后台等待：{waits}",
    "{visit}: waits in the background for {waits}",
)
_STRAY_TAKEN = Text(
    "机内有一张不属于任何业务的卡，已送出并被取走。", "A card of no visit was given back and taken."
)
_STRAY_KEPT = Text(
    "机内有一张不属于任何业务的卡，无人取走，已收存，编号 {visit}。",
    "A card of no visit was given back, not taken, and kept under {visit}.",
)
_NOTHING = Text("没有遗留的业务。", "Nothing was left open.")
_RESULT = Text("{visit}：{printed}{refunds}；证件：{card}", "{visit}: {printed}{refunds}; card {card}")
_REFUNDED = Text("，已退款 {numbers}", ", refunded {numbers}")
_CASE = Text("未结问题 {visit}：{cases}", "Open case {visit}: {cases}")
_BROKEN = Text("不变量被破坏：{what}", "Broken: {what}")
_ALL_HOLD = Text("已核对 {count} 笔业务，各项不变量全部成立。", "Every invariant holds in {count} {visits}.")
_NO_VISIT = Text("还没有可以核对的业务。", "There is no visit yet whose invariants could be checked.")
_JOURNAL = Text("流水：{fault}", "Journal: {fault}")
_LATE = Text(
    "{minutes} 分钟后仍未完成：有设备或网络没有应答。",
    "Not over after {minutes} minutes: a device or network does not answer.",
)
_STILL_OPEN = Text("仍未完成 {visit}：{step}{waits}", "Still open {visit}: step {step}{waits}")
_WAITS_FOR = Text("，等待：{waits}", ", waits for {waits}")
_NOT_LOST = Text(
    "没有丢失任何记录，下次启动时从此处继续。故障原因见 kiosk doctor。",
    "Nothing is lost: the next start goes on from here. `kiosk doctor` tells what is wrong.",
)


class Progress:
    """Tells each visit and step as it comes."""

    def __init__(self, say: Speaker) -> None:
        self._say = say
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        self._told: tuple[str, str] = ("", "")

    def begin(self, minutes: float) -> None:
        self._console.print(self._say(_BEGINS).format(minutes=f"{minutes:g}"))

    def watch(self, snapshot: Snapshot) -> None:
        """Follow what is on the screen; called on the machine's loop."""
        visit = snapshot.visit
        if visit is None or (visit.visit_id, visit.step) == self._told:
            return
        self._told = visit.visit_id, visit.step
        step = self._say(visit_words.STEPS[visit.step])
        self._console.print(self._say(_STEP).format(visit=visit.visit_id, step=step))

    def in_background(self, folds: Iterable[Folded]) -> None:
        """Say what goes on where no device is needed any more."""
        for folded in folds:
            waits = self._say.listed(visit_words.EFFECTS[type(one.effect)] for one in folded.pending)
            if waits:
                told = self._say(_WAITS).format(visit=folded.visit.visit_id, waits=waits)
                self._console.print(told)


def print_result(told: dict[str, Any], minutes: float, say: Speaker) -> None:
    """Tell what became of everything, from the plain values that `--json` prints."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    stray = told["stray_card"]
    if told["still_open"] is not None:
        _print_late(console, told["still_open"], minutes, say)
    elif not told["recovered"] and stray is None:
        console.print(say(_NOTHING))
    if stray is not None:
        outcome = _STRAY_TAKEN if stray["visit"] is None else _STRAY_KEPT
        console.print(say(outcome).format(visit=stray["visit"]))
    for one in told["recovered"]:
        refunds = say(_REFUNDED).format(numbers=", ".join(one["refunds"])) if one["refunds"] else ""
        printed, card = say(case_words.PRINTED[one["printed"]]), say(case_words.CARDS[one["card"]])
        result = say(_RESULT).format(visit=one["visit"], printed=printed, refunds=refunds, card=card)
        console.print(result)
    for visit, cases in told["open_cases"].items():
        listed = say.listed(case_words.CASES[kind] for kind in cases)
        console.print(say(_CASE).format(visit=visit, cases=listed), style="bold yellow")
    _print_checks(console, told, say)


def _print_checks(console: Console, told: dict[str, Any], say: Speaker) -> None:
    for problem in told["invariants_broken"]:
        console.print(say(_BROKEN).format(what=problem), style="bold red")
    if not told["invariants_broken"]:
        count = told["visits_checked"]
        holds = _ALL_HOLD if count else _NO_VISIT
        console.print(say(holds).format(count=count, visits="visit" if count == 1 else "visits"))
    if told["journal_fault"]:
        console.print(say(_JOURNAL).format(fault=told["journal_fault"]), style="bold red")


def _print_late(console: Console, still_open: list[dict[str, Any]], minutes: float, say: Speaker) -> None:
    console.print(say(_LATE).format(minutes=f"{minutes:g}"), style="bold red")
    for one in still_open:
        waits = say.listed(visit_words.BY_NAME[name] for name in one["waits_for"])
        more = say(_WAITS_FOR).format(waits=waits) if waits else ""
        step = say(visit_words.STEPS[one["step"]])
        told = say(_STILL_OPEN).format(visit=one["visit"], step=step, waits=more)
        console.print(told, style="bold yellow")
    console.print(say(_NOT_LOST))
