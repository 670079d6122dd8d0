"""WeChat Pay's trade bill (申请交易账单, bill_type ALL): UTF-8 with BOM, every value behind a backquote.

Source: merchant documentation v3, "交易账单": 27 columns, then one line of sums. Amounts are yuan.
"""

from datetime import datetime

from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Movement
from kiosk.payments import beijing
from kiosk.payments.reconciliation.bills import BillInvalid, positive, signed_yuan

_HEADING = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_SUMS_HEADING = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
COLUMNS, SUMS = tuple(_HEADING.split(",")), tuple(_SUMS_HEADING.split(","))
PAID, REFUNDED, REVOKED = "SUCCESS", "REFUND", "REVOKED"
_BEFORE_TEXTS, _AFTER_TEXTS = 20, 5  # product name and attach hold what the merchant wrote: commas too
_REFUND_OVER = frozenset({"FAIL", "CHANGE"})  # the money did not move (CHANGE: staff finish it by hand)


def read_bill(content: bytes, mchid: str) -> tuple[Billed, ...]:
    """Return the movements of a bill of type ALL; raise BillInvalid naming the line that is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except ValueError as error:
        raise BillInvalid("not UTF-8") from error
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line]
    if len(lines) < 3 or tuple(lines[0].split(",")) != COLUMNS or tuple(lines[-2].split(",")) != SUMS:
        raise BillInvalid("not a trade bill: heading or sums are missing")
    rows = [_row(line, number) for number, line in enumerate(lines[1:-2], 2)]
    _check_sums(lines[-1], rows)
    for number, row in enumerate(rows, 2):
        if row["商户号"] != mchid or row["货币种类"] != "CNY":
            raise BillInvalid(f"line {number} is another merchant's or in another currency")
    return tuple(line for row in rows if (line := _billed(row)) is not None)


def _row(line: str, number: int) -> dict[str, str]:
    fields = line[1:].split(",`")
    if not line.startswith("`") or len(fields) < len(COLUMNS):
        raise BillInvalid(f"line {number} has not {len(COLUMNS)} values")
    texts = fields[_BEFORE_TEXTS:-_AFTER_TEXTS]
    values = [*fields[:_BEFORE_TEXTS], ",`".join(texts[:-1]), texts[-1], *fields[-_AFTER_TEXTS:]]
    return dict(zip(COLUMNS, values, strict=True))


def _check_sums(line: str, rows: list[dict[str, str]]) -> None:
    """Compare the last line: a bill that was cut has another."""
    sums = line[1:].split(",`")
    if not line.startswith("`") or len(sums) != len(SUMS):
        raise BillInvalid("the line of sums is malformed")
    told = sums[0], signed_yuan(sums[5]), signed_yuan(sums[6])
    paid = sum(signed_yuan(row["订单金额"]) for row in rows)
    refunded = sum(signed_yuan(row["申请退款金额"]) for row in rows)
    if told != (str(len(rows)), paid, refunded):
        raise BillInvalid("the sums are not those of the lines")


def _billed(row: dict[str, str]) -> Billed | None:
    match row["交易状态"]:
        case "SUCCESS":
            return _line(row, Movement.PAY, row["商户订单号"], signed_yuan(row["订单金额"]))
        case "REFUND" | "REVOKED" if row["退款状态"] in _REFUND_OVER:
            return None
        case "REFUND":
            return _line(row, Movement.REFUND, row["商户退款单号"], signed_yuan(row["申请退款金额"]))
        case "REVOKED":  # a reversal: its refund has no number of ours
            return _line(row, Movement.REFUND, row["商户订单号"], signed_yuan(row["申请退款金额"]))
    raise BillInvalid("a line of an unknown state")


def _line(row: dict[str, str], movement: Movement, number: str, fen: int) -> Billed:
    order, amount, moment = row["商户订单号"], positive(fen), _moment(row["交易时间"])
    if not number or not order:
        raise BillInvalid("a line without a number")
    return Billed(Channel.WECHAT, movement, number, amount, moment, order, row["微信订单号"])


def _moment(text: str) -> datetime:
    try:
        return beijing.from_text(text)
    except ValueError as error:
        raise BillInvalid("a line without a time") from error


def write_bill(rows: list[dict[str, str]], *, with_refunds: bool = True) -> bytes:
    """Return a bill of these rows, by column; columns that are missing stay empty (the gateway's side).

    A bill of type SUCCESS has no columns about refunds.
    """
    columns = [name for name in COLUMNS if with_refunds or "退款" not in name]
    sums = dict.fromkeys(("应结订单金额", "退款金额", "订单金额", "申请退款金额"), 0)
    for row in rows:
        for name in sums:
            sums[name] += signed_yuan(row[name])
    last = (
        str(len(rows)),
        _yuan(sums["应结订单金额"]),
        _yuan(sums["退款金额"]),
        "0.00",
        "0.00000",
        _yuan(sums["订单金额"]),
        _yuan(sums["申请退款金额"]),
    )
    lines = [
        ",".join(columns),
        *(",".join(f"`{row.get(name, '')}" for name in columns) for row in rows),
        ",".join(SUMS),
        ",".join(f"`{value}" for value in last),
    ]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _yuan(fen: int) -> str:
    return yuan_text(Fen(fen))
