"""UnionPay's daily file of transactions (对账文件, ``INNyymmdd88ZM_merId``): fixed widths, GBK, CRLF.

Source: UnionPay full-channel platform, file interface: 42 fields with one blank between, 607 bytes
a line. It comes as ``fileContent``, the base64 of a zlib stream around a zip, in a signed answer (76/01).
"""

import base64
import binascii
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Movement
from kiosk.payments import beijing
from kiosk.payments.reconciliation.bills import LONGEST_BILL, BillInvalid, positive, unzipped

# fmt: off
WIDTHS = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1,
          15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98)
# fmt: on
LINE = sum(WIDTHS) + len(WIDTHS) - 1  # 607 bytes
CODE, ACQUIRER, SENDER, TRACE, MOMENT, CARD, AMOUNT = 0, 1, 2, 3, 4, 5, 6
QUERY_ID, ORDER, ORIGINAL_TRACE, ORIGINAL_MOMENT, FEE, NET = 9, 11, 13, 14, 15, 16
TYPE, SUB_TYPE, BUSINESS, ORIGINAL_QUERY_ID, MERCHANT = 19, 20, 21, 26, 27
_PAYMENT, _RETURNS = "01", frozenset({"04", "31", "99"})
_AMOUNT_DIGITS = 12


def read_bill(content: str, mer_id: str, day: date) -> tuple[Billed, ...]:
    """Return the movements in a `fileContent`; raise BillInvalid saying which line is wrong."""
    files = unzipped(_inflated(content))
    names = [name for name in files if f"ZM_{mer_id}" in name]
    if len(names) != 1:
        raise BillInvalid("no file of transactions in the zip")
    lines = files[names[0]].replace(b"\r\n", b"\n").split(b"\n")
    rows = [_fields(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    return tuple(_billed(row, mer_id, day) for row in rows)


def _inflated(content: str) -> bytes:
    inflate = zlib.decompressobj()
    try:
        packed = base64.b64decode(content, validate=True)
        plain = inflate.decompress(packed, LONGEST_BILL + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise BillInvalid("fileContent is not the base64 of a zlib stream") from error
    if len(plain) > LONGEST_BILL or not inflate.eof:
        raise BillInvalid("the file is too long or cut")
    return plain


def _fields(line: bytes, number: int) -> tuple[str, ...]:
    if len(line) != LINE:
        raise BillInvalid(f"line {number} has not {LINE} bytes")
    fields, start = [], 0
    for width in WIDTHS:
        if start and line[start - 1 : start] != b" ":
            raise BillInvalid(f"line {number}: no blank before byte {start}")
        try:
            fields.append(line[start : start + width].decode("gb18030").strip())
        except ValueError as error:
            raise BillInvalid(f"line {number} is not GBK") from error
        start += width + 1
    return tuple(fields)


def _billed(row: tuple[str, ...], mer_id: str, day: date) -> Billed:
    amount = row[AMOUNT]
    if row[MERCHANT] != mer_id:
        raise BillInvalid("another merchant's line")
    if not (amount.isascii() and amount.isdigit()) or not row[ORDER]:
        raise BillInvalid("a line without amount or number")
    pays = row[TYPE] == _PAYMENT
    if not pays and row[TYPE] not in _RETURNS:
        raise BillInvalid("a line of an unknown kind")
    return Billed(
        channel=Channel.UNIONPAY,
        movement=Movement.PAY if pays else Movement.REFUND,
        number=row[ORDER],
        amount=positive(int(amount)),
        moment=_moment(row[MOMENT], day),
        order_number=row[ORDER] if pays else "",
        transaction_id=row[QUERY_ID] if pays else row[ORIGINAL_QUERY_ID],
    )


def _moment(trace_time: str, day: date) -> datetime:
    """Return the moment of ``MMDDhhmmss`` (Beijing, no year) next to the settlement day."""
    for year in dict.fromkeys(moved.year for moved in (day, day - timedelta(days=20))):
        try:
            moment = beijing.from_digits(f"{year:04d}{trace_time}")
        except ValueError:
            continue
        if abs(moment - datetime(day.year, day.month, day.day, tzinfo=UTC)) < timedelta(days=20):
            return moment
    raise BillInvalid("a line without a time near its day")


def write_bill(rows: list[Mapping[int, str]], mer_id: str, day: date) -> tuple[str, str]:
    """Return `fileName` and `fileContent` of these rows, by field (the gateway's side)."""
    lines = [_written(row) for row in rows]
    stem = f"{day:%y%m%d}88"
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"INN{stem}ZM_{mer_id}", b"".join(line + b"\r\n" for line in lines))
        archive.writestr(f"INN{stem}ZME_{mer_id}", b"")
    return f"{mer_id}_{day:%Y%m%d}.zip", base64.b64encode(zlib.compress(output.getvalue())).decode("ascii")


def _written(row: Mapping[int, str]) -> bytes:
    return b" ".join(row.get(i, "").encode("gb18030").ljust(width)[:width] for i, width in enumerate(WIDTHS))


def padded_amount(fen: int) -> str:
    """Return the twelve digits of an amount."""
    return f"{fen:0{_AMOUNT_DIGITS}d}"
