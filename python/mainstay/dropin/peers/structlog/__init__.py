"""structlog's names on mainstay.log. Loaded in its place where a program asked for that."""

import sys

from mainstay.dropin._mirror import Mirror, mirror

from . import (  # noqa: F401  # as the peer's
    _base,
    _config,
    _frames,
    _generic,
    _log_levels,
    _native,
    _output,
    _utils,
    contextvars,
    dev,
    exceptions,
    processors,
    stdlib,
    testing,
    threadlocal,
    tracebacks,
    types,
    typing,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__title__ = "structlog"
__author__ = "Hynek Schlawack"
__license__ = "MIT or Apache License, Version 2.0"
__copyright__ = "Copyright (c) 2013 Hynek Schlawack"

# fmt: off
__all__ = [
    "BoundLogger", "BoundLoggerBase", "BytesLogger", "BytesLoggerFactory", "DropEvent",
    "PrintLogger", "PrintLoggerFactory", "ReturnLogger", "ReturnLoggerFactory", "WriteLogger",
    "WriteLoggerFactory", "configure", "configure_once", "contextvars", "dev", "getLogger",
    "get_config", "get_context", "get_logger", "is_configured", "make_filtering_bound_logger",
    "processors", "reset_defaults", "stdlib", "testing", "threadlocal", "tracebacks", "twisted",
    "types", "typing", "wrap_logger",
]
mirror(__name__, "mainstay.log", (
    "BoundLogger", "BoundLoggerBase", "BytesLogger", "BytesLoggerFactory", "DropEvent",
    "PrintLogger", "PrintLoggerFactory", "ReturnLogger", "ReturnLoggerFactory", "WriteLogger",
    "WriteLoggerFactory", "configure", "configure_once", "getLogger", "get_config", "get_context",
    "get_logger", "is_configured", "make_filtering_bound_logger", "reset_defaults", "wrap_logger",
))
# fmt: on


class _Structlog(Mirror):
    """The mirror, with what is answered when it is asked for: metadata, and Twisted's adapters."""

    def __getattr__(self, name: str) -> "Any":
        if name == "twisted":  # which takes longer to import than all the rest
            from importlib import import_module  # `from . import` would ask here again

            try:
                return import_module(f"{__name__}.twisted")
            except ImportError:
                return None
        return _metadata(name)


# What the metadata of the distribution say. Where it is not installed, those that drop-in answers
# with do not say it.
_METADATA = {
    "__description__": "Structured Logging for Python",
    "__uri__": "https://www.structlog.org/",
    "__email__": "hs@ox.cx",
}


def _metadata(name: str) -> "Any":
    if name == "__version__":
        from importlib.metadata import version

        return version("structlog")
    if name not in _METADATA:
        raise AttributeError(f"module structlog has no attribute {name}")
    from warnings import warn

    warn(
        f"Accessing structlog.{name} is deprecated and will be removed in a future release. Use "
        "importlib.metadata directly to query for structlog's packaging metadata.",
        DeprecationWarning,
        stacklevel=3,
    )
    return _METADATA[name]


sys.modules[__name__].__class__ = _Structlog
