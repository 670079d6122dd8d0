"""The issuing authority's service: the contract, the HTTP client and the sandbox.

Imports `domain` only. `contract.py` is the door.
"""
