"""Signatures of the three networks: any fields go round, nothing signed can be changed unseen."""

import base64
import hashlib
import json
from functools import cache

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.payments import rsa
from kiosk.payments.alipay import signing as alipay
from kiosk.payments.documents import parse_object
from kiosk.payments.unionpay import signing as unionpay
from kiosk.payments.wechat import signing as wechat

names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9]{0,12}", fullmatch=True).filter(lambda name: name != "signature")
values = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="&{}[]"), max_size=40)
fields = st.dictionaries(names, values, min_size=1, max_size=8)
EXAMPLES = settings(max_examples=60, deadline=None)


@cache
def key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@EXAMPLES
@given(fields=fields)
def test_unionpay_signs_the_hex_digest_of_the_sorted_fields(fields: dict[str, str]) -> None:
    signed = unionpay.sign(key(), fields)
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name])
    digest = hashlib.sha256(text.encode()).hexdigest().encode()
    signature = base64.b64decode(signed["signature"])
    key().public_key().verify(signature, digest, padding.PKCS1v15(), SHA256())  # raises where it is wrong
    assert unionpay.verifies(key().public_key(), signed)


@EXAMPLES
@given(fields=fields, name=names, value=values)
def test_unionpay_notices_every_change(fields: dict[str, str], name: str, value: str) -> None:
    signed = unionpay.sign(key(), fields)
    changed = {**signed, name: value}
    same = unionpay.fields_text(changed) == unionpay.fields_text(signed)
    assert unionpay.verifies(key().public_key(), changed) == same


@EXAMPLES
@given(fields=fields)
def test_unionpay_answers_are_read_as_they_were_written(fields: dict[str, str]) -> None:
    spaced = {name: value for name, value in fields.items() if value == value.strip()}
    if spaced:
        assert unionpay.parse_answer(unionpay.answer_body(spaced)) == spaced


@given(inner=values)
def test_unionpay_values_in_brackets_may_hold_ampersands(inner: str) -> None:
    body = f"a={{{inner}&x=1}}&b=[{inner}&{inner}]&c=2".encode()
    assert unionpay.parse_answer(body) == {"a": f"{{{inner}&x=1}}", "b": f"[{inner}&{inner}]", "c": "2"}


@given(body=st.binary(max_size=200))
def test_unionpay_takes_noise(body: bytes) -> None:
    parsed = unionpay.parse_answer(body)
    assert parsed is None or all(name.isalnum() for name in parsed)


def test_unionpay_refuses_a_field_twice_and_an_open_bracket() -> None:
    assert unionpay.parse_answer(b"a=1&a=2") is None
    assert unionpay.parse_answer(b"a={1&b=2") is None


@EXAMPLES
@given(fields=fields)
def test_alipay_signs_requests_with_and_notices_without_the_sign_type(fields: dict[str, str]) -> None:
    whole = {**fields, "sign_type": "RSA2", "sign": "x"}
    pairs = sorted((name, value) for name, value in whole.items() if value and name != "sign")
    assert alipay.request_text(whole).decode() == "&".join(f"{name}={value}" for name, value in pairs)
    without = [pair for pair in pairs if pair[0] != "sign_type"]
    assert alipay.notice_text(whole).decode() == "&".join(f"{name}={value}" for name, value in without)


@given(inner=st.dictionaries(names, values | st.dictionaries(names, values, max_size=2), max_size=5))
def test_alipay_covers_the_raw_text_of_the_object(inner: dict[str, object]) -> None:
    raw = json.dumps(inner, ensure_ascii=False).replace("/", "\\/")
    for separator in ("", " \n"):
        body = f'{{{separator}"a_b_response"{separator}:{separator}{raw},"sign":"c2ln"}}'
        answer = alipay.split_answer(body.encode(), "a.b")
        assert answer == alipay.SignedAnswer(raw, "c2ln")
        with_serial = f'{{"a_b_response":{raw},"alipay_cert_sn":"00","sign":"c2ln"}}'
        assert alipay.split_answer(with_serial.encode(), "a.b") == alipay.SignedAnswer(raw, "c2ln", "00")


@given(body=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
def test_alipay_takes_noise(body: bytes) -> None:
    assert alipay.split_answer(body, "a.b") is None


def test_alipay_refuses_an_object_of_another_method_and_text_in_its_place() -> None:
    assert alipay.split_answer(b'{"other_response":{},"sign":"x"}', "a.b") is None
    assert alipay.split_answer(b'{"a_b_response":"{}","sign":"x"}', "a.b") is None
    assert alipay.split_answer(b'{"a_b_response":{},"sign":1}', "a.b") is None


nonces = st.from_regex(r"[0-9A-Za-z]{1,32}", fullmatch=True)


@EXAMPLES
@given(body=st.binary(max_size=100), nonce=nonces, second=st.integers(0, 2**33), place=st.floats(0, 0.999))
def test_wechat_authorizations_go_round_and_cover_the_body(
    body: bytes, nonce: str, second: int, place: float
) -> None:
    target = "/v3/pay/transactions/native?x=1"
    header = wechat.authorize(
        key(), "POST", target, body, mchid="1900000001", serial="5A", second=second, nonce=nonce
    )
    parsed = wechat.parse_authorization(header)
    assert parsed is not None
    assert parsed.header == header
    text = wechat.request_text("POST", target, str(second), nonce, body)
    expected = b"\n".join([b"POST", target.encode(), str(second).encode(), nonce.encode(), body, b""])
    assert text == expected
    assert rsa.verifies(key().public_key(), text, parsed.signature)
    broken = bytearray(text)
    broken[int(place * len(broken))] ^= 1
    assert not rsa.verifies(key().public_key(), bytes(broken), parsed.signature)


@given(text=st.text(max_size=80))
def test_wechat_takes_noise_for_an_authorization(text: str) -> None:
    assert wechat.parse_authorization(text) is None
    assert wechat.parse_authorization(f"{wechat.SCHEME} {text}") is None


@given(plain=st.binary(max_size=80), secret=st.binary(min_size=32, max_size=32), place=st.floats(0, 0.999))
def test_wechat_resources_open_with_their_key_only(plain: bytes, secret: bytes, place: float) -> None:
    sealed = wechat.seal(secret, plain, "0123456789ab", "transaction")
    assert wechat.unseal(secret, sealed) == plain
    broken = bytearray(base64.b64decode(sealed["ciphertext"]))
    broken[int(place * len(broken))] ^= 1
    wrong = [
        {**sealed, "ciphertext": base64.b64encode(bytes(broken)).decode()},
        {**sealed, "associated_data": "certificate"},
        {**sealed, "nonce": ""},
        {**sealed, "ciphertext": "\ud800"},
        {**sealed, "algorithm": "AES"},
    ]
    for resource in wrong:
        try:
            wechat.unseal(secret, resource)
        except ValueError:
            continue
        raise AssertionError(resource)


@given(signature=st.text(max_size=40))
def test_noise_is_no_signature(signature: str) -> None:
    assert not rsa.verifies(key().public_key(), b"text", signature)


@given(body=st.binary(max_size=100))
def test_documents_take_noise(body: bytes) -> None:
    document = parse_object(body)
    assert document is None or isinstance(document, dict)
