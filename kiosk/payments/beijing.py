"""Beijing time at the edge: the networks speak it, the program keeps UTC inside."""

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "UTC+08:00")
_DIGITS = "%Y%m%d%H%M%S"
_TEXT = "%Y-%m-%d %H:%M:%S"


def digits(moment: datetime) -> str:
    """Return ``yyyyMMddHHmmss`` (UnionPay's txnTime)."""
    return moment.astimezone(BEIJING).strftime(_DIGITS)


def text(moment: datetime) -> str:
    """Return ``yyyy-MM-dd HH:mm:ss`` (Alipay's timestamp)."""
    return moment.astimezone(BEIJING).strftime(_TEXT)


def rfc3339(moment: datetime) -> str:
    """Return ``yyyy-MM-ddTHH:mm:ss+08:00`` (WeChat Pay's time_expire)."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def from_digits(value: str) -> datetime:
    """Return the UTC moment of `digits`; raise ValueError for any other form."""
    return _parse(value, _DIGITS, 14)


def from_text(value: str) -> datetime:
    """Return the UTC moment of `text`; raise ValueError for any other form."""
    return _parse(value, _TEXT, 19)


def from_rfc3339(value: str) -> datetime:
    """Return the UTC moment of a text with an explicit offset; raise ValueError for any other form."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return _utc(moment)


def _parse(value: str, form: str, length: int) -> datetime:
    if len(value) != length or not value.isascii():
        raise ValueError("not a time of this form")
    return _utc(datetime.strptime(value, form).replace(tzinfo=BEIJING))


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error
