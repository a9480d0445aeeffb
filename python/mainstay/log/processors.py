"""Processors: links of the chain that add to an event, change it, or render it.

A processor is called with the wrapped logger, the name of the method and the event dict, which it
may change. Those here hold nothing that a call changes: threads may share them.
"""

from __future__ import annotations

import datetime
import enum
import os
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

from . import _native
from ._frames import _find_first_app_frame_and_name, _format_exception, _format_stack
from ._log_levels import NAME_TO_LEVEL, add_log_level
from ._utils import get_processname
from .contextvars import _ASYNC_CALLING_THREAD
from .tracebacks import ExceptionDictTransformer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Collection
    from types import FrameType
    from typing import TextIO

    from .typing import EventDict, ExceptionTransformer, ExcInfo, WrappedLogger

__all__ = [
    "NAME_TO_LEVEL",
    "CallsiteParameter",
    "CallsiteParameterAdder",
    "EventRenamer",
    "ExceptionPrettyPrinter",
    "JSONRenderer",
    "KeyValueRenderer",
    "LogfmtRenderer",
    "StackInfoRenderer",
    "TimeStamper",
    "UnicodeDecoder",
    "UnicodeEncoder",
    "add_log_level",
    "dict_tracebacks",
    "format_exc_info",
]


KeyValueRenderer = _native.KeyValueRenderer
LogfmtRenderer = _native.LogfmtRenderer


