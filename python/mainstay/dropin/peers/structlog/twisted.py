"""structlog.twisted: the names of mainstay.log.twisted."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.log.twisted", (
    "BoundLogger", "BoundLoggerBase", "EventAdapter", "GenericJSONRenderer",
    "JSONLogObserverWrapper", "JSONRenderer", "LoggerFactory", "PlainFileLogObserver",
    "ReprWrapper", "_BUILTIN_DEFAULT_PROCESSORS", "_FAIL_TYPES", "_extractStuffAndWhy", "json",
    "log", "plainJSONStdOutLogger", "sys",
))
