"""The family of operating systems this is."""

from __future__ import annotations

import os
import sys

PLATFORM_WINDOWS = "windows"
PLATFORM_LINUX = "linux"
PLATFORM_BSD = "bsd"
PLATFORM_DARWIN = "darwin"
PLATFORM_UNKNOWN = "unknown"

_FAMILIES = {
    "win": PLATFORM_WINDOWS,
    "darwin": PLATFORM_DARWIN,
    "linux": PLATFORM_LINUX,
    "freebsd": PLATFORM_BSD,
    "dragonfly": PLATFORM_BSD,
    "netbsd": PLATFORM_BSD,
    "openbsd": PLATFORM_BSD,
    "bsd": PLATFORM_BSD,
}


def get_platform_name() -> str:
    """One of the names above. FreeBSD from 15 on has inotify and counts as Linux."""
    for start, family in _FAMILIES.items():
        if sys.platform.startswith(start):
            if start == "freebsd" and int(os.uname().release.partition(".")[0]) >= 15:
                return PLATFORM_LINUX
            return family
    return PLATFORM_UNKNOWN


__platform__ = get_platform_name()


def is_linux() -> bool:
    return __platform__ == PLATFORM_LINUX


def is_bsd() -> bool:
    return __platform__ == PLATFORM_BSD


def is_darwin() -> bool:
    return __platform__ == PLATFORM_DARWIN


def is_windows() -> bool:
    return __platform__ == PLATFORM_WINDOWS
