"""The words of open cases in both languages: what is open, what may be done, what was done."""

from collections.abc import Iterable, Mapping
from functools import cache

from kiosk.domain.catalogue import Catalogue
from kiosk.domain.failure import FailureCode
from kiosk.domain.staff import Role
from kiosk.domain.text import Text
from kiosk.shipped import load_catalogue
from kiosk.visit import case_events as c
from kiosk.visit.case_events import CloseReason, Ground
from kiosk.visit.casework import CaseAction
from kiosk.visit.events import Event
from kiosk.visit.model import CardFate, CaseKind, PrintState

CASES: Mapping[CaseKind, Text] = {
    CaseKind.PAYMENT_UNDECIDED: Text("付款结果未定", "payment undecided"),
    CaseKind.PRINT_UNVERIFIED: Text("打印结果待核实", "print unverified"),
    CaseKind.REFUND_OPEN: Text("退款未完成", "refund open"),
    CaseKind.REPORT_OPEN: Text("打印结果未报签发机关", "report to the authority open"),
    CaseKind.WITHDRAWAL_OPEN: Text("审批未退回签发机关", "return of the approval open"),
    CaseKind.CARD_RETAINED: Text("证件已收存", "card retained"),
    CaseKind.CARD_LOST_SIGHT: Text("证件下落不明", "card lost sight of"),
}

PRINTS: Mapping[PrintState, Text] = {
    PrintState.UNTOUCHED: Text("未写过", "untouched"),
    PrintState.STARTED: Text("已开始写，结果未知", "started, outcome unknown"),
    PrintState.NOT_PRINTED: Text("未打印", "not printed"),
    PrintState.UNKNOWN: Text("是否打印不明", "unknown"),
    PrintState.PRINTED: Text("已打印", "printed"),
    PrintState.VERIFIED: Text("已打印并核对", "printed and verified"),
    PrintState.DIFFERS: Text("与应打印的内容不符", "differs from what was ordered"),
}

CARDS: Mapping[CardFate, Text] = {
    CardFate.INSIDE: Text("在机内", "inside"),
    CardFate.PRESENTED: Text("在出口", "at the exit"),
    CardFate.TAKEN: Text("已取走", "taken"),
    CardFate.RETAINED: Text("在回收箱", "in the bin"),
    CardFate.REMOVED: Text("被提前取出", "taken out too early"),
    CardFate.UNKNOWN: Text("下落不明", "lost sight of"),
}

COMMANDS: Mapping[CaseAction, str] = {
    **{action: action.value for action in CaseAction},
    CaseAction.SEEN: "inspect --printed | --not-printed",
    CaseAction.DECIDE: "decide --printed | --not-printed --ground G --note T",
    CaseAction.CLOSE: "close --reason R",
}
"""What is typed for each action, after `kiosk case`."""


def names(actions: Iterable[CaseAction]) -> tuple[str, ...]:
    """Return the commands of some actions, without what follows them; two of them share one."""
    return tuple(dict.fromkeys(COMMANDS[action].partition(" ")[0] for action in actions))


ACTIONS: Mapping[CaseAction, Text] = {
    CaseAction.ASK: Text(
        "再次询问支付网络和签发机关；查明已付的款项随即退回",
        "ask networks and authority again; money found paid goes back",
    ),
    CaseAction.INSPECT: Text(
        "一分钟内放入证件，由机器核对卡面", "put the card in within a minute: the machine compares its film"
    ),
    CaseAction.SEEN: Text("已自行查看卡面，如实填报", "you looked at the card: say what it shows"),
    CaseAction.DECIDE: Text("依据其他证据认定是否已打印", "decide on another ground whether it was printed"),
    CaseAction.REPRINT: Text("放入证件，重新打印", "put the card in: it is printed again"),
    CaseAction.REFUND: Text("退回未交付的款项", "give back what was not delivered"),
    CaseAction.CLOSE: Text("已在机外办妥，人工结案", "close by hand what was settled outside of the machine"),
}

REASONS: Mapping[CloseReason, Text] = {
    CloseReason.HANDED_BACK: Text("证件已交还持证人", "the card was handed back"),
    CloseReason.CARD_KEPT: Text("证件由工作人员保管", "staff keep the card"),
    CloseReason.SETTLED_OUTSIDE: Text(
        "款项已在机外结清，本机不再退款", "money settled outside; this machine sends none back any more"
    ),
    CloseReason.NOTHING_OWED: Text("支付平台显示未付款", "the network's platform shows it as unpaid"),
    CloseReason.AUTHORITY_TOLD: Text("已另行告知签发机关", "the authority was told by other means"),
}

GROUNDS: Mapping[Ground, Text] = {
    Ground.AUTHORITY_RECORD: Text("签发机关的记录", "the authority's record"),
    Ground.BORDER_RECORD: Text("边检记录", "the border's record"),
    Ground.HOLDER_EVIDENCE: Text("持证人提供的证据", "the holder's evidence"),
    Ground.MACHINE_EVIDENCE: Text("本机的证据", "the machine's evidence"),
}

ROLES: Mapping[Role, Text] = {
    Role.TECHNICIAN: Text("技术员", "technician"),
    Role.CLERK: Text("办事员", "clerk"),
    Role.SUPERVISOR: Text("负责人", "supervisor"),
}

DEEDS: Mapping[type[Event], Text] = {
    c.CaseAskedAgain: Text("要求再次询问", "asked networks and authority again"),
    c.CaseRefundOrdered: Text("要求退款", "ordered a refund"),
    c.CaseInspectionOrdered: Text("要求由机器核对卡面", "ordered an inspection"),
    c.CaseFilmSeen: Text("自行查看了卡面", "looked at the film"),
    c.CaseFilmDecided: Text("认定打印结果", "decided what was printed"),
    c.CaseReprintOrdered: Text("要求重新打印", "ordered another print"),
    c.CaseClosed: Text("人工结案", "closed by hand"),
    c.CaseFilmInspected: Text("核对了卡面", "looked at the film"),
    c.CaseFilmOverwritten: Text("卡面此后已被重写", "found the film written again since"),
    c.CaseFilmNotInspected: Text("未能核对卡面", "could not look at the film"),
}
"""What was done, by the event that tells it."""

PRINTED: Mapping[bool, Text] = {True: Text("已打印", "printed"), False: Text("未打印", "not printed")}

_DETAILS: Mapping[str, Text] = {
    text.en: text
    for text in (
        Text("据本机流水", "told by the journal"),
        Text("签发机关此后又签发了新的签注", "something else was issued since"),
        Text("重写前未核对", "written without a look at it before"),
        Text("放入的是另一张卡", "another card was put in"),
        Text("卡面读不到内容", "nothing was read"),
    )
}
_FOUND_BY = "found by visit "


def detail(recorded: str) -> Text:
    """Return what a record says in technical words; what has none in Chinese stays as it is."""
    if recorded.startswith(_FOUND_BY):
        visit, colon, rest = recorded.removeprefix(_FOUND_BY).partition(": ")
        more = detail(rest)
        return Text(f"由业务 {visit} 发现{colon and '：'}{more.zh}", recorded)
    return _DETAILS.get(recorded, Text(recorded, recorded))


def failure(code: FailureCode, recorded: str = "") -> Text:
    """Return what a technician reads of a failure: cause, code, and what was recorded of it."""
    cause, more = _catalogue().failure(code).cause, detail(recorded)
    return Text(
        f"{cause.zh.rstrip('。')}（{code}{recorded and '：'}{more.zh}）",
        f"{cause.en.rstrip('.')} ({code}{recorded and ': '}{more.en})",
    )


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()
