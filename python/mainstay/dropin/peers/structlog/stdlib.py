"""structlog.stdlib: the names of mainstay.log.stdlib."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.stdlib", (
    "AsyncBoundLogger", "BoundLogger", "BoundLoggerBase", "DropEvent", "ExtraAdder",
    "LEVEL_TO_NAME", "LOG_KWARG_NAMES", "LoggerFactory", "NAME_TO_LEVEL",
    "PositionalArgumentsFormatter", "ProcessorFormatter", "StackInfoRenderer",
    "_FixedFindCallerLogger", "_LOG_RECORD_KEYS", "__all__", "_config",
    "_find_first_app_frame_and_name", "_format_stack", "add_log_level", "add_log_level_number",
    "add_logger_name", "filter_by_level", "get_logger", "logging", "merge_contextvars",
    "recreate_defaults", "render_to_log_args_and_kwargs", "render_to_log_kwargs", "sys",
    "warnings",
))
