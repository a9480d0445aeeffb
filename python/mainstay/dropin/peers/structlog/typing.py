"""structlog.typing: the names of mainstay.log.typing."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.typing", (
    "BindableLogger", "Context", "EventDict", "ExcInfo", "ExceptionRenderer",
    "ExceptionTransformer", "FilteringBoundLogger", "Processor", "ProcessorReturnValue",
    "WrappedLogger", "sys",
))
