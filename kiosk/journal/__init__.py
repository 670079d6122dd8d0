"""The journal: every event and every effect's intent, on disk before anything acts on it.

`store.py` is the door to write by, `reading.py` what can be read through it. SQLite in WAL mode with
synchronous=FULL: one commit, one fsync per step of a visit; the log is emptied between visits
(`write_ahead.py`). Records are append-only and hash-chained (`chain.py`); what is personal is encrypted under
a key per visit, which is wrapped by the machine's key and destroyed after the retention time
(`retention.py`). Visits' rows are sealed (`rows.py`). The chain's end and exports are signed (`head.py`,
`export.py`); what is wrong with any of it is found by `verification.py` and said by `breaks.py`. Imports
`domain` and `visit`.
"""
