"""What staff have to know of a case before they act, in both languages. Nothing of the holder."""

from kiosk.domain.text import Text
from kiosk.domain.whose import Whose
from kiosk.visit.model import CardFate, CaseKind, PrintState, Visit

_CARD: dict[tuple[CardFate, Whose], Text] = {
    (CardFate.RETAINED, Whose.OTHER): Text(
        "回收箱里的是别人的卡；检查时，持证人本人的证件不在机内。",
        "A card of somebody else is in the bin; the holder's own was not in the machine when it looked.",
    ),
    (CardFate.RETAINED, Whose.UNKNOWN): Text(
        "回收箱里的卡未经核对，不知属于谁：没有读过，或曾失去监视。交还前请先核对卡面号码。",
        "Nobody knows whose card is in the bin: it was never read, or was out of sight since. Compare its"
        " printed number before it is handed out.",
    ),
    (CardFate.UNKNOWN, Whose.OTHER): Text(
        "下落不明的是别人的卡；检查时，持证人本人的证件不在机内。",
        "The card that was lost sight of is somebody else's; the holder's own was not in the machine when it"
        " looked.",
    ),
    (CardFate.UNKNOWN, Whose.UNKNOWN): Text(
        "下落不明的卡不知属于谁：没有读过，或曾失去监视。找到后请先核对卡面号码。",
        "Nobody knows whose card was lost sight of: it was never read, or was out of sight before. Compare"
        " its printed number once it is found.",
    ),
}
_BY_STAFF = frozenset({CaseKind.CARD_RETAINED, CaseKind.CARD_LOST_SIGHT})
_GIVEN_OUT = Text(
    "交出的是别人的卡；检查时，持证人本人的证件不在机内。",
    "The card that was given out is somebody else's; the holder's own was not in the machine when it looked.",
)
_BY_VISIT = Text(
    "卡面此后已由业务 {newer} 重写，现在显示的内容不能说明本次是否打印成功。",
    "Visit {newer} has written this card's film since: what it shows now does not tell whether this visit's"
    " print was good.",
)
_BY_NOBODY_KNOWS_WHOM = Text(
    "签发机关此后又签发了新的签注，卡面可能已在别处重写，现在显示的内容不能说明本次是否打印成功。",
    "The authority has issued something newer since, so the film may have been written elsewhere: what it"
    " shows now does not tell whether this visit's print was good.",
)
_DECIDE = Text(
    "未打印不得仅凭卡面认定；请依据其他证据认定（kiosk case decide），认定未打印后方可退款。",
    "That nothing was printed cannot be taken from the film. Decide on another ground (kiosk case decide);"
    " only then money can go back.",
)


def facts_of(visit: Visit) -> tuple[Text, ...]:
    """Return what stands out about a case's card and film; empty where nothing does."""
    return (*_of_card(visit), *_of_film(visit))


def _of_card(visit: Visit) -> tuple[Text, ...]:
    if _BY_STAFF.intersection(visit.closed_cases):
        return ()  # staff have the card, or had it: what the machine knew is told by the deeds before
    fact = _CARD.get((visit.card, visit.whose))
    if fact is not None:
        return (fact,)
    given_out = visit.card is CardFate.TAKEN and visit.whose is Whose.OTHER
    return (_GIVEN_OUT,) if given_out else ()


def _of_film(visit: Visit) -> tuple[Text, ...]:
    since = visit.overwritten
    if since is None:
        return ()
    told = _BY_VISIT.fill(newer=since.newer) if since.newer else _BY_NOBODY_KNOWS_WHOM
    known = visit.print_state in {PrintState.DIFFERS, PrintState.NOT_PRINTED, PrintState.VERIFIED}
    if known or CaseKind.PRINT_UNVERIFIED not in visit.cases:
        return (told,)
    return told, _DECIDE
