"""The release of tenacity this package behaves as."""

from __future__ import annotations

__all__ = ["__version__", "__version_tuple__", "version", "version_tuple"]

__version__ = version = "9.2.1"
__version_tuple__ = version_tuple = (9, 2, 1)
