"""structlog._config: the names of mainstay.log._config."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._config", (
    "BoundLoggerLazyProxy", "ConsoleRenderer", "PrintLoggerFactory", "StackInfoRenderer",
    "TimeStamper", "_BUILTIN_CACHE_LOGGER_ON_FIRST_USE", "_BUILTIN_DEFAULT_CONTEXT_CLASS",
    "_BUILTIN_DEFAULT_LOGGER_FACTORY", "_BUILTIN_DEFAULT_PROCESSORS",
    "_BUILTIN_DEFAULT_WRAPPER_CLASS", "_CONFIG", "_Configuration", "_force_colors",
    "_has_colors", "_no_colors", "add_log_level", "configure", "configure_once", "getLogger",
    "get_config", "get_logger", "is_configured", "make_filtering_bound_logger",
    "merge_contextvars", "os", "reset_defaults", "set_exc_info", "sys", "wrap_logger",
))
