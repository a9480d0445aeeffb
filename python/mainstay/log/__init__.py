"""Structured logging: events as dicts through processors; drop-in for structlog.

    >>> from mainstay import log
    >>> logger = log.wrap_logger(log.PrintLogger(), processors=[log.processors.JSONRenderer()])
    >>> logger.bind(user="ada").info("logged in", attempts=1)
    {"user": "ada", "attempts": 1, "event": "logged in"}

Loggers may be shared by threads; configure a program before its threads log.
"""

from mainstay import _load

_load("log")

from . import _adopt as _adopt  # noqa: E402
from . import (  # noqa: E402
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
from ._base import BoundLoggerBase, get_context  # noqa: E402
from ._config import (  # noqa: E402
    configure,
    configure_once,
    get_config,
    get_logger,
    getLogger,
    is_configured,
    reset_defaults,
    wrap_logger,
)
from ._filtering import make_filtering_bound_logger  # noqa: E402
from ._generic import BoundLogger  # noqa: E402
from ._output import (  # noqa: E402
    BytesLogger,
    BytesLoggerFactory,
    PrintLogger,
    PrintLoggerFactory,
    WriteLogger,
    WriteLoggerFactory,
)
from .exceptions import DropEvent  # noqa: E402
from .testing import ReturnLogger, ReturnLoggerFactory  # noqa: E402

# fmt: off
__all__ = [
    "BoundLogger", "BoundLoggerBase", "BytesLogger", "BytesLoggerFactory", "DropEvent",
    "PrintLogger", "PrintLoggerFactory", "ReturnLogger", "ReturnLoggerFactory", "WriteLogger",
    "WriteLoggerFactory", "configure", "configure_once", "contextvars", "dev", "exceptions",
    "getLogger", "get_config", "get_context", "get_logger", "is_configured",
    "make_filtering_bound_logger", "processors", "reset_defaults", "stdlib", "testing",
    "threadlocal", "tracebacks", "types", "typing", "wrap_logger",
]
