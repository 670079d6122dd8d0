"""Payment channels: the contract, one file per network, and the simulated gateway in `sandbox/`.

Imports `domain` only. `contract.py` is the door; payments.md's rules are obeyed by every adapter.
"""
