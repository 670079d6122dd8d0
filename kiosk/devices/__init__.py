"""The devices of the machine: contracts in XFS4IoT terms, one file or folder per driver, simulated sides.

Imports `domain` only. `contracts.py` is the door: everyone else sees a device through it.
"""
