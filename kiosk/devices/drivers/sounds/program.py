"""Tones through a program of the system's sound service."""

from pydantic import Field

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, Section, can
from kiosk.devices.sounds.driver import PlayedSounds
from kiosk.devices.sounds.player import ProgramPlayer, SoundProgram
from kiosk.domain.text import Text


class ProgramSection(Section):
    """``[devices.sounds] driver = "program"``."""

    program: SoundProgram = Field(
        SoundProgram.APLAY, description="what plays: aplay (ALSA), pw-play (PipeWire) or paplay (PulseAudio)"
    )
    output: str | None = Field(
        None, pattern=r"^[^-\s]\S*$", description="the output by the program's own name, such as plughw:1,0"
    )


def make(section: ProgramSection, place: Place) -> Device:
    return PlayedSounds(ProgramPlayer(section.program, section.output), place.clock)


DRIVER = Driver(
    device=DeviceName.SOUNDS,
    name="program",
    title=Text("系统声音", "The system's sound"),
    section=ProgramSection,
    make=make,
    capabilities=can(Capability.PLAY_SOUNDS),
    remedy=Text(
        "apt-get install alsa-utils（或 pipewire-bin、pulseaudio-utils），并检查扬声器",
        "apt-get install alsa-utils (or pipewire-bin, pulseaudio-utils), and check the loudspeaker",
    ),
)
