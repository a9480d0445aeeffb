"""A user's program, for the type checkers: loggers, processors of its own, configuration."""

from __future__ import annotations

from typing import Any

from mainstay import log
from mainstay.log.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger
from typing_extensions import assert_type


def add_service(logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
    event_dict["service"] = "shop"
    return event_dict


chain: list[Processor] = [
    log.contextvars.merge_contextvars,
    log.processors.add_log_level,
    log.processors.TimeStamper(fmt="iso", utc=True),
    add_service,
    log.dev.set_exc_info,
    log.processors.JSONRenderer(sort_keys=True),
]
log.configure(
    processors=chain,
    wrapper_class=log.make_filtering_bound_logger("info"),
    logger_factory=log.WriteLoggerFactory(),
)

logger: FilteringBoundLogger = log.get_logger(user="ada")
assert_type(logger.bind(a=1), FilteringBoundLogger)
logger.info("an event", number=1)

own = log.BoundLoggerBase(log.PrintLogger(), chain, {})
assert_type(own.bind(a=1), log.BoundLoggerBase)
assert_type(log.stdlib.get_logger("name"), log.stdlib.BoundLogger)
assert_type(log.get_context(own), dict[Any, Any])
assert_type(log.processors.LogfmtRenderer()(None, "info", {}), str)

with log.testing.capture_logs() as events:
    assert_type(events, list[EventDict])
