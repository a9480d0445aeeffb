"""On top of the standard library's `logging`: its loggers wrapped, its records formatted.

Bound loggers here are immutable and may be shared by threads; formatters may be shared by handlers.
"""

from __future__ import annotations

import logging
import sys
import warnings
from functools import partial

from . import _config
from ._base import BoundLoggerBase
from ._filtering import run_in_executor
from ._frames import _find_first_app_frame_and_name, _format_stack
from ._log_levels import LEVEL_TO_NAME, NAME_TO_LEVEL, add_log_level
from .contextvars import merge_contextvars
from .exceptions import DropEvent
from .processors import StackInfoRenderer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from typing import Any

    from typing_extensions import Self

    from .typing import Context, EventDict, ExcInfo, Processor, WrappedLogger

__all__ = [
    "BoundLogger",
    "ExtraAdder",
    "LoggerFactory",
    "PositionalArgumentsFormatter",
    "ProcessorFormatter",
    "add_log_level",
    "add_log_level_number",
    "add_logger_name",
    "filter_by_level",
    "get_logger",
    "recreate_defaults",
    "render_to_log_args_and_kwargs",
    "render_to_log_kwargs",
]


def recreate_defaults(*, log_level: int | None = logging.NOTSET) -> None:
    """Configures the defaults anew, on top of `logging`.

    `logging` itself is set up to print messages at `log_level` and above to `sys.stdout`; with None
    it is left alone.
    """
    if log_level is not None:
        logging.basicConfig(format="%(message)s", stream=sys.stdout, level=log_level, force=True)
    first = [PositionalArgumentsFormatter(), merge_contextvars, add_log_level, add_logger_name]
    chain = [*first, StackInfoRenderer(), *_config._BUILTIN_DEFAULT_PROCESSORS[-2:]]
    _config.reset_defaults()
    _config.configure(chain, BoundLogger, logger_factory=LoggerFactory())


class _FixedFindCallerLogger(logging.Logger):
    """A logger that passes our frames over when it looks for its caller."""

    def findCaller(  # noqa: N802
        self, stack_info: bool = False, stacklevel: int = 1
    ) -> tuple[str, int, str, str | None]:
        # logging counts its own frame as the first; here it is passed over already.
        further = max(0, stacklevel - 1) if stacklevel else None
        frame, _ = _find_first_app_frame_and_name(["logging"], stacklevel=further)
        code = frame.f_code
        stack = _format_stack(frame) if stack_info else None
        return code.co_filename, frame.f_lineno, code.co_name, stack


