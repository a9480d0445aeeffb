"""For tests of programs that log: capturing events, and loggers that remember or return."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, NamedTuple

from ._config import configure, get_config
from ._log_levels import map_method_name
from .exceptions import DropEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import NoReturn

    from .typing import EventDict, Processor, WrappedLogger

__all__ = [
    "CapturedCall",
    "CapturingLogger",
    "CapturingLoggerFactory",
    "LogCapture",
    "ReturnLogger",
    "ReturnLoggerFactory",
    "capture_logs",
]


class LogCapture:
    """A processor that appends each event to `entries`, with its level, and drops it."""

    def __init__(self) -> None:
        self.entries: list[EventDict] = []

    def __call__(self, logger: WrappedLogger, method_name: str, event_dict: EventDict) -> NoReturn:
        event_dict.update(log_level=map_method_name(method_name))
        self.entries.append(event_dict)
        raise DropEvent


@contextmanager
def capture_logs(processors: Iterable[Processor] = ()) -> Generator[list[EventDict], None, None]:
    """Collects all events of a block in the list it yields, after `processors` saw them.

    The configured list of processors is emptied and filled in place, so that loggers that hold it
    are captured as well. Not for blocks that run in several threads at once.
    """
    capture = LogCapture()
    configured = get_config()["processors"]
    before = configured.copy()
    try:
        configured[:] = [*processors, capture]
        configure(processors=configured)
        yield capture.entries
    finally:
        configured[:] = before
        configure(processors=configured)


class ReturnLogger:
    """Returns what it is called with: the lone argument, or `(args, kwargs)`."""

    def msg(self, *args: Any, **kw: Any) -> Any:
        """Returns its arguments."""
        lone = len(args) == 1 and not kw
        return args[0] if lone else (args, kw)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class ReturnLoggerFactory:
    """Returns one ReturnLogger, always the same."""

    def __init__(self) -> None:
        self._logger = ReturnLogger()

    def __call__(self, *args: Any) -> ReturnLogger:
        return self._logger


class CapturedCall(NamedTuple):
    """A call that a CapturingLogger remembers."""

    method_name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class CapturingLogger:
    """Has every method, and remembers the calls in `calls`."""

    def __init__(self) -> None:
        self.calls: list[CapturedCall] = []

    def __repr__(self) -> str:
        return f"<CapturingLogger with {len(self.calls)} call(s)>"

    def __getattr__(self, name: str) -> Any:
        def remember(*args: Any, **kw: Any) -> None:
            self.calls.append(CapturedCall(name, args, kw))

        return remember


class CapturingLoggerFactory:
    """Returns one CapturingLogger, always the same: `logger`."""

    def __init__(self) -> None:
        self.logger = CapturingLogger()

    def __call__(self, *args: Any) -> CapturingLogger:
        return self.logger
