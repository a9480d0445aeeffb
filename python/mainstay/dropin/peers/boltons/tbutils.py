"""boltons.tbutils: the names of mainstay.bolts.tbutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.tbutils", (
    "Callpoint", "ContextualCallpoint", "ContextualExceptionInfo", "ContextualTracebackInfo",
    "ExceptionInfo", "ParsedException", "ParsedTB", "TracebackInfo", "__all__",
    "fix_print_exception", "format_exception_only", "print_exception",
))