class BoundLogger(BoundLoggerBase):
    """A bound logger around a `logging.Logger`, with its methods, attributes and levels.

    The methods that begin with `a` log in a thread of the running loop's executor.
    """

    _logger: logging.Logger

    def debug(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level debug."""
        return self._proxy_to_logger("debug", event, *args, **kw)

    def info(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level info."""
        return self._proxy_to_logger("info", event, *args, **kw)

    def warning(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level warning."""
        return self._proxy_to_logger("warning", event, *args, **kw)

    warn = warning

    def error(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level error."""
        return self._proxy_to_logger("error", event, *args, **kw)

    def critical(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level critical."""
        return self._proxy_to_logger("critical", event, *args, **kw)

    def fatal(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level critical."""
        return self._proxy_to_logger("critical", event, *args, **kw)

    def exception(self, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at the level error, with the exception that is being handled."""
        kw.setdefault("exc_info", True)
        return self._proxy_to_logger("exception", event, *args, **kw)

    def log(self, level: int, event: str | None = None, *args: Any, **kw: Any) -> Any:
        """Logs at a level given as number. Raises KeyError for one without a name."""
        return self._proxy_to_logger(LEVEL_TO_NAME[level], event, *args, **kw)

    def _proxy_to_logger(
        self, method_name: str, event: str | None = None, *event_args: Any, **event_kw: Any
    ) -> Any:
        """As in the base; arguments by position go into the event as `positional_args`."""
        if event_args:
            event_kw = {**event_kw, "positional_args": event_args}
        return super()._proxy_to_logger(method_name, event, **event_kw)

    # What a logging.Logger has besides; it is asked itself.

    @property
    def name(self) -> str:
        """As of `logging.Logger`."""
        return self._logger.name

    @property
    def level(self) -> int:
        """As of `logging.Logger`."""
        return self._logger.level

    @property
    def parent(self) -> Any:
        """As of `logging.Logger`."""
        return self._logger.parent

    @property
    def propagate(self) -> bool:
        """As of `logging.Logger`."""
        return self._logger.propagate

    @property
    def handlers(self) -> Any:
        """As of `logging.Logger`."""
        return self._logger.handlers

    @property
    def disabled(self) -> int:
        """As of `logging.Logger`."""
        return self._logger.disabled

    def setLevel(self, level: int) -> None:  # noqa: N802
        """As of `logging.Logger`."""
        self._logger.setLevel(level)

    def findCaller(  # noqa: N802
        self, stack_info: bool = False, stacklevel: int = 1
    ) -> tuple[str, int, str, str | None]:
        """As of `logging.Logger`."""
        return self._logger.findCaller(stack_info=stack_info, stacklevel=stacklevel)

    def makeRecord(  # noqa: N802
        self,
        name: str,
        level: int,
        fn: str,
        lno: int,
        msg: str,
        args: tuple[Any, ...],
        exc_info: ExcInfo,
        func: str | None = None,
        extra: Any = None,
    ) -> logging.LogRecord:
        """As of `logging.Logger`."""
        return self._logger.makeRecord(
            name, level, fn, lno, msg, args, exc_info, func=func, extra=extra
        )

    def handle(self, record: logging.LogRecord) -> None:
        """As of `logging.Logger`."""
        self._logger.handle(record)

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802
        """As of `logging.Logger`."""
        self._logger.addHandler(hdlr)

    def removeHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802
        """As of `logging.Logger`."""
        self._logger.removeHandler(hdlr)

    def hasHandlers(self) -> bool:  # noqa: N802
        """As of `logging.Logger`."""
        return self._logger.hasHandlers()

    def callHandlers(self, record: logging.LogRecord) -> None:  # noqa: N802
        """As of `logging.Logger`."""
        self._logger.callHandlers(record)

    def getEffectiveLevel(self) -> int:  # noqa: N802
        """As of `logging.Logger`."""
        return self._logger.getEffectiveLevel()

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802
        """As of `logging.Logger`."""
        return self._logger.isEnabledFor(level)

    def is_enabled_for(self, level: int) -> bool:
        """`isEnabledFor`, by the name that filtering bound loggers have for it."""
        return self._logger.isEnabledFor(level)

    def get_effective_level(self) -> int:
        """`getEffectiveLevel`, by the name that filtering bound loggers have for it."""
        return self._logger.getEffectiveLevel()

    def getChild(self, suffix: str) -> logging.Logger:  # noqa: N802
        """As of `logging.Logger`."""
        return self._logger.getChild(suffix)

    async def _dispatch_to_sync(
        self, meth: Callable[..., Any], event: str, args: tuple[Any, ...], kw: dict[str, Any]
    ) -> None:
        """Calls a method in a thread of the executor, for the caller of our caller."""
        caller = sys._getframe(2)
        await run_in_executor(lambda: meth(event, *args, **kw), caller)

    async def adebug(self, event: str, *args: Any, **kw: Any) -> None:
        """As `debug`, in a thread of the executor."""
        await self._dispatch_to_sync(self.debug, event, args, kw)

    async def ainfo(self, event: str, *args: Any, **kw: Any) -> None:
        """As `info`, in a thread of the executor."""
        await self._dispatch_to_sync(self.info, event, args, kw)

    async def awarning(self, event: str, *args: Any, **kw: Any) -> None:
        """As `warning`, in a thread of the executor."""
        await self._dispatch_to_sync(self.warning, event, args, kw)

    async def aerror(self, event: str, *args: Any, **kw: Any) -> None:
        """As `error`, in a thread of the executor."""
        await self._dispatch_to_sync(self.error, event, args, kw)

    async def acritical(self, event: str, *args: Any, **kw: Any) -> None:
        """As `critical`, in a thread of the executor."""
        await self._dispatch_to_sync(self.critical, event, args, kw)

    async def afatal(self, event: str, *args: Any, **kw: Any) -> None:
        """As `critical`, in a thread of the executor."""
        await self._dispatch_to_sync(self.critical, event, args, kw)

    async def aexception(self, event: str, *args: Any, **kw: Any) -> None:
        """As `exception`, in a thread of the executor, where no exception is being handled."""
        given = kw.get("exception") is not None or kw.get("exc_info", True) is not True
        if not given:
            kw.update(exc_info=sys.exc_info())
        await self._dispatch_to_sync(self.exception, event, args, kw)

    async def alog(self, level: Any, event: str, *args: Any, **kw: Any) -> None:
        """As `log`, in a thread of the executor."""
        await self._dispatch_to_sync(partial(self.log, level), event, args, kw)


def get_logger(*args: Any, **initial_values: Any) -> BoundLogger:
    """`mainstay.log.get_logger`, with the type of what is returned for a configuration of these."""
    logger: BoundLogger = _config.get_logger(*args, **initial_values)
    return logger


class AsyncBoundLogger:
    """Deprecated: logs in a thread of the loop's executor. Use the methods of BoundLogger in `a`.

    `sync_bl` is the bound logger that does it.
    """

    __slots__ = ("_loop", "sync_bl")

    sync_bl: BoundLogger

    _executor = None
    _bound_logger_factory = BoundLogger

    def __init__(
        self,
        logger: logging.Logger,
        processors: Iterable[Processor],
        context: Context,
        *,
        _sync_bl: Any = None,
        _loop: Any = None,
    ) -> None:
        if _sync_bl:
            self.sync_bl, self._loop = _sync_bl, _loop
            return
        from asyncio import get_running_loop

        self.sync_bl = self._bound_logger_factory(logger, processors, context)
        self._loop = get_running_loop()

    @property
    def _context(self) -> Context:
        return self.sync_bl._context

    def _around(self, sync_bl: BoundLogger) -> Self:
        nothing: Any = None
        return self.__class__(nothing, (), {}, _sync_bl=sync_bl, _loop=self._loop)

    def bind(self, **new_values: Any) -> Self:
        """A new logger with `new_values` added to the context."""
        return self._around(self.sync_bl.bind(**new_values))

    def new(self, **new_values: Any) -> Self:
        """Clears the context of this logger and binds the values."""
        return self._around(self.sync_bl.new(**new_values))

    def unbind(self, *keys: str) -> Self:
        """A new logger without these keys. Raises KeyError when one is not bound."""
        return self._around(self.sync_bl.unbind(*keys))

    def try_unbind(self, *keys: str) -> Self:
        """A new logger without these keys, where they are bound."""
        return self._around(self.sync_bl.try_unbind(*keys))

    async def _dispatch_to_sync(
        self, meth: Callable[..., Any], event: str, args: tuple[Any, ...], kw: dict[str, Any]
    ) -> None:
        caller = sys._getframe(2)
        await run_in_executor(lambda: meth(event, *args, **kw), caller, self._executor)

    async def debug(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level debug."""
        await self._dispatch_to_sync(self.sync_bl.debug, event, args, kw)

    async def info(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level info."""
        await self._dispatch_to_sync(self.sync_bl.info, event, args, kw)

    async def warning(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level warning."""
        await self._dispatch_to_sync(self.sync_bl.warning, event, args, kw)

    async def warn(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level warning."""
        await self._dispatch_to_sync(self.sync_bl.warning, event, args, kw)

    async def error(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level error."""
        await self._dispatch_to_sync(self.sync_bl.error, event, args, kw)

    async def critical(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level critical."""
        await self._dispatch_to_sync(self.sync_bl.critical, event, args, kw)

    async def fatal(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level critical."""
        await self._dispatch_to_sync(self.sync_bl.critical, event, args, kw)

    async def exception(self, event: str, *args: Any, **kw: Any) -> None:
        """Logs at the level error, with the exception that is being handled."""
        exc_info = kw.pop("exc_info", None)
        if exc_info is None and kw.get("exception") is None:
            exc_info = sys.exc_info()
        kw["exc_info"] = exc_info
        await self._dispatch_to_sync(self.sync_bl.exception, event, args, kw)

    async def log(self, level: Any, event: str, *args: Any, **kw: Any) -> None:
        """Logs at a level given as number."""
        await self._dispatch_to_sync(partial(self.sync_bl.log, level), event, args, kw)


class LoggerFactory:
    """Makes `logging` loggers, named as asked for or after the module that asks.

    To find that module, those whose names begin with one of `ignore_frame_names` are passed over.
    Making a factory has `logging` make loggers that pass our frames over.
    """

    def __init__(self, ignore_frame_names: list[str] | None = None) -> None:
        self._ignore = ignore_frame_names
        logging.setLoggerClass(_FixedFindCallerLogger)

    def __call__(self, *args: Any) -> logging.Logger:
        name = args[0] if args else _find_first_app_frame_and_name(self._ignore)[1]
        return logging.getLogger(name)


class PositionalArgumentsFormatter:
    """Formats `event` with `positional_args`, as `logging` would, and removes them.

    A lone dict that is not empty fills named places. They stay without `remove_positional_args`.
    """

    def __init__(self, remove_positional_args: bool = True) -> None:
        self.remove_positional_args = remove_positional_args

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> EventDict:
        args = event_dict.get("positional_args")
        if args:
            named = len(args) == 1 and isinstance(args[0], dict) and args[0]
            event_dict["event"] %= args[0] if named else args
        if args is not None and self.remove_positional_args:
            event_dict.pop("positional_args")
        return event_dict


def filter_by_level(logger: logging.Logger, method_name: str, event_dict: EventDict) -> EventDict:
    """A processor that drops what the `logging` logger would not log. Belongs first."""
    # Not isEnabledFor(): from Python 3.14 on that is False while a record is being handled.
    if logger.disabled or NAME_TO_LEVEL[method_name] < logger.getEffectiveLevel():
        raise DropEvent
    return event_dict


def add_log_level_number(
    logger: logging.Logger, method_name: str, event_dict: EventDict
) -> EventDict:
    """A processor that adds the level's number under the key `level_number`."""
    event_dict["level_number"] = NAME_TO_LEVEL[method_name]
    return event_dict


def add_logger_name(logger: logging.Logger, method_name: str, event_dict: EventDict) -> EventDict:
    """A processor that adds the name of the logger, or of the record's, under the key `logger`."""
    record = event_dict.get("_record")
    event_dict["logger"] = logger.name if record is None else record.name
    return event_dict


_LOG_RECORD_KEYS = vars(logging.LogRecord("name", 0, "pathname", 0, "msg", (), None)).keys()


class ExtraAdder:
    """Adds what a LogRecord got by `extra`: all of it, or the attributes in `allow`."""

    __slots__ = ("_allow",)

    def __init__(self, allow: Collection[str] | None = None) -> None:
        self._allow = None if allow is None else [*allow]

    def __call__(self, logger: logging.Logger, name: str, event_dict: EventDict) -> EventDict:
        record: logging.LogRecord | None = event_dict.get("_record")
        if record is None:
            return event_dict
        attributes = vars(record)
        names = self._allow
        if names is None:
            names = [each for each in attributes if each not in _LOG_RECORD_KEYS]
        for each in names:
            if each in attributes:
                event_dict[each] = attributes[each]
        return event_dict


LOG_KWARG_NAMES = ("exc_info", "stack_info", "stacklevel")


def _pop_log_kwargs(event_dict: EventDict) -> dict[str, Any]:
    return {name: event_dict.pop(name) for name in LOG_KWARG_NAMES if name in event_dict}


def render_to_log_args_and_kwargs(
    logger: logging.Logger, name: str, event_dict: EventDict
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Renders to the arguments of a `logging` method, which formats them itself.

    By position the event and `positional_args`; by name those it knows, and the rest as `extra`.
    """
    args = (event_dict.pop("event"), *event_dict.pop("positional_args", ()))
    known = _pop_log_kwargs(event_dict)
    return args, known | ({"extra": event_dict} if event_dict else {})


def render_to_log_kwargs(logger: logging.Logger, name: str, event_dict: EventDict) -> EventDict:
    """As `render_to_log_args_and_kwargs`, with the event as `msg`."""
    return {"msg": event_dict.pop("event"), "extra": event_dict, **_pop_log_kwargs(event_dict)}


class ProcessorFormatter(logging.Formatter):
    """A formatter that sends records of `logging`, and events of ours, through processors.

    The processors of the configuration end with `ProcessorFormatter.wrap_for_formatter`. Events of
    ours go through `processors`, whose last one must return str; other records before that through
    `foreign_pre_chain`. The event dict holds the record, `_record`, and `_from_structlog`;
    `remove_processors_meta` takes them out. `processor` is the older way to give one processor. An
    event must not be dropped here.

    Exceptions and stacks of a record are in the event dict; they stay on the record as well with
    `keep_exc_info` and `keep_stack_info`. `logger` is passed to the processors of records that have
    none of ours; `pass_foreign_args` adds the record's arguments as `positional_args`; without
    `use_get_message` the event is the record's message before formatting.

    Raises TypeError when both or none of `processor` and `processors` are given.
    """

    processors: Sequence[Processor]

    def __init__(
        self,
        processor: Processor | None = None,
        processors: Sequence[Processor] | None = (),
        foreign_pre_chain: Sequence[Processor] | None = None,
        keep_exc_info: bool = False,
        keep_stack_info: bool = False,
        logger: logging.Logger | None = None,
        pass_foreign_args: bool = False,
        use_get_message: bool = True,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("fmt", "%(message)s")
        super().__init__(*args, **kwargs)
        if processor and processors:
            raise TypeError("The `processor` and `processors` arguments are mutually exclusive.")
        if processor is not None:
            processors = (self.remove_processors_meta, processor)
        if not processors:
            raise TypeError("Either `processor` or `processors` must be passed.")
        self.logger, self.processors = logger, processors
        self.keep_exc_info, self.keep_stack_info = keep_exc_info, keep_stack_info
        # For records that are not ours.
        self.foreign_pre_chain, self.pass_foreign_args = foreign_pre_chain, pass_foreign_args
        self.use_get_message = use_get_message

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; the record itself is left to other handlers as it was."""
        record = logging.makeLogRecord(record.__dict__)
        made_by_us = hasattr(record, "_logger") and hasattr(record, "_name")
        logger: Any = self.logger
        name: str
        event: Any
        if made_by_us:
            own: Any = record
            if logger is None:
                logger = own._logger
            name = own._name
            # A copy: another handler's formatter may be given the same dict.
            event = own.msg.copy()
            event.update(_record=record, _from_structlog=True)
        else:
            name = record.levelname.lower()
            event = self._event_of(record)
            for processor in self.foreign_pre_chain or ():
                event = processor(logger, name, event)

        # Or the base class would append them once more.
        if not self.keep_stack_info:
            record.stack_info = None
        if not self.keep_exc_info:
            record.exc_info = record.exc_text = None

        for processor in self.processors:
            event = processor(logger, name, event)
        if not isinstance(event, str):
            warnings.warn(
                "The last processor in ProcessorFormatter.processors must return a string, but "
                f"{self.processors[-1]} returned a {type(event)} instead.",
                RuntimeWarning,
                stacklevel=1,
            )
        record.msg = event
        return super().format(record)

    def _event_of(self, record: logging.LogRecord) -> dict[str, Any]:
        """The event of a record that is not ours."""
        message = record.getMessage() if self.use_get_message else str(record.msg)
        event: dict[str, Any] = {"event": message, "_record": record, "_from_structlog": False}
        if self.pass_foreign_args:
            event["positional_args"] = record.args
        record.args = ()
        if record.exc_info:
            event["exc_info"] = record.exc_info
        if record.stack_info:
            event["stack_info"] = record.stack_info
        return event

    @staticmethod
    def wrap_for_formatter(
        logger: logging.Logger, name: str, event_dict: EventDict
    ) -> tuple[tuple[EventDict], dict[str, dict[str, Any]]]:
        """A processor, the last of the configuration: leaves rendering to a ProcessorFormatter."""
        return (event_dict,), {"extra": {"_logger": logger, "_name": name}}

    @staticmethod
    def remove_processors_meta(
        logger: WrappedLogger, name: str, event_dict: EventDict
    ) -> EventDict:
        """A processor that takes `_record` and `_from_structlog` out of the event."""
        for added in ("_record", "_from_structlog"):
            del event_dict[added]
        return event_dict
