"""Names and numbers of the levels, as the standard library's logging has them."""

from __future__ import annotations

from . import _native

CRITICAL = FATAL = 50
ERROR = 40
WARNING = WARN = 30
INFO = 20
DEBUG = 10
NOTSET = 0

NAME_TO_LEVEL = {
    "critical": CRITICAL,
    "exception": ERROR,
    "error": ERROR,
    "warn": WARNING,
    "warning": WARNING,
    "info": INFO,
    "debug": DEBUG,
    "notset": NOTSET,
}

LEVEL_TO_NAME = {
    CRITICAL: "critical",
    ERROR: "error",
    WARNING: "warning",
    INFO: "info",
    DEBUG: "debug",
}

_LEVEL_TO_NAME = LEVEL_TO_NAME
_NAME_TO_LEVEL = NAME_TO_LEVEL

_LEVEL_OF_METHOD = {"warn": "warning", "exception": "error"}


def map_method_name(method_name: str) -> str:
    """The level a method logs at: "warning" for "warn", "error" for "exception"."""
    return _LEVEL_OF_METHOD.get(method_name, method_name)


add_log_level = _native.add_log_level
add_log_level.__module__ = __name__
