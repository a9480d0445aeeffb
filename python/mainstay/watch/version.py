"""The release of watchdog whose behaviour this package has."""

from __future__ import annotations

VERSION_MAJOR = 7
VERSION_MINOR = 1
VERSION_BUILD = 0
VERSION_INFO = (VERSION_MAJOR, VERSION_MINOR, VERSION_BUILD)
VERSION_STRING = "7.1.0"

__version__ = VERSION_INFO
