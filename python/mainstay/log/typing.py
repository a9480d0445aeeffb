"""The types that appear in signatures: aliases, and protocols of loggers and formatters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Protocol, TextIO, TypeAlias, runtime_checkable

TYPE_CHECKING = False
if sys.version_info >= (3, 11):
    from typing import Self
elif TYPE_CHECKING:
    from typing_extensions import Self
else:
    Self = Any

WrappedLogger: TypeAlias = Any
"""What a bound logger hands its lines to. Nothing is assumed of it."""

Context: TypeAlias = dict[Any, Any]
"""What a bound logger has bound; any class that behaves like dict."""

EventDict: TypeAlias = MutableMapping[str, Any]
"""What goes through the processors: a copy of the context with the keywords and the event."""

ProcessorReturnValue: TypeAlias = Mapping[str, Any] | str | bytes | bytearray | tuple[Any, ...]
"""What a processor may return."""

Processor: TypeAlias = Callable[[WrappedLogger, str, EventDict], ProcessorReturnValue]
"""One link of the chain: called with the wrapped logger, the method's name and the event dict."""

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]
"""What `sys.exc_info()` returns while an exception is handled."""

ExceptionRenderer: TypeAlias = Callable[[TextIO, ExcInfo], None]
"""Writes an exception to a file; see `mainstay.log.dev.ConsoleRenderer`."""


@runtime_checkable
class ExceptionTransformer(Protocol):
    """Makes of an exception what the last processor can render: a str, or data for JSON."""

    def __call__(self, exc_info: ExcInfo) -> Any: ...


@runtime_checkable
class BindableLogger(Protocol):
    """What all bound loggers have."""

    @property
    def _context(self) -> Context: ...

    def bind(self, **new_values: Any) -> Self: ...

    def unbind(self, *keys: str) -> Self: ...

    def try_unbind(self, *keys: str) -> Self: ...

    def new(self, **new_values: Any) -> Self: ...


class FilteringBoundLogger(BindableLogger, Protocol):
    """What `make_filtering_bound_logger` makes: a bound logger with a lowest level.

    Each method logs `event % args`; a lone non-empty mapping in `args` fills named places. Those
    that begin with `a` do it in a thread of the running loop's executor.
    """

    def bind(self, **new_values: Any) -> FilteringBoundLogger: ...

    def unbind(self, *keys: str) -> FilteringBoundLogger: ...

    def try_unbind(self, *keys: str) -> FilteringBoundLogger: ...

    def new(self, **new_values: Any) -> FilteringBoundLogger: ...

    def is_enabled_for(self, level: int) -> bool: ...

    def get_effective_level(self) -> int: ...

    def debug(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def adebug(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def info(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def ainfo(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def warning(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def awarning(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def warn(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def awarn(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def error(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def aerror(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def err(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def fatal(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def afatal(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def exception(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def aexception(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def critical(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def acritical(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def msg(self, event: str, *args: Any, **kw: Any) -> Any: ...

    async def amsg(self, event: str, *args: Any, **kw: Any) -> Any: ...

    def log(self, level: int, event: str, *args: Any, **kw: Any) -> Any: ...

    async def alog(self, level: int, event: str, *args: Any, **kw: Any) -> Any: ...
