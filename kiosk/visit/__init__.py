"""A visit as a pure state machine: events in, effects out, one small file per step.

Start with `table.py` (every transition on one screen), then `steps/`. Imports `domain` only; no time,
no I/O, no Qt. A visit is the fold of its events through `decide()`.
"""
