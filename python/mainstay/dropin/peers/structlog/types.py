"""structlog.types: the names of mainstay.log.types."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.types", (
    "BindableLogger", "Context", "EventDict", "ExcInfo", "ExceptionRenderer",
    "ExceptionTransformer", "FilteringBoundLogger", "Processor", "WrappedLogger", "__all__",
))
