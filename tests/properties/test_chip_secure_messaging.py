"""Secure messaging: both ends understand each other for both suites, and nobody else gets a word in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.chip.apdu import Command, Response, parse_command
from kiosk.devices.chip.ciphers import AesSuite, CipherKind, CipherSuite, TripleDesSuite
from kiosk.devices.chip.secure_messaging import SecureChannel, SecureMessagingFailed

SUITES: st.SearchStrategy[CipherSuite] = st.builds(
    CipherKind.suite, st.sampled_from(CipherKind), st.binary(min_size=16, max_size=66)
)
COUNTERS = st.integers(0, 2**64 - 1)
COMMANDS = st.builds(
    Command,
    st.just(0),
    st.sampled_from((0xA4, 0xB0, 0xB1)),
    st.integers(0, 255),
    st.integers(0, 255),
    st.binary(max_size=100) | st.binary(min_size=200, max_size=400),
    st.none() | st.integers(1, 256) | st.integers(257, 65536),
)
RESPONSES = st.builds(
    Response, st.binary(max_size=223) | st.binary(max_size=3000), st.sampled_from((0x9000, 0x6282, 0x6A82))
)


@given(SUITES, COUNTERS, st.lists(st.tuples(COMMANDS, RESPONSES), min_size=1, max_size=4))
def test_a_conversation_arrives_as_it_was_said(
    suite: CipherSuite, counter: int, talk: list[tuple[Command, Response]]
) -> None:
    reader, chip = SecureChannel(suite, counter), SecureChannel(suite, counter)
    for command, response in talk:
        heard = chip.open_command(parse_command(reader.protect(command).encoded()))
        assert heard == command
        answer = chip.protect_response(response, odd=bool(command.ins & 1)).encoded()
        assert reader.open_response(answer) == response


@given(SUITES, COUNTERS, RESPONSES, st.data())
def test_one_changed_bit_ends_the_session(
    suite: CipherSuite, counter: int, response: Response, data: st.DataObject
) -> None:
    answer = bytearray(SecureChannel(suite, counter).protect_response(response).encoded())
    place = data.draw(st.integers(0, 8 * len(answer) - 1))
    answer[place // 8] ^= 1 << place % 8
    with pytest.raises(SecureMessagingFailed):
        SecureChannel(suite, counter).open_response(bytes(answer))


@given(SUITES, COUNTERS, RESPONSES)
def test_an_answer_said_twice_is_refused(suite: CipherSuite, counter: int, response: Response) -> None:
    answer = SecureChannel(suite, counter).protect_response(response).encoded()
    reader = SecureChannel(suite, counter)
    assert reader.open_response(answer) == response
    with pytest.raises(SecureMessagingFailed):
        reader.open_response(answer)


@given(SUITES, COUNTERS, st.binary(min_size=2, max_size=120))
def test_noise_is_refused(suite: CipherSuite, counter: int, noise: bytes) -> None:
    with pytest.raises(SecureMessagingFailed):
        SecureChannel(suite, counter).open_response(noise)


@given(SUITES, COUNTERS, COMMANDS, st.data())
def test_the_chip_refuses_a_changed_command(
    suite: CipherSuite, counter: int, command: Command, data: st.DataObject
) -> None:
    sent = SecureChannel(suite, counter).protect(command)
    place = data.draw(st.integers(0, 8 * len(sent.body) - 1))
    body = bytearray(sent.body)
    body[place // 8] ^= 1 << place % 8
    changed = Command(sent.cla, sent.ins, sent.p1, sent.p2, bytes(body), sent.expected)
    with pytest.raises(SecureMessagingFailed):
        SecureChannel(suite, counter).open_command(changed)


@given(SUITES, COUNTERS, st.integers(64, 65536))
def test_an_answer_holds_what_it_is_said_to_hold_and_no_byte_more(
    suite: CipherSuite, counter: int, room: int
) -> None:
    most = SecureChannel(suite, counter).payload_in(room)

    def size(plain: int) -> int:
        return len(SecureChannel(suite, counter).protect_response(Response(bytes(plain), 0x9000)).body)

    assert size(most) <= room < size(most + 1)


def test_block_payloads_of_the_two_suites() -> None:
    assert SecureChannel(TripleDesSuite(bytes(16), bytes(16)), 0).block_payload == 231
    assert SecureChannel(AesSuite(bytes(16), bytes(16)), 0).block_payload == 223
