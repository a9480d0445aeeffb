"""structlog.testing: the names of mainstay.log.testing."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.testing", (
    "CapturedCall", "CapturingLogger", "CapturingLoggerFactory", "DropEvent", "LogCapture",
    "ReturnLogger", "ReturnLoggerFactory", "__all__", "capture_logs", "configure", "get_config",
    "map_method_name",
))
