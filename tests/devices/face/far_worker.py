"""A face worker in the same loop: it says what a script tells it to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from kiosk.devices.face import wire
from kiosk.devices.face.talk import WorkerGone
from kiosk.domain.face_evidence import FaceEvidence

Reply = tuple[wire.Header, bytes]
Script = Callable[[wire.Header, bytes], Awaitable[list[Reply]]]

EVIDENCE = FaceEvidence(
    threshold=0.5, model="ab" * 32, pictures=4, usable=3, figures=(("brightness", 120.0),)
)
READY: Reply = {"event": "ready"}, b""
CHECKED: Reply = {"event": "checked"}, b""


def compared(matched: bool = True, score: float = 0.8) -> Reply:
    return {"event": "compared", "matched": matched, "score": score, "evidence": asdict(EVIDENCE)}, b""


def failed(what: str, why: str) -> Reply:
    return {"event": "failed", "what": what, "why": why}, b""


class FarWorker:
    """Implements `Talk`; `starts` counts how often one was begun, `killed` how often one was ended."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._replies: list[Reply] = []
        self.starts = 0
        self.killed = 0
        self.heard: list[wire.Header] = []

    async def start(self) -> "FarWorker":
        self.starts += 1
        self._replies = []
        return self

    async def send(self, header: wire.Header, body: bytes = b"") -> None:
        self.heard.append(header)
        self._replies = [READY] if "settings" in header else await self._script(header, body)

    async def receive(self) -> Reply:
        if not self._replies:
            raise WorkerGone("it ended")
        reply = self._replies.pop(0)
        if reply[0].get("event") == "silence":
            await asyncio.Event().wait()
        return reply

    def kill(self) -> None:
        self.killed += 1

    async def gone(self) -> None:
        pass