class UnicodeEncoder:
    """Encodes values that are str to bytes."""

    def __init__(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> None:
        self._encoding = encoding
        self._errors = errors

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        texts = [key for key, value in event_dict.items() if isinstance(value, str)]
        for key in texts:
            event_dict[key] = event_dict[key].encode(self._encoding, self._errors)
        return event_dict


class UnicodeDecoder:
    """Decodes values that are bytes to str, so that they are not rendered as `b"..."`."""

    def __init__(self, encoding: str = "utf-8", errors: str = "replace") -> None:
        self._encoding = encoding
        self._errors = errors

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        encoded = [key for key, value in event_dict.items() if isinstance(value, bytes)]
        for key in encoded:
            event_dict[key] = event_dict[key].decode(self._encoding, self._errors)
        return event_dict


JSONRenderer = _native.JSONRenderer


def _json_fallback_handler(obj: Any) -> Any:
    """What JSON does not know, as its `__structlog__()` says, or by its repr."""
    own = getattr(obj, "__structlog__", None)
    if own is not None:
        with suppress(AttributeError):
            return own()
    return repr(obj)


class ExceptionRenderer:
    """Replaces `exc_info` by `exception`, which `exception_formatter` makes.

    `exc_info` may be an exception, a tuple as of `sys.exc_info()`, or anything true for the
    exception that is being handled.
    """

    def __init__(self, exception_formatter: ExceptionTransformer = _format_exception) -> None:
        self.format_exception = exception_formatter

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        if exc_info := _take_exc_info(event_dict):
            event_dict["exception"] = self.format_exception(exc_info)
        return event_dict


format_exc_info = ExceptionRenderer()
"""Replaces `exc_info` by the traceback as text."""

dict_tracebacks = ExceptionRenderer(ExceptionDictTransformer())
"""Replaces `exc_info` by the traceback as data for JSON."""


TimeStamper = _native.TimeStamper


def stamp(fmt: str | None, utc: bool) -> Any:
    """What a TimeStamper adds, by the clocks that `datetime` and `time` have now."""
    if fmt is None:
        return time.time()
    now = datetime.datetime.now(tz=datetime.timezone.utc if utc else None)
    if fmt.upper() == "ISO":
        return now.isoformat().replace("+00:00", "Z") if utc else now.isoformat()
    return (now if utc else now.astimezone()).strftime(fmt)


class MaybeTimeStamper:
    """As TimeStamper, for events that have no time yet."""

    __slots__ = ("stamper",)

    def __init__(self, fmt: str | None = None, utc: bool = True, key: str = "timestamp") -> None:
        self.stamper = TimeStamper(fmt=fmt, utc=utc, key=key)

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        if self.stamper.key in event_dict:
            return event_dict
        return self.stamper(logger, name, event_dict)


def _figure_out_exc_info(v: Any) -> ExcInfo | None:
    """The exception that `v` means, as a tuple; None where there is none."""
    if isinstance(v, BaseException):
        return type(v), v, v.__traceback__
    if isinstance(v, tuple) and len(v) == 3:
        kind, value, trace = v
        if (
            isinstance(kind, type)
            and issubclass(kind, BaseException)
            and isinstance(value, BaseException)
            and (trace is None or isinstance(trace, TracebackType))
        ):
            return v
    if v:
        handled = sys.exc_info()
        return handled if handled[0] is not None else None
    return None


def _take_exc_info(event_dict: EventDict) -> ExcInfo | None:
    return _figure_out_exc_info(event_dict.pop("exc_info", None))


class ExceptionPrettyPrinter:
    """Prints the exception of an event, `exception` or `exc_info`, and takes it out of the event.

    To `file`, or what `sys.stdout` is when this is made.
    """

    def __init__(
        self,
        file: TextIO | None = None,
        exception_formatter: ExceptionTransformer = _format_exception,
    ) -> None:
        self._file = sys.stdout if file is None else file
        self.format_exception = exception_formatter

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        text = event_dict.pop("exception", None)
        if text is None and (exc_info := _take_exc_info(event_dict)):
            text = self.format_exception(exc_info)
        if text:
            print(text, file=self._file)
        return event_dict


class StackInfoRenderer:
    """Replaces a true `stack_info` by `stack`, the stack of the call as text.

    Modules whose names begin with one of `additional_ignores` are passed over to find the call.
    """

    __slots__ = ("_additional_ignores",)

    def __init__(self, additional_ignores: list[str] | None = None) -> None:
        self._additional_ignores = additional_ignores

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        if event_dict.pop("stack_info", None):
            frame, _ = _find_first_app_frame_and_name(self._additional_ignores)
            event_dict["stack"] = _format_stack(frame)
        return event_dict


class CallsiteParameter(enum.Enum):
    """What CallsiteParameterAdder can add; the values are the keys it adds."""

    PATHNAME = "pathname"
    FILENAME = "filename"
    MODULE = "module"
    QUAL_MODULE = "qual_module"
    FUNC_NAME = "func_name"
    QUAL_NAME = "qual_name"
    """With the classes and functions around it; Python 3.11 and newer."""
    LINENO = "lineno"
    THREAD = "thread"
    THREAD_NAME = "thread_name"
    PROCESS = "process"
    PROCESS_NAME = "process_name"


def _file_name(frame: FrameType) -> str:
    return os.path.basename(frame.f_code.co_filename)


def _thread_name() -> str:
    return threading.current_thread().name


def _of_caller(index: int, here: Callable[[], Any]) -> Any:
    """The identity or name of the thread that handed the call on; of this one where none did."""
    caller = _ASYNC_CALLING_THREAD.get(None)
    return here() if caller is None else caller[index]


# How each parameter is read off the call's module and frame, and what a LogRecord calls it.
_CALLSITE: dict[CallsiteParameter, tuple[Callable[[str, Any], Any], str | None]] = {
    CallsiteParameter.PATHNAME: (lambda _, frame: frame.f_code.co_filename, "pathname"),
    CallsiteParameter.FILENAME: (lambda _, frame: _file_name(frame), "filename"),
    CallsiteParameter.MODULE: (lambda _, frame: os.path.splitext(_file_name(frame))[0], "module"),
    CallsiteParameter.QUAL_MODULE: (lambda module, _: module, None),
    CallsiteParameter.FUNC_NAME: (lambda _, frame: frame.f_code.co_name, "funcName"),
    CallsiteParameter.QUAL_NAME: (lambda _, frame: frame.f_code.co_qualname, None),
    CallsiteParameter.LINENO: (lambda _, frame: frame.f_lineno, "lineno"),
    CallsiteParameter.THREAD: (lambda *_: _of_caller(0, threading.get_ident), "thread"),
    CallsiteParameter.THREAD_NAME: (lambda *_: _of_caller(1, _thread_name), "threadName"),
    CallsiteParameter.PROCESS: (lambda *_: os.getpid(), "process"),
    CallsiteParameter.PROCESS_NAME: (lambda *_: get_processname(), "processName"),
}
# Under the peer's names for them, by which adders pickle, its own as well.
for _parameter, (_read, _) in _CALLSITE.items():
    _read.__name__ = _read.__qualname__ = f"_get_callsite_{_parameter.value}"
    globals()[_read.__name__] = _read


class CallsiteParameterAdder:
    """Adds where the event was logged: `parameters`, all of them by default.

    Of an event with a LogRecord that `logging` made, what the record says. Modules whose names
    begin with one of `additional_ignores` are passed over to find the call.
    """

    __slots__ = ("_active_handlers", "_additional_ignores", "_record_mappings")

    class _RecordMapping(NamedTuple):
        event_dict_key: str
        record_attribute: str

    def __init__(
        self,
        parameters: Collection[CallsiteParameter] = frozenset(CallsiteParameter),
        additional_ignores: list[str] | None = None,
    ) -> None:
        # Frames of logging are in between when this is one of ProcessorFormatter's processors.
        self._additional_ignores = ["logging", *(additional_ignores or ())]
        self._active_handlers = [(each, _CALLSITE[each][0]) for each in parameters]
        self._record_mappings = [
            self._RecordMapping(each.value, attribute)
            for each in parameters
            if (attribute := _CALLSITE[each][1])
        ]

    def __call__(self, logger: logging.Logger, name: str, event_dict: EventDict) -> EventDict:
        record: logging.LogRecord | None = event_dict.get("_record")
        if record is not None and not event_dict.get("_from_structlog", False):
            for key, attribute in self._record_mappings:
                event_dict[key] = record.__dict__[attribute]
            return event_dict
        frame, module = _find_first_app_frame_and_name(self._additional_ignores)
        for parameter, get in self._active_handlers:
            event_dict[parameter.value] = get(module, frame)
        return event_dict


class EventRenamer:
    """Moves the event to the key `to`, and what is under `replace_by`, if anything, to `event`.

    Belongs directly before the renderer: other processors look for `event`.
    """

    def __init__(self, to: str, replace_by: str | None = None) -> None:
        self.to = to
        self.replace_by = replace_by

    def __call__(self, logger: logging.Logger, name: str, event_dict: EventDict) -> EventDict:
        event_dict[self.to] = event_dict.pop("event")
        if self.replace_by is not None:
            event = event_dict.pop(self.replace_by, None)
            if event is not None:
                event_dict["event"] = event
        return event_dict
