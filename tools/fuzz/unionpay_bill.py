"""UnionPay's daily file: `fileContent` as it comes (first byte 0), or the lines inside its zip (1)."""

import base64
import zipfile
import zlib
from datetime import date
from io import BytesIO

from kiosk.payments.reconciliation.bills import BillInvalid, unzipped
from kiosk.payments.unionpay import bill

_MER_ID = "777290058110048"
_DAY = date(2026, 11, 22)
_ROW = {
    bill.CODE: "S56",
    bill.MOMENT: "1122160000",
    bill.AMOUNT: "000000001500",
    bill.QUERY_ID: "212611221600000000001",
    bill.ORDER: "K000120261122160000000001",
    bill.TYPE: "01",
    bill.MERCHANT: _MER_ID,
}
_REFUND = _ROW | {bill.TYPE: "04", bill.ORDER: "K000120261122160000000001R1", bill.ORIGINAL_QUERY_ID: "2126"}


def seeds() -> tuple[bytes, ...]:
    _, content = bill.write_bill([_ROW, _REFUND], _MER_ID, _DAY)
    files = unzipped(zlib.decompress(base64.b64decode(content)))
    lines = next(text for name, text in files.items() if "ZM_" in name)
    return b"\x00" + content.encode("ascii"), b"\x01" + lines


def one_input(data: bytes) -> None:
    content = _packed(data[1:]) if data[:1] == b"\x01" else data[1:].decode("latin-1")
    try:
        lines = bill.read_bill(content, _MER_ID, _DAY)
    except BillInvalid:
        return
    assert all(line.amount > 0 and line.number for line in lines)


def _packed(lines: bytes) -> str:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(f"INN26112288ZM_{_MER_ID}", lines)
    return base64.b64encode(zlib.compress(output.getvalue())).decode("ascii")
