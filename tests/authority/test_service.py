"""What the simulated authority refuses before it even reads a request."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.authority import signing
from tests.authority.world import KIOSK, NOON, PERMIT, STRANGER, World

PATH = "/authority/v1/permits/look-up"
BODY = f'{{"permit_no":"{PERMIT}"}}'.encode()
NONCE = "0123456789abcdef" * 2


def signed(world: World, body: bytes = BODY, kiosk_id: str = KIOSK, nonce: str = NONCE) -> dict[str, str]:
    return signing.sign_request(world.kiosk_key, kiosk_id, PATH, body, nonce=nonce, now=NOON)


def test_a_signed_request_passes_once(world: World) -> None:
    headers = signed(world)
    assert world.send("look_up", headers, BODY)[0] == 200
    status, answer = world.send("look_up", headers, BODY)
    assert (status, b"replayed_nonce" in answer) == (401, True)


def test_replay_is_refused_after_a_restart(tmp_path: Path) -> None:
    before = World(tmp_path)
    headers = signed(before)
    assert before.send("look_up", headers, BODY)[0] == 200
    before.store.close()
    after = World(tmp_path, kiosk_key=before.kiosk_key)
    assert after.send("look_up", headers, BODY)[0] == 401
    after.store.close()


def test_a_stranger_is_refused(world: World) -> None:
    status, answer = world.send("look_up", signed(world, kiosk_id=STRANGER), BODY)
    assert (status, b"unknown_kiosk" in answer) == (401, True)


def test_another_key_is_refused(world: World) -> None:
    headers = signing.sign_request(Ed25519PrivateKey.generate(), KIOSK, PATH, BODY, nonce=NONCE, now=NOON)
    assert world.send("look_up", headers, BODY)[0] == 401


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_request_is_refused(world: World, minutes: int) -> None:
    world.clock.at += timedelta(minutes=minutes)
    status, answer = world.send("look_up", signed(world), BODY)
    assert (status, b"stale_timestamp" in answer) == (401, True)


@given(
    part=st.sampled_from(["body", *signing.REQUEST_HEADERS]),
    place=st.integers(0, 300),
    mask=st.integers(1, 127),
)
@settings(max_examples=80, deadline=None)
def test_a_request_with_any_byte_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, part: str, place: int, mask: int
) -> None:
    world = World(tmp_path_factory.mktemp("books"))
    headers, body = signed(world), BODY
    content = body if part == "body" else headers[part].encode()
    at = place % len(content)
    changed = content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]
    if part == "body":
        body = changed
    else:
        headers[part] = changed.decode("latin-1")
    assert world.send("look_up", headers, body)[0] == 401
    assert world.store.read().nonces == {}
    world.store.close()


def test_a_signature_does_not_pass_for_another_call(world: World) -> None:
    assert world.send("status", signed(world), BODY)[0] == 401


@given(body=st.binary(max_size=200) | st.sampled_from([b"null", b"[]", b'{"permit_no":1}', b"[" * 5000]))
@settings(max_examples=60, deadline=None)
def test_signed_nonsense_is_a_named_problem(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    world = World(tmp_path_factory.mktemp("books"))
    status, answer = world.send("look_up", signed(world, body), body)
    assert (status, b"malformed_body" in answer) == (422, True)
    world.store.close()
