"""Protected terminal messages: noise (first byte 0), or a blob of it under the shared key (1)."""

from kiosk.devices.terminal.blob import BlobKey, NotGenuine, seal, unseal
from kiosk.devices.terminal.json_text import encode, object_of, parse

_ROOT = "SaleToPOIResponse"
_KEY = BlobKey("kiosk", 1, "correct horse battery staple")
_MESSAGE = {
    _ROOT: {"MessageHeader": {"ServiceID": "1"}, "PaymentResponse": {"Response": {"Result": "Success"}}}
}


def seeds() -> tuple[bytes, ...]:
    return b"\x00" + encode(seal(_MESSAGE, _KEY)), b"\x01" + encode(_MESSAGE)


def one_input(data: bytes) -> None:
    message = parse(data[1:])
    if message is None:
        return
    if data[:1] == b"\x01":
        if len(message) != 1 or "MessageHeader" not in object_of(message, *message):
            return
        assert unseal(seal(message, _KEY), next(iter(message)), _KEY) == encode(message)
        return
    try:
        plain = unseal(message, _ROOT, _KEY)
    except NotGenuine:
        return
    assert plain == encode(_MESSAGE), "a blob that nobody with the key has made"
