"""Tones as sound, and the driver with a player that plays, hangs or breaks off."""

import asyncio
import io
import shutil
import wave
from array import array
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.devices.cabinet_contracts import Tone
from kiosk.devices.contracts import DeviceState, Done, Failed, MediaAction, Refused
from kiosk.devices.sounds.driver import PlayedSounds
from kiosk.devices.sounds.player import NotPlayed, ProgramPlayer, SoundProgram
from kiosk.devices.sounds.tones import RATE, length_s, melodies, tone_wav
from kiosk.domain.failure import FailureCode
from tests.support.virtual_time import VirtualClock, run


def samples(wav: bytes) -> "array[int]":
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


class FakePlayer:
    """Takes a second for every sound; hangs or breaks off if told to."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.heard: list[bytes] = []
        self.broken = False
        self.absent: str | None = None

    def missing(self) -> str | None:
        return self.absent

    async def play(self, wav: bytes) -> None:
        await self.clock.sleep(1)
        if self.broken:
            raise NotPlayed("no such output")
        self.heard.append(wav)


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_is_as_long_as_its_notes_and_does_not_click(tone: Tone) -> None:
    sound = samples(tone_wav(tone, 100))
    assert len(sound) / RATE == pytest.approx(length_s(tone), abs=0.01)
    assert 0.3 < length_s(tone) < 2.0
    assert abs(sound[0]) < 500
    assert abs(sound[-1]) < 500


def test_no_two_tones_have_the_same_rhythm() -> None:
    rhythms = {tuple((note.ms, note.pitch == 0) for note in notes) for notes in melodies().values()}
    assert len(rhythms) == len(Tone)


def test_more_volume_is_louder_and_never_clipped() -> None:
    peaks = [max(samples(tone_wav(Tone.ERROR, volume))) for volume in (1, 30, 60, 99, 100)]
    assert peaks == sorted(set(peaks))
    assert 20000 < peaks[-1] <= 32767


def test_a_tone_is_played_once_to_its_end() -> None:
    async def work() -> None:
        player = FakePlayer()
        sounds = PlayedSounds(player, player.clock)
        assert await sounds.play(Tone.SUCCESS, volume=70, deadline_s=5) == Done(None)
        assert player.heard == [tone_wav(Tone.SUCCESS, 70)]
        assert await sounds.play(Tone.SUCCESS, volume=0, deadline_s=5) == Done(None)
        assert len(player.heard) == 1
        await sounds.close()

    run(work())


def test_a_failure_shows_until_something_is_heard_again() -> None:
    async def work() -> None:
        player = FakePlayer()
        sounds = PlayedSounds(player, player.clock)
        player.broken = True
        assert isinstance(await sounds.play(Tone.ERROR, volume=50, deadline_s=5), Failed)
        status = await sounds.status()
        assert status.state is DeviceState.HARDWARE_ERROR
        assert status.faults[0].code is FailureCode.SOUNDS_UNAVAILABLE
        assert isinstance(await sounds.reset(MediaAction.KEEP, deadline_s=5), Failed)
        player.broken = False
        assert isinstance(await sounds.reset(MediaAction.KEEP, deadline_s=5), Done)
        assert (await sounds.status()).ready
        assert isinstance(await sounds.play(Tone.ERROR, volume=50, deadline_s=0.2), Failed)  # it hangs
        assert not (await sounds.status()).ready
        player.absent = "not installed"
        assert isinstance(await sounds.play(Tone.ERROR, volume=50, deadline_s=5), Refused)
        assert (await sounds.status()).state is DeviceState.OFFLINE
        await sounds.close()

    run(work())


@pytest.mark.skipif(shutil.which("aplay") is None, reason="alsa-utils is not installed")
def test_the_real_aplay_plays_into_nothing_and_names_a_missing_card() -> None:
    async def work() -> None:
        nothing = PlayedSounds(ProgramPlayer(SoundProgram.APLAY, "null"), SystemClock())
        assert await nothing.play(Tone.ATTENTION, volume=60, deadline_s=10) == Done(None)
        missing = PlayedSounds(ProgramPlayer(SoundProgram.APLAY, "plughw:31,0"), SystemClock())
        failed = await missing.play(Tone.ATTENTION, volume=60, deadline_s=10)
        assert isinstance(failed, Failed)
        assert "aplay" in failed.fault.detail
        await nothing.close()
        await missing.close()

    asyncio.run(work())


def test_a_player_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "aplay"
    script.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec tail -f /dev/null\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    async def work() -> None:
        sounds = PlayedSounds(ProgramPlayer(), SystemClock())
        failed = await sounds.play(Tone.ATTENTION, volume=60, deadline_s=0.3)
        assert isinstance(failed, Failed)
        await sounds.close()

    asyncio.run(work())
    pid = (tmp_path / "pid").read_text().strip()
    assert not Path(f"/proc/{pid}").exists()


def test_a_program_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    async def work() -> None:
        sounds = PlayedSounds(ProgramPlayer(SoundProgram.PULSE), VirtualClock())
        status = await sounds.status()
        assert status.state is DeviceState.OFFLINE
        assert "paplay" in status.faults[0].detail
        await sounds.close()

    run(work())
