"""A keypad and a headphone jack that the Linux kernel knows as input devices."""

import asyncio
from typing import Any

from kiosk.clock import Clock
from kiosk.devices.cabinet_contracts import Key, KeyListener, Presence
from kiosk.devices.capabilities import Abilities, Capability, can
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
    Unsubscribe,
)
from kiosk.devices.keypad.events import InputEvents, KeypadLayout, Lost, switch_state
from kiosk.devices.keypad.input_node import InputNode, NodeGone
from kiosk.devices.polled import PolledDevice, State
from kiosk.domain.failure import FailureCode, Fault


class EvdevKeypad(PolledDevice):
    """Driver of one keypad, and of the jack beside it.

    The device is looked for whenever it is asked for, by the polling of `subscribe` every second: it may
    come and go at any time.

    Args:
        keys: path of the keypad's input device.
        jack: path of the device that tells of headphones, where that is another: a sound card's own.
        grab: keep the keys from the window. Without it the kernel's keys also go there, as of any keyboard,
            and move the focus: a screen that listens to this driver instead wants them once only.
    """

    def __init__(
        self,
        keys: str,
        clock: Clock,
        *,
        jack: str | None = None,
        layout: KeypadLayout | None = None,
        grab: bool = False,
        simulated: bool = False,
    ) -> None:
        super().__init__(DeviceName.KEYPAD, FailureCode.KEYPAD_UNAVAILABLE, clock, simulated=simulated)
        self._layout = layout or KeypadLayout()
        self._keys = InputNode(keys, self._keys_received, grab=grab)
        self._jack = InputNode(jack, self._jack_received, grab=False) if jack else None
        self._key_events = InputEvents(self._layout)
        self._jack_events = InputEvents(self._layout)
        self._headphones = Presence.UNKNOWN
        self._key_listeners: list[KeyListener] = []
        self._gone = asyncio.Event()

    async def capabilities(self) -> Abilities:
        """Without a jack that is known about nothing private is spoken."""
        told = self._jack is not None or bool(self._layout.jack_in)
        return Abilities(can(Capability.TAKE_KEYS, *((Capability.SPEAK_PRIVATELY,) if told else ())))

    def listen(self, listener: KeyListener) -> Unsubscribe:
        self._key_listeners.append(listener)
        self._reach()

        def unsubscribe() -> None:
            if listener in self._key_listeners:
                self._key_listeners.remove(listener)

        return unsubscribe

    async def read_key(self, *, deadline_s: float) -> Completion[Key]:
        async def read_key() -> Completion[Key]:
            fault = self._reach()
            if fault is not None:
                return Refused(fault)
            pressed: asyncio.Future[Key | None] = asyncio.get_running_loop().create_future()
            unsubscribe = self.listen(lambda key: None if pressed.done() else pressed.set_result(key))
            gone = asyncio.ensure_future(self._gone.wait())
            try:
                either: set[asyncio.Future[Any]] = {pressed, gone}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                unsubscribe()
                gone.cancel()
            key = pressed.result() if pressed.done() else None
            return Done(key) if key is not None else Failed(self._fault("pulled out while a key was awaited"))

        def late(why: str) -> Failed:
            return Failed(Fault(FailureCode.TIMED_OUT, why))

        return await self._run(read_key, deadline_s=deadline_s, late=late)

    def headphones(self) -> Presence:
        self._reach()
        return self._headphones

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a keypad holds no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Open the devices anew."""

        async def reset() -> Completion[MediaPosition]:
            self._let_go()
            fault = self._reach()
            return Done(MediaPosition.NOT_PRESENT) if fault is None else Refused(fault)

        return await self._run(reset, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        await super().close()
        self._let_go()

    async def _state(self) -> State:
        fault = self._reach()
        return (DeviceState.ONLINE, ()) if fault is None else (DeviceState.OFFLINE, (fault,))

    def _reach(self) -> Fault | None:
        """Open what is there; return why the keypad is not. A jack that is missing is merely UNKNOWN."""
        if self._closed:
            return self._fault("closed")
        if self._jack is not None:
            self._reach_jack(self._jack)
        try:
            if self._keys.open():
                self._gone.clear()
                self._key_events = InputEvents(self._layout)
                if self._jack is None:
                    self._ask_switch(self._keys)
        except NodeGone as error:
            return self._fault(str(error))
        return None

    def _reach_jack(self, jack: InputNode) -> None:
        try:
            if jack.open():
                self._jack_events = InputEvents(self._layout)
                self._ask_switch(jack)
        except NodeGone:
            self._hear(Presence.UNKNOWN)

    def _ask_switch(self, node: InputNode) -> None:
        """Keypads that tell of their jack by keys say nothing until it changes: UNKNOWN till then."""
        bits = node.switches()
        self._hear(Presence.UNKNOWN if bits is None else switch_state(bits))

    def _keys_received(self, content: bytes | None) -> None:
        if content is None:
            if self._jack is None:
                self._hear(Presence.UNKNOWN)
            self._gone.set()
            self._tell()
            return
        self._take(self._key_events, content, self._keys)

    def _jack_received(self, content: bytes | None) -> None:
        if content is None:
            self._hear(Presence.UNKNOWN)
        elif self._jack is not None:
            self._take(self._jack_events, content, self._jack)

    def _take(self, events: InputEvents, content: bytes, node: InputNode) -> None:
        for happened in events.feed(content):
            match happened:
                case Key():
                    for listener in tuple(self._key_listeners):
                        listener(happened)
                case Presence():
                    self._hear(happened)
                case Lost():
                    self._ask_switch(node)

    def _hear(self, headphones: Presence) -> None:
        if headphones is not self._headphones:
            self._headphones = headphones
            self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _let_go(self) -> None:
        self._keys.close()
        if self._jack is not None:
            self._jack.close()
        self._headphones = Presence.UNKNOWN
        self._gone.set()
