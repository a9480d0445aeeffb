"""structlog.processors: the names of mainstay.log.processors."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.processors", (
    "CallsiteParameter", "CallsiteParameterAdder", "EventRenamer", "ExceptionDictTransformer",
    "ExceptionPrettyPrinter", "ExceptionRenderer", "JSONRenderer", "KeyValueRenderer",
    "LogfmtRenderer", "MaybeTimeStamper", "NAME_TO_LEVEL", "StackInfoRenderer", "TimeStamper",
    "UnicodeDecoder", "UnicodeEncoder", "_ASYNC_CALLING_THREAD", "__all__",
    "_figure_out_exc_info", "_find_first_app_frame_and_name", "_format_exception",
    "_format_stack", "_get_callsite_filename", "_get_callsite_func_name",
    "_get_callsite_lineno", "_get_callsite_module", "_get_callsite_pathname",
    "_get_callsite_process", "_get_callsite_process_name", "_get_callsite_qual_module",
    "_get_callsite_qual_name", "_get_callsite_thread", "_get_callsite_thread_name",
    "_json_fallback_handler", "add_log_level", "datetime", "dict_tracebacks", "enum",
    "format_exc_info", "get_processname", "os", "sys", "threading", "time",
))
