"""Playing a WAV by a program of the system's sound service: ALSA, PipeWire or PulseAudio.

A process of its own: a sound service that hangs, as ALSA does without a card, is ended and forgotten.
"""

import asyncio
import os
import shutil
from contextlib import suppress
from enum import StrEnum
from typing import Protocol


class NotPlayed(Exception):
    """Nothing, or not all of it, was heard; the message says why."""


class Player(Protocol):
    """Something that plays a WAV file."""

    def missing(self) -> str | None:
        """Say what is missing that it could play at all, None if nothing is."""

    async def play(self, wav: bytes) -> None:
        """Play to the end; raise NotPlayed. Cancelling stops the sound."""


class SoundProgram(StrEnum):
    """The programs that are known to play a file and then end."""

    APLAY = "aplay"
    PIPEWIRE = "pw-play"
    PULSE = "paplay"


_OUTPUT = {
    SoundProgram.APLAY: "--device=",
    SoundProgram.PIPEWIRE: "--target=",
    SoundProgram.PULSE: "--device=",
}


class ProgramPlayer:
    """Plays by one of the programs; the sound goes to it through memory, never through a file.

    Args:
        output: the name of the output as the program knows it, e.g. ``plughw:1,0`` for aplay; None for
            the system's default.
    """

    def __init__(self, program: SoundProgram = SoundProgram.APLAY, output: str | None = None) -> None:
        self._program = program
        self._options = ["-q"] if program is SoundProgram.APLAY else []
        if output is not None:
            self._options.append(_OUTPUT[program] + output)

    def missing(self) -> str | None:
        return None if shutil.which(self._program) else f"the program {self._program} is not installed"

    async def play(self, wav: bytes) -> None:
        sound = os.memfd_create("tone")
        try:
            os.write(sound, wav)
            await self._run(sound)
        finally:
            os.close(sound)

    async def _run(self, sound: int) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                *self._options,
                f"/proc/self/fd/{sound}",
                pass_fds=(sound,),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise NotPlayed(f"{self._program} does not start") from error
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):  # it ended by itself just now
                    process.kill()
                await process.wait()
        if code != 0:
            raise NotPlayed(f"{self._program} ended with {code}: no such output, or it is not to be had")
