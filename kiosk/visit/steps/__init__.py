"""One file per step: `handle(visit, event, at)` answers each event that `table.py` lists for the step.

`handle` returns None for an event that does not concern the step after all (a late answer of an older
order, a choice that is not on offer): nothing changes then.
"""
