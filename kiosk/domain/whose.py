"""Whose card lies in the machine, as far as the visit that it serves can tell."""

from enum import StrEnum


class Whose(StrEnum):
    """Cards can be swapped by force while the machine is dark or its station out of sight.

    `OWN`: the visit's own, in sight since it was read. `OTHER`: another one, by its printed line. `UNKNOWN`:
    it was out of sight, or never read, and nobody has looked since.
    """

    OWN = "own"
    OTHER = "other"
    UNKNOWN = "unknown"
