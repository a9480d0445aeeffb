"""The release whose names and behaviour these are."""

from __future__ import annotations

__version__ = "4.70.1"
