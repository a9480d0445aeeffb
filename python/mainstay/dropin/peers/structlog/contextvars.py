"""structlog.contextvars: the names of mainstay.log.contextvars."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.contextvars", (
    "STRUCTLOG_KEY_PREFIX", "STRUCTLOG_KEY_PREFIX_LEN", "_ASYNC_CALLING_STACK",
    "_ASYNC_CALLING_THREAD", "_CONTEXT_VARS", "bind_contextvars", "bound_contextvars",
    "clear_contextvars", "contextlib", "contextvars", "get_contextvars",
    "get_merged_contextvars", "merge_contextvars", "reset_contextvars", "unbind_contextvars",
))
