"""The journal: every event and every effect's intent, on disk before anything acts on it.

`store.py` is the door. SQLite in WAL mode with synchronous=FULL: one commit, one fsync per step of a
visit. Records are append-only and hash-chained; what is personal is encrypted under a key per visit,
which is wrapped by the machine's key and destroyed after the retention time (`retention.py`). The chain's
end and exports are signed (`head.py`, `export.py`). Imports `domain` and `visit`.
"""
