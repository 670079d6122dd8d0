"""A small driver without dependencies: mutates inputs, keeps those that reach new lines of the program."""

import hashlib
import os
import random
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from kiosk.clock import SystemClock

LONGEST_S = 5.0
"""How long one input may take, seconds: a parser that works longer can be kept busy by a stranger."""

MOST_MEMORY = 1 << 31
"""How much address space the process may have, bytes."""

_PACKAGE = f"{os.sep}kiosk{os.sep}"
_LONGEST_INPUT = 1 << 20
_EDGES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"-1", b"1e9", b"\xed\xa0\x80", b"\\ud800",
          b"0", b"null", b"true", b"[]", b"{}", b"\"\"", b"\r\n", b"=", b"&", b",", b"`")  # fmt: skip

Line = tuple[CodeType, int, int]


@dataclass(frozen=True, slots=True)
class Target:
    """One parser; `folder` keeps its corpus and findings."""

    name: str
    seeds: tuple[bytes, ...]
    one_input: Callable[[bytes], None]
    folder: Path


class TooSlow(Exception):
    """An input took longer than `LONGEST_S`."""


def fuzz(target: Target, seconds: float, seed: int) -> bool:
    """Fuzz one target for a while; print what came of it and return whether nothing was found."""
    _limit_memory()
    clock = SystemClock()
    end = clock.monotonic() + seconds
    chance = random.Random(f"{target.name} {seed}")  # noqa: S311 - repeatable, not secret
    reached: set[Line] = set()
    corpus: list[bytes] = []
    findings: set[tuple[str, ...]] = set()
    runs = 0
    for data in _inputs(target, corpus, chance):
        lines, fault = _feed(target, data)
        runs += 1
        if fault is not None:
            _tell(target, data, fault, findings)
        if not lines <= reached:
            reached |= lines
            corpus.append(data)
            _keep(target, data)
        if clock.monotonic() > end:
            break
    print(
        f"{target.name:24} {runs} inputs, {len(reached)} steps reached, {len(findings)} findings", flush=True
    )
    return not findings


def name_of(data: bytes) -> str:
    """Return the file name of an input."""
    return f"{hashlib.sha256(data).hexdigest()[:16]}.bin"


def _inputs(target: Target, corpus: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """First the seeds and what earlier runs have kept, then mutations of what reached something new."""
    yield b""
    yield from target.seeds
    yield from (path.read_bytes() for path in sorted((target.folder / "corpus").glob("*.bin")))
    while True:
        # What was found last is the least explored.
        base = corpus[min(chance.randrange(len(corpus)), chance.randrange(len(corpus))) * -1 - 1]
        for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
            base = _mutated(base, corpus, chance)
        yield base[:_LONGEST_INPUT]


def _mutated(data: bytes, corpus: list[bytes], chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    length = min(chance.choice((1, 1, 2, 4, 8, 32, 256)), len(data) - at)
    match chance.randrange(8):
        case 0 if at < len(data):
            return data[:at] + bytes((data[at] ^ 1 << chance.randrange(8),)) + data[at + 1 :]
        case 1:
            return data[:at] + data[at + length :]
        case 2:
            return data[:at] + chance.randbytes(chance.choice((1, 2, 4, 16))) + data[at:]
        case 3:
            return data[:at] + chance.choice(_EDGES) + data[at + length :]
        case 4:
            return data[:at] + data[at : at + length] * chance.choice((2, 3, 50)) + data[at + length :]
        case 5:
            other = chance.choice(corpus)
            start = chance.randint(0, len(other))
            return data[:at] + other[start : start + chance.choice((4, 32, 512))] + data[at + length :]
        case 6 if data.isascii() and at < len(data) and data[at : at + 1].isdigit():
            return data[:at] + str(chance.choice((0, 9, 1 << 31, 10**18))).encode() + data[at + 1 :]
        case _:
            return data[:at]


def _feed(target: Target, data: bytes) -> tuple[set[Line], BaseException | None]:
    """Feed one input; return the steps of the program that it reached, and what it raised."""
    lines: set[Line] = set()
    try:
        with _bounded(), _traced(lines):
            target.one_input(data)
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - whatever it is, is the finding
        return lines, fault
    return lines, None


@contextmanager
def _traced(lines: set[Line]) -> Iterator[None]:
    """Collect which line follows which in the program's own code."""

    def calls(frame: FrameType, _event: str, _arg: Any) -> Any:
        if _PACKAGE not in frame.f_code.co_filename:
            return None
        last = 0

        def steps(inner: FrameType, event: str, _arg: Any) -> Any:
            nonlocal last
            if event == "line":
                lines.add((inner.f_code, last, inner.f_lineno))
                last = inner.f_lineno
            return steps

        return steps

    sys.settrace(calls)
    try:
        yield
    finally:
        sys.settrace(None)


@contextmanager
def _bounded() -> Iterator[None]:
    def over(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"more than {LONGEST_S:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, hard))


def _keep(target: Target, data: bytes) -> None:
    folder = target.folder / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name_of(data)).write_bytes(data)


def _tell(target: Target, data: bytes, fault: BaseException, findings: set[tuple[str, ...]]) -> None:
    """Print a finding once for each place that it comes from."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = (type(fault).__name__, *(f"{one.filename}:{one.lineno}" for one in frames[-2:]))
    if place in findings:
        return
    findings.add(place)
    target.folder.mkdir(parents=True, exist_ok=True)
    path = target.folder / f"finding-{name_of(data)}"
    path.write_bytes(data)
    print(f"{target.name}: {path}")
    traceback.print_exception(fault, limit=-6, file=sys.stdout)
