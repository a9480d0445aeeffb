"""What pluggy warns of."""

from __future__ import annotations

from ._door import PluggyTeardownRaisedWarning, PluggyWarning

__all__ = ["PluggyTeardownRaisedWarning", "PluggyWarning"]
