"""structlog.threadlocal: the names of mainstay.log.threadlocal."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.threadlocal", (
    "BoundLoggerLazyProxy", "TLLogger", "ThreadLocal", "_CONTEXT", "_ThreadLocalDictWrapper",
    "_deprecated", "_determine_threadlocal", "_get_context", "as_immutable", "bind_threadlocal",
    "bound_threadlocal", "clear_threadlocal", "contextlib", "get_merged_threadlocal",
    "get_threadlocal", "merge_threadlocal", "merge_threadlocal_context", "sys", "threading",
    "tmp_bind", "unbind_threadlocal", "warnings", "wrap_dict",
))
