"""Bound loggers with a lowest level: what lies below costs a call that does nothing.

One class per level, made once, so that loggers pickle. They are immutable; see BoundLoggerBase.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from contextvars import copy_context
from functools import partial

from . import _native
from ._base import BoundLoggerBase
from ._log_levels import (
    CRITICAL,
    DEBUG,
    ERROR,
    INFO,
    LEVEL_TO_NAME,
    NAME_TO_LEVEL,
    NOTSET,
    WARNING,
)
from .contextvars import _ASYNC_CALLING_STACK, _ASYNC_CALLING_THREAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from .typing import FilteringBoundLogger


_nop: Any = _native.level_methods["_nop"]


async def _anop(self: Any, event: str, *args: Any, **kw: Any) -> Any:
    """A method below the lowest level, awaited."""
    return None


async def run_in_executor(
    function: Callable[[], Any], caller: FrameType | None, executor: Any = None
) -> Any:
    """Calls `function` in a thread of the running loop's executor, in a copy of this context.

    There `caller` is the frame that logged and this thread the one that did.
    """
    from asyncio import get_running_loop  # loaded: this is awaited by a loop

    thread = _ASYNC_CALLING_THREAD.set((threading.get_ident(), threading.current_thread().name))
    stack = _ASYNC_CALLING_STACK.set(caller)  # type: ignore[arg-type]
    context = copy_context()
    try:
        return await get_running_loop().run_in_executor(executor, context.run, function)
    finally:
        _ASYNC_CALLING_STACK.reset(stack)
        _ASYNC_CALLING_THREAD.reset(thread)


def exception(self: FilteringBoundLogger, event: str, *args: Any, **kw: Any) -> Any:
    """Logs at the level error, with the exception that is being handled."""
    kw.setdefault("exc_info", True)
    return self.error(event, *args, **kw)


async def aexception(self: FilteringBoundLogger, event: str, *args: Any, **kw: Any) -> Any:
    """As `exception`, in a thread of the executor."""
    if kw.get("exc_info", True) is True:
        kw["exc_info"] = sys.exc_info()  # the executor's thread handles none
    caller = sys._getframe().f_back
    return await run_in_executor(lambda: self.error(event, *args, **kw), caller)


def make_filtering_bound_logger(min_level: int | str) -> type[FilteringBoundLogger]:
    """The class of bound loggers that log at `min_level` and above.

    A number as in `logging`, or a level's name in any case: critical, error, warning, info, debug,
    notset. Raises KeyError for anything else.
    """
    level = NAME_TO_LEVEL[min_level.lower()] if isinstance(min_level, str) else min_level
    return LEVEL_TO_FILTERING_LOGGER[level]


def _maybe_interpolate(event: str, args: tuple[Any, ...]) -> str:
    """`event % args`, where there are any; a lone mapping that is not empty fills named places."""
    if not args:
        return event
    if len(args) == 1 and isinstance(args[0], Mapping) and args[0]:
        return event % args[0]
    return event % args


def _make_methods(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    async def amethod(self: Any, event: str, *args: Any, **kw: Any) -> Any:
        event = _maybe_interpolate(event, args)
        caller = sys._getframe().f_back
        await run_in_executor(lambda: self._proxy_to_logger(name, event, **kw), caller)

    amethod.__name__ = f"a{name}"
    return _native.level_methods[name], amethod


def _make_filtering_bound_logger(min_level: int) -> type[FilteringBoundLogger]:
    def log(self: Any, level: int, event: str, *args: Any, **kw: Any) -> Any:
        if level >= min_level:
            text = _maybe_interpolate(event, args)
            return self._proxy_to_logger(LEVEL_TO_NAME[level], text, **kw)
        return None

    async def alog(self: Any, level: int, event: str, *args: Any, **kw: Any) -> Any:
        if level >= min_level:
            text = _maybe_interpolate(event, args)
            call = partial(self._proxy_to_logger, LEVEL_TO_NAME[level], text, **kw)
            return await run_in_executor(call, sys._getframe().f_back)
        return None

    methods: dict[str, Any] = {
        "log": log,
        "alog": alog,
        "exception": exception,
        "aexception": aexception,
        "is_enabled_for": lambda self, level: level >= min_level,
        "get_effective_level": lambda self: min_level,
        "__module__": __name__,
    }
    for level, name in LEVEL_TO_NAME.items():
        enabled = level >= min_level
        methods[name], methods[f"a{name}"] = _make_methods(name) if enabled else (_nop, _anop)
    for alias, name in (("fatal", "critical"), ("warn", "warning"), ("msg", "info")):
        methods[alias], methods[f"a{alias}"] = methods[name], methods[f"a{name}"]
    level_name = LEVEL_TO_NAME.get(min_level, "notset").capitalize()
    made: Any = type(f"BoundLoggerFilteringAt{level_name}", (BoundLoggerBase,), methods)
    result: type[FilteringBoundLogger] = made
    return result


LEVEL_TO_FILTERING_LOGGER = {
    level: _make_filtering_bound_logger(level)
    for level in (NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL)
}
# Pickle looks for them here.
globals().update({each.__name__: each for each in LEVEL_TO_FILTERING_LOGGER.values()})
