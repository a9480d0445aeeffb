"""structlog._output: the names of mainstay.log._output."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log._output", (
    "BytesLogger", "BytesLoggerFactory", "PrintLogger", "PrintLoggerFactory", "WRITE_LOCKS",
    "WriteLogger", "WriteLoggerFactory", "_get_lock_for_file", "copy", "stderr", "stdout",
    "sys", "threading", "weakref",
))
