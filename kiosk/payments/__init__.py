"""Payment channels: the contract, one file per network, and the simulated gateway in `sandbox/`.

Imports `domain` only. `contract.py` is the door; docs/payments.md has the rules every adapter obeys.
"""
