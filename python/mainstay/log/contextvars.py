"""Context that belongs to a thread or task: one ContextVar for each key.

A key `k` lives in the ContextVar named `structlog_k`, under both names of the library, so that
programs that look there find it. Ellipsis as value means that the key is not bound. All functions
may be called from any thread and task; each sees its own context.
"""

from __future__ import annotations

import contextlib
import contextvars

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from types import FrameType
    from typing import Any

    from .typing import BindableLogger

STRUCTLOG_KEY_PREFIX = "structlog_"
STRUCTLOG_KEY_PREFIX_LEN = len(STRUCTLOG_KEY_PREFIX)

# The frame and the thread (identity, name) that awaits a method, for the thread that runs it.
_ASYNC_CALLING_STACK: contextvars.ContextVar[FrameType] = contextvars.ContextVar(
    "_ASYNC_CALLING_STACK"
)
_ASYNC_CALLING_THREAD: contextvars.ContextVar[tuple[int, str]] = contextvars.ContextVar(
    "_ASYNC_CALLING_THREAD"
)

_CONTEXT_VARS: dict[str, contextvars.ContextVar[Any]] = {}


def get_contextvars() -> dict[str, Any]:
    """A new dict of what is bound in this context."""
    bound: dict[str, Any] = {}
    merge_contextvars(None, "", bound)
    return bound


def get_merged_contextvars(bound_logger: BindableLogger) -> dict[str, Any]:
    """A new dict of what is bound in this context and to the logger; the logger's values win."""
    return get_contextvars() | dict(bound_logger._context)


merge_contextvars = _native.merge_contextvars
merge_contextvars.__module__ = __name__


def clear_contextvars() -> None:
    """Unbinds all keys in this context."""
    for var in contextvars.copy_context():
        if var.name.startswith(STRUCTLOG_KEY_PREFIX):
            var.set(Ellipsis)


def bind_contextvars(**kw: Any) -> Mapping[str, contextvars.Token[Any]]:
    """Binds keys in this context. Returns the tokens that `reset_contextvars` takes."""
    tokens = {}
    for key, value in kw.items():
        name = STRUCTLOG_KEY_PREFIX + key
        var = _CONTEXT_VARS.get(name)
        if var is None:
            # Two threads may come here at once: both must use the same variable.
            made: contextvars.ContextVar[Any] = contextvars.ContextVar(name, default=Ellipsis)
            var = _CONTEXT_VARS.setdefault(name, made)
        tokens[key] = var.set(value)
    return tokens


def reset_contextvars(**kw: contextvars.Token[Any]) -> None:
    """Takes bindings back, by the tokens that `bind_contextvars` returned."""
    for key, token in kw.items():
        _CONTEXT_VARS[STRUCTLOG_KEY_PREFIX + key].reset(token)


def unbind_contextvars(*keys: str) -> None:
    """Unbinds these keys in this context, where they are bound."""
    for key in keys:
        var = _CONTEXT_VARS.get(STRUCTLOG_KEY_PREFIX + key)
        if var is not None:
            var.set(Ellipsis)


@contextlib.contextmanager
def bound_contextvars(**kw: Any) -> Generator[None, None, None]:
    """Binds keys for a block, or as decorator for each call, and restores what was there."""
    before = get_contextvars()
    bind_contextvars(**kw)
    try:
        yield
    finally:
        bind_contextvars(**{key: before.get(key, Ellipsis) for key in kw})
