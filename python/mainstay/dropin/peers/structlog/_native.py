"""structlog._native: the names of mainstay.log._filtering."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._filtering", (
    "BoundLoggerBase", "BoundLoggerFilteringAtCritical", "BoundLoggerFilteringAtDebug",
    "BoundLoggerFilteringAtError", "BoundLoggerFilteringAtInfo", "BoundLoggerFilteringAtNotset",
    "BoundLoggerFilteringAtWarning", "CRITICAL", "DEBUG", "ERROR", "INFO",
    "LEVEL_TO_FILTERING_LOGGER", "LEVEL_TO_NAME", "NAME_TO_LEVEL", "NOTSET", "WARNING",
    "_ASYNC_CALLING_STACK", "_ASYNC_CALLING_THREAD", "_anop", "_make_filtering_bound_logger",
    "_maybe_interpolate", "_nop", "aexception", "exception", "make_filtering_bound_logger",
    "sys", "threading",
))
