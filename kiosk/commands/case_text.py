"""What `kiosk case` prints: text in the language of staff, or plain values for JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Column, Table

from kiosk.commands.speaking import Speaker
from kiosk.diagnostics import case_words as words
from kiosk.diagnostics import visit_words
from kiosk.diagnostics.cases import Case, Deed
from kiosk.domain.beijing import BEIJING
from kiosk.domain.failure import FailureCode
from kiosk.domain.money import yuan_text
from kiosk.domain.text import Text
from kiosk.visit.casework import CaseAction
from kiosk.visit.model import Overwritten

_COLUMNS = (
    Text("未结事项", "open"),
    Text("卡面、证件", "film, card"),
    Text("已付、已退（元）", "paid, back"),
    Text("可执行", "possible"),
)
_HEAD = Text("问题 {number}：{open}", "Case {number}: {open}")
_MONEY = Text("已付 {paid} 元，已退 {back} 元", "paid {paid} yuan, refunded {back} yuan")
_THERE = Text("卡面：{film}；证件：{card}", "film: {film}; card: {card}")
_ENDED = Text("提前结束：{why}", "ended early: {why}")
_UNDELIVERED = Text("未交付：{orders}", "not delivered: {orders}")
_UNDECIDED = Text("结果未定：{orders}", "undecided: {orders}")
_STOPPED = Text(
    "尚未办完：{began} 开始，{last} 停在“{step}”{waits}",
    "not over: begun {began}, stands since {last} at: {step}{waits}",
)
_WAITS_FOR = Text("，等待：{waits}", ", waits for {waits}")
_AT_WORK = Text("运行中的程序正在办理", "the running kiosk is at it")
_GOES_ON = Text(
    "下次启动程序或执行 kiosk recover 时继续：办完、退款，或交由工作人员处理",
    "goes on when the kiosk starts, or with kiosk recover: to its end, to a refund, or to staff",
)
_POSSIBLE = Text("可执行（kiosk case …）：", "possible (kiosk case ...):")
_CLOSING = Text("结案理由（--reason …）：", "reasons to close (--reason ...):")
_NOTHING = Text("没有未结事项", "nothing open")
_NO_CASE = Text("没有未结问题。", "No case is open.")
_UNFINISHED = Text("业务 {number} {stands}", "Visit {number} is {stands}")
_MACHINE = Text("本机", "the machine")
_VERIFIED = Text("{name}（{role}，工号 {number}，身份已验证）", "{name} ({role}, {number}, verified)")
_NOT_VERIFIED = Text("{name}（{role}，身份未验证）", "{name} ({role}, not verified)")
_DID = Text("{at} {who}：{title}{colon}{how}", "{at} {who}: {title}{colon}{how}")
_COLON = Text("：", ": ")


def print_cases(cases: tuple[Case, ...], waiting: tuple[Case, ...], say: Speaker, *, at_work: bool) -> None:
    """List cases, one row each, and below them visits that are not over.

    Args:
        at_work: a kiosk runs, which goes on with them.
    """
    if cases:
        _print_table(cases, say)
    elif not waiting:
        typer.echo(say(_NO_CASE))
    for visit in waiting:
        typer.echo(say(_UNFINISHED).format(number=visit.number, stands=_stands(visit, say)))
        typer.echo(f"  {say(_AT_WORK if at_work else _GOES_ON)}")


def _print_table(cases: tuple[Case, ...], say: Speaker) -> None:
    columns = (Column(say(name), overflow="fold") for name in _COLUMNS)
    table = Table(Column(say(Text("编号", "case")), no_wrap=True), *columns)
    for case in cases:
        table.add_row(
            case.number,
            "\n".join(say(words.CASES[kind]) for kind in case.kinds),
            f"{say(words.PRINTS[case.film])}\n{say(words.CARDS[case.card])}",
            f"{yuan_text(case.paid)}\n{yuan_text(case.refunded)}",
            " ".join(words.names(case.actions)) or "kiosk recover",
        )
    Console().print(table)


def print_case(case: Case, say: Speaker, *, at_work: bool) -> None:
    """Tell a case: what is open and known, who did what, what may be done.

    Args:
        at_work: a kiosk runs, which goes on with what is not over.
    """
    head, *lines = _lines(case, say, at_work=at_work)
    typer.echo(head)
    for line in lines:
        typer.echo(f"  {line}")


def _lines(case: Case, say: Speaker, *, at_work: bool) -> Iterator[str]:
    nothing = _stands(case, say) if case.waiting else say(_NOTHING)
    yield say(_HEAD).format(
        number=case.number, open=say.listed(map(words.CASES.__getitem__, case.kinds)) or nothing
    )
    yield say(_MONEY).format(paid=yuan_text(case.paid), back=yuan_text(case.refunded))
    yield say(_THERE).format(film=say(words.PRINTS[case.film]), card=say(words.CARDS[case.card]))
    if case.ending is not None:
        yield say(_ENDED).format(why=say(words.failure(FailureCode(case.ending))))
    yield from (f"! {say(fact)}" for fact in case.facts)
    for told, orders in ((_UNDELIVERED, case.undelivered), (_UNDECIDED, case.undecided)):
        if orders:
            yield say(told).format(orders=say.listed(Text(order, order) for order in orders))
    yield from (_deed(deed, say) for deed in case.deeds)
    if case.waiting:
        if case.kinds:
            yield _stands(case, say)
        yield say(_AT_WORK if at_work else _GOES_ON)
    elif case.kinds:
        yield from _possible(case, say)


def _stands(visit: Case, say: Speaker) -> str:
    """Say since when a visit that is not over stands where, and what it waits for."""
    waits = say.listed(map(visit_words.BY_NAME.__getitem__, visit.waits_for))
    return say(_STOPPED).format(
        began=_moment(visit.began),
        last=_moment(visit.last),
        step=say(visit_words.STEPS[visit.step]),
        waits=say(_WAITS_FOR).format(waits=waits) if waits else "",
    )


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if at else "-"


def _deed(deed: Deed, say: Speaker) -> str:
    who = say(_MACHINE)
    if deed.by is not None:
        by = _VERIFIED if deed.by.verified else _NOT_VERIFIED
        role = say(words.ROLES[deed.by.role])
        who = say(by).format(name=deed.by.name, role=role, number=deed.by.number)
    how = say(deed.detail)
    return say(_DID).format(
        at=_moment(deed.at), who=who, title=say(deed.title), colon=say(_COLON) if how else "", how=how
    )


def _possible(case: Case, say: Speaker) -> Iterator[str]:
    """Yield what may be typed now, and what each means."""
    yield say(_POSSIBLE)
    for action in case.actions:
        yield f"  {words.COMMANDS[action]}: {say(words.ACTIONS[action])}"
    if CaseAction.CLOSE in case.actions:
        yield say(_CLOSING)
        for reason in case.reasons:
            yield f"  {reason}: {say(words.REASONS[reason])}"


def plain(case: Case) -> dict[str, Any]:
    """Return a case as plain values, its words in both languages."""
    return {
        "case": case.number,
        "began": case.began.isoformat() if case.began else None,
        "last": case.last.isoformat() if case.last else None,
        "step": case.step,
        "open": list(case.kinds),
        "film": case.film,
        "card": case.card,
        "whose_card": case.whose,
        "overwritten": _overwritten(case.overwritten),
        "facts": [_both(fact) for fact in case.facts],
        "paid_fen": case.paid,
        "refunded_fen": case.refunded,
        "undelivered": list(case.undelivered),
        "undecided": list(case.undecided),
        "ended_by": case.ending,
        "waiting": case.waiting,
        "waits_for": list(case.waits_for),
        "actions": list(case.actions),
        "reasons": list(case.reasons),
        "deeds": [
            {
                "at": deed.at.isoformat(),
                "by": deed.by.name if deed.by else None,
                "role": deed.by.role if deed.by else None,
                "number": deed.by.number or None if deed.by else None,
                "verified": deed.by.verified if deed.by else None,
                "what": deed.what,
                "title": _both(deed.title),
                "detail": _both(deed.detail),
            }
            for deed in case.deeds
        ],
    }


def _overwritten(since: Overwritten | None) -> dict[str, Any] | None:
    if since is None:
        return None
    return {"by": since.newer or None, "known_before": since.known, "decided_on": since.ground or None}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
