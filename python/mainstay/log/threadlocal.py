"""Deprecated: context that belongs to a thread, or greenlet. Use `mainstay.log.contextvars`."""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from typing import Any, TypeVar

from ._config import BoundLoggerLazyProxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .typing import BindableLogger, Context, EventDict, WrappedLogger

TLLogger = TypeVar("TLLogger", bound="BindableLogger")


def _determine_threadlocal() -> type[Any]:
    """`threading.local`, or its stand-in for greenlets where greenlet is installed."""
    with contextlib.suppress(ImportError):
        from ._greenlets import GreenThreadLocal

        return GreenThreadLocal
    return threading.local


ThreadLocal = _determine_threadlocal()


def _deprecated() -> None:
    """Warns the caller of our caller, unless that is a function of this module."""
    caller = sys._getframe(2).f_globals.get("__name__", "")
    if caller == __name__:
        return
    warnings.warn(
        "`structlog.threadlocal` is deprecated, please use `structlog.contextvars` instead.",
        DeprecationWarning,
        # A decorated function, or a block, is two calls of contextlib further away.
        stacklevel=5 if caller == "contextlib" else 3,
    )


def wrap_dict(dict_class: type[Context]) -> type[Context]:
    """A context class that keeps one `dict_class` per thread, shared by all of its instances."""
    import uuid

    _deprecated()
    name = f"WrappedDict-{uuid.uuid4()}"
    made: Any = type(
        name, (_ThreadLocalDictWrapper,), {"_tl": ThreadLocal(), "_dict_class": dict_class}
    )
    result: type[Context] = made
    return result


def as_immutable(logger: TLLogger) -> TLLogger:
    """A logger with a context of its own, a copy of the thread's where the logger has that."""
    _deprecated()
    bound: Any = logger.bind() if isinstance(logger, BoundLoggerLazyProxy) else logger
    try:
        shared = bound._context
        context = shared._tl.dict_.__class__(shared._dict)
        made = bound.__class__(bound._logger, processors=bound._processors, context={})
        made._context = context
    except AttributeError:
        made = bound
    result: TLLogger = made
    return result


@contextlib.contextmanager
def tmp_bind(logger: TLLogger, **tmp_values: Any) -> Generator[TLLogger, None, None]:
    """Binds values to a logger with a context of `wrap_dict` for a block."""
    _deprecated()
    bound: Any = logger.bind() if isinstance(logger, BoundLoggerLazyProxy) else logger
    saved = as_immutable(bound)._context
    try:
        yield bound.bind(**tmp_values)
    finally:
        bound._context.clear()
        bound._context.update(saved)


class _ThreadLocalDictWrapper:
    """What `wrap_dict` makes: all instances of a class are one dict per thread."""

    _tl: Any
    _dict_class: type[dict[str, Any]]

    def __init__(self, *args: Any, **kw: Any) -> None:
        if args and isinstance(args[0], self.__class__):
            args = ()  # the very same dict
        self._dict.update(*args, **kw)

    @property
    def _dict(self) -> Context:
        kept = self.__class__._tl
        try:
            context: Context = kept.dict_
        except AttributeError:
            context = kept.dict_ = self.__class__._dict_class()
        return context

    def __structlog__(self) -> Context:
        return self._dict  # for renderers to JSON

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self._dict!r})>"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __iter__(self) -> Iterator[str]:
        return iter(self._dict)

    def __getitem__(self, key: str) -> Any:
        return self._dict[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._dict[key] = value

    def __delitem__(self, key: str) -> None:
        del self._dict[key]

    def __len__(self) -> int:
        return len(self._dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dict, name)


_CONTEXT = threading.local()


def get_threadlocal() -> Context:
    """A copy of the thread's context."""
    _deprecated()
    return _get_context().copy()


def get_merged_threadlocal(bound_logger: BindableLogger) -> Context:
    """A copy of the thread's context with the logger's; the logger's values win."""
    _deprecated()
    merged = _get_context().copy()
    merged.update(bound_logger._context)
    return merged


def merge_threadlocal(logger: WrappedLogger, method_name: str, event_dict: EventDict) -> EventDict:
    """A processor that adds the thread's context; keys that are there already win."""
    _deprecated()
    merged = _get_context().copy()
    merged.update(event_dict)
    return merged


merge_threadlocal_context = merge_threadlocal


def clear_threadlocal() -> None:
    """Unbinds all keys of the thread."""
    _deprecated()
    _CONTEXT.context = {}


def bind_threadlocal(**kw: Any) -> None:
    """Binds keys for the thread."""
    _deprecated()
    _get_context().update(kw)


def unbind_threadlocal(*keys: str) -> None:
    """Unbinds these keys of the thread, where they are bound."""
    _deprecated()
    bound = _get_context().items()
    _CONTEXT.context = {key: value for key, value in bound if key not in keys}


@contextlib.contextmanager
def bound_threadlocal(**kw: Any) -> Generator[None, None, None]:
    """Binds keys for a block, or as decorator for each call, and restores what was there."""
    _deprecated()
    hidden = {key: value for key, value in _get_context().items() if key in kw}
    _get_context().update(kw)
    try:
        yield
    finally:
        unbind_threadlocal(*kw)
        _get_context().update(hidden)


def _get_context() -> Context:
    context: Context
    try:
        context = _CONTEXT.context
    except AttributeError:
        context = _CONTEXT.context = {}
    return context
