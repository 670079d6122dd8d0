"""Events and effects as JSON and back; the type's name stands in the record beside it."""

from typing import TypeVar

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from kiosk.visit import case_effects, case_events, effects, events
from kiosk.visit.effects import Effect
from kiosk.visit.events import Event

_CONVERTER = make_converter()
_EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in (*events.ALL, *case_events.ALL)}
_EFFECTS: dict[str, type[Effect]] = {cls.__name__: cls for cls in (*effects.ALL, *case_effects.ALL)}

T = TypeVar("T", Event, Effect)


class UnreadableRecord(Exception):
    """A record names a type or holds fields that this program does not know."""


def encode(value: Event | Effect) -> bytes:
    """Return the JSON of an event's or effect's fields."""
    return _CONVERTER.dumps(value, ensure_ascii=False).encode()


def decode_event(name: str, data: bytes) -> Event:
    """Return the event; raise UnreadableRecord."""
    return _decode(_EVENTS, name, data)


def decode_effect(name: str, data: bytes) -> Effect:
    """Return the effect; raise UnreadableRecord."""
    return _decode(_EFFECTS, name, data)


def _decode(types: dict[str, type[T]], name: str, data: bytes) -> T:
    try:
        return _CONVERTER.loads(data, types[name])
    except KeyError as error:
        raise UnreadableRecord(f"unknown kind of record: {name}") from error
    except (BaseValidationError, ValueError, TypeError) as error:
        raise UnreadableRecord(f"a {name} record does not have the fields it should") from error
