"""RSA2 signatures of requests, answers and notifications.

Source: Alipay Open Platform, "自行实现签名", "自行实现验签", "异步返回结果的验签".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

SIGN_TYPE = "RSA2"
_OBJECT_END = json.JSONDecoder()


def request_text(parameters: Mapping[str, str]) -> bytes:
    """Return what a request's signature covers: unescaped values, sorted; `sign_type` included."""
    return _joined(parameters, {"sign"})


def notice_text(parameters: Mapping[str, str]) -> bytes:
    """Return what a notification's signature covers: neither `sign` nor `sign_type`."""
    return _joined(parameters, {"sign", "sign_type"})


def _joined(parameters: Mapping[str, str], without: set[str]) -> bytes:
    pairs = sorted(parameters.items())
    return "&".join(f"{name}={value}" for name, value in pairs if value and name not in without).encode()


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """An answer of the gateway taken apart: `inner` is the raw text its signature covers.

    `certificate` is the serial of Alipay's certificate, told in certificate mode only.
    """

    inner: str
    sign: str
    certificate: str = ""


def member_of(method: str) -> str:
    """Return the name of a method's object in its answer: ``a.b`` → ``a_b_response``."""
    return method.replace(".", "_") + "_response"


def split_answer(body: bytes, method: str) -> SignedAnswer | None:
    """Return the raw inner object and its signature; None for a body of any other form.

    The inner text is sliced, never written anew: the gateway escapes ``/`` as ``\\/`` and signs that.
    """
    try:
        text = body.decode("utf-8")
        whole = json.loads(text)
        if not isinstance(whole, dict):
            return None
        name = next(iter(whole), "")
        start = text.index("{", text.index(f'"{name}"') + len(name) + 2)
        inner, end = _OBJECT_END.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    sign = whole.get("sign")
    if name not in {member_of(method), "error_response"} or not isinstance(sign, str):
        return None
    certificate = whole.get("alipay_cert_sn", "")
    if inner != whole[name] or not isinstance(certificate, str):
        return None
    return SignedAnswer(text[start:end], sign, certificate)
