"""structlog._log_levels: the names of mainstay.log._log_levels."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._log_levels", (
    "CRITICAL", "DEBUG", "ERROR", "FATAL", "INFO", "LEVEL_TO_NAME", "NAME_TO_LEVEL", "NOTSET",
    "WARN", "WARNING", "_LEVEL_TO_NAME", "_NAME_TO_LEVEL", "add_log_level", "map_method_name",
))
