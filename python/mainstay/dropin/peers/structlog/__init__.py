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
            try:
                from . import twisted
            except ImportError:
                return None
            return twisted
        return _metadata(name)


def _metadata(name: str) -> "Any":
    if name not in ("__version__", "__description__", "__uri__", "__email__"):
        raise AttributeError(f"module structlog has no attribute {name}")
    from importlib.metadata import metadata

    known = metadata("structlog")
    if name == "__version__":
        return known["Version"]
    from warnings import warn

    warn(
        f"Accessing structlog.{name} is deprecated and will be removed in a future release. Use "
        "importlib.metadata directly to query for structlog's packaging metadata.",
        DeprecationWarning,
        stacklevel=3,
    )
    if name == "__uri__":
        return known["Project-URL"].split(" ", 1)[-1]
    if name == "__email__":
        return known["Author-email"].split("<", 1)[1].rstrip(">")
    return known["Summary"]


sys.modules[__name__].__class__ = _Structlog
