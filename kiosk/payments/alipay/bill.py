"""Alipay's trade bill (bill_type trade): a zip, names and texts GBK, one file of details, one of sums.

Source: Alipay Open Platform, "查询对账单下载地址" and its sample: 25 columns, ids end in a TAB, refunds
are negative.
"""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO

from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Movement
from kiosk.payments import beijing
from kiosk.payments.reconciliation.bills import BillInvalid, positive, signed_yuan, unzipped

_HEADING = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
COLUMNS = tuple(_HEADING.split(","))
TRADE, REFUND = "交易", "退款"
_TITLE = "#支付宝业务明细查询"
_BEGIN = "#-----------------------------------------业务明细列表----------------------------------------"
_END = "#-----------------------------------------业务明细列表结束------------------------------------"
_DETAILS, _SUMMARY = "业务明细.csv", "业务明细(汇总).csv"
_ACCOUNT = re.compile(r"#账号：\[([0-9]{16,24})\]")
_TOTAL = re.compile(r"#(交易|退款)合计：([0-9]{1,9})笔，商家实收共(-?[0-9.]{1,16})元(，.{0,64})?")
_TEXT_AT = 3  # the product name is the merchant's text: commas in it are not escaped


def read_bill(packed: bytes, seller_id: str) -> tuple[Billed, ...]:
    """Return the movements in a downloaded zip; raise BillInvalid saying what is wrong."""
    details = [content for name, content in unzipped(packed).items() if name.endswith(_DETAILS)]
    if len(details) != 1:
        raise BillInvalid("no file of details in the zip")
    try:
        text = details[0].decode("gb18030")
    except ValueError as error:
        raise BillInvalid("not GBK") from error
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines or lines[0] != _TITLE:
        raise BillInvalid("not a bill of details")
    _check_account(lines, seller_id)
    rows = [_row(line) for line in _details(lines)]
    _check_totals(lines, rows)
    return tuple(_billed(row) for row in rows)


def _check_account(lines: list[str], seller_id: str) -> None:
    accounts = [match[1] for line in lines if (match := _ACCOUNT.fullmatch(line.strip()))]
    if len(accounts) != 1 or not accounts[0].startswith(seller_id):
        raise BillInvalid("another seller's bill")


def _details(lines: list[str]) -> list[str]:
    """Return the lines between the headings."""
    data = [line for line in lines if not line.startswith("#")]
    if not data or tuple(data[0].strip().split(",")) != COLUMNS:
        raise BillInvalid("the heading is missing")
    if not any("业务明细列表结束" in line for line in lines if line.startswith("#")):
        raise BillInvalid("the bill was cut")
    return data[1:]


def _row(line: str) -> dict[str, str]:
    fields = line.split(",")
    surplus = len(fields) - len(COLUMNS)
    if surplus < 0:
        raise BillInvalid(f"a line without {len(COLUMNS)} values")
    name = ",".join(fields[_TEXT_AT : _TEXT_AT + surplus + 1])
    values = [*fields[:_TEXT_AT], name, *fields[_TEXT_AT + surplus + 1 :]]
    return dict(zip(COLUMNS, (value.strip() for value in values), strict=True))


def _check_totals(lines: list[str], rows: list[dict[str, str]]) -> None:
    """Compare the counts and sums at the end: a bill that was cut or changed has others."""
    told = {m[1]: (int(m[2]), signed_yuan(m[3])) for line in lines if (m := _TOTAL.fullmatch(line.strip()))}
    for kind in (TRADE, REFUND):
        amounts = [signed_yuan(row["商家实收（元）"]) for row in rows if row["业务类型"] == kind]
        if told.get(kind) != (len(amounts), sum(amounts)):
            raise BillInvalid("the totals are not those of the lines")


def _billed(row: dict[str, str]) -> Billed:
    fen, order = signed_yuan(row["订单金额（元）"]), row["商户订单号"]
    try:
        moment = beijing.from_text(row["完成时间"])
    except ValueError as error:
        raise BillInvalid("a line without a time") from error
    match row["业务类型"]:
        case "交易":
            number, amount, movement = order, positive(fen), Movement.PAY
        case "退款":
            number, amount, movement = row["退款批次号/请求号"] or order, positive(-fen), Movement.REFUND
        case _:
            raise BillInvalid("a line of an unknown kind")
    if not order:
        raise BillInvalid("a line without a number")
    return Billed(Channel.ALIPAY, movement, number, amount, moment, order, row["支付宝交易号"])


def write_bill(rows: list[dict[str, str]], seller_id: str, day: date, made_at: datetime) -> bytes:
    """Return the zip of a day's rows, by column (the gateway's side)."""
    account = f"{seller_id}0156"
    head = [
        f"#账号：[{account}]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{day:%Y年%m月%d日} 24:00:00]",
    ]
    ends = [
        *(_total(kind, [row for row in rows if row["业务类型"] == kind]) for kind in (TRADE, REFUND)),
        f"#导出时间：[{beijing.text(made_at)}]",
    ]
    details = [_TITLE, *head, _BEGIN, ",".join(COLUMNS), *map(_written, rows), _END, *ends]
    summary = ["#支付宝业务汇总查询", *head, *ends]
    stem = f"{account}_{day:%Y%m%d}_"
    return _zipped({stem + _DETAILS: details, stem + _SUMMARY: summary})


def _written(row: dict[str, str]) -> str:
    tabbed = {"支付宝交易号", "商户订单号", "退款批次号/请求号"}
    return ",".join(row.get(name, "") + ("\t" if name in tabbed else "") for name in COLUMNS)


def _total(kind: str, rows: list[dict[str, str]]) -> str:
    fen = sum(signed_yuan(row["商家实收（元）"]) for row in rows)
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"#{kind}合计：{len(rows)}笔，商家实收共{sign}{fen // 100}.{fen % 100:02d}元，商家优惠共0.00元"


class _GbkName(zipfile.ZipInfo):
    """A member whose name is GBK without the UTF-8 flag, as Alipay writes it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name zipfile calls
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def _zipped(files: dict[str, list[str]]) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            member = _GbkName(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, "\r\n".join([*lines, ""]).encode("gb18030"))
    return output.getvalue()
