"""Checkpoints, variables of an event loop, and a token by which other threads find the loop."""

from __future__ import annotations

__all__ = (
    "EventLoopToken",
    "RunVar",
    "RunvarToken",
    "cancel_shielded_checkpoint",
    "checkpoint",
    "checkpoint_if_cancelled",
    "current_token",
)

from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, Literal, TypeVar, final, overload
from weakref import WeakKeyDictionary

from ._core import _eventloop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from .abc import AsyncBackend

T = TypeVar("T")
D = TypeVar("D")


async def checkpoint() -> None:
    """Raise if the task is cancelled; let other tasks run otherwise."""
    await _eventloop.get_async_backend().checkpoint()


async def checkpoint_if_cancelled() -> None:
    """Raise if a scope around the task is cancelled; let no other task run otherwise."""
    await _eventloop.get_async_backend().checkpoint_if_cancelled()


async def cancel_shielded_checkpoint() -> None:
    """Let other tasks run, whether the task is cancelled or not."""
    await _eventloop.get_async_backend().cancel_shielded_checkpoint()


@final
@dataclass(frozen=True, repr=False)
class EventLoopToken:
    """An event loop, for calls into it from other threads."""

    backend_class: type[AsyncBackend]
    native_token: object


def current_token() -> EventLoopToken:
    """The token of the running event loop; NoEventLoopError without one."""
    backend = _eventloop.get_async_backend()
    return EventLoopToken(backend, backend.current_token())


class _NoValueSet(Enum):
    NO_VALUE_SET = auto()


_UNSET: Literal[_NoValueSet.NO_VALUE_SET] = _NoValueSet.NO_VALUE_SET

# By the native token of an event loop: values end with their loop.
_run_vars: WeakKeyDictionary[object, dict[RunVar[Any], Any]] = WeakKeyDictionary()


class RunvarToken(Generic[T]):
    """What `RunVar.set` returns: takes the value back once, by `reset` or at the end of a block."""

    __slots__ = "_redeemed", "_value", "_var"

    def __init__(self, var: RunVar[T], value: T | Literal[_NoValueSet.NO_VALUE_SET]) -> None:
        self._var, self._value, self._redeemed = var, value, False

    def __enter__(self) -> RunvarToken[T]:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._var.reset(self)

    def _redeem(self, var: RunVar[T]) -> T | Literal[_NoValueSet.NO_VALUE_SET]:
        """The value from before, for the variable it is of, and once; else ValueError."""
        ours = self._var is var
        if not ours or self._redeemed:
            problem = "has already been used" if ours else "does not belong to this RunVar"
            raise ValueError(f"This token {problem}")
        self._redeemed = True
        return self._value


class RunVar(Generic[T]):
    """A variable with a value per event loop. For the thread of the loop only."""

    __slots__ = "_default", "_name"

    NO_VALUE_SET: Literal[_NoValueSet.NO_VALUE_SET] = _UNSET

    def __init__(self, name: str, default: T | Literal[_NoValueSet.NO_VALUE_SET] = _UNSET) -> None:
        self._name = name
        self._default = default

    @property
    def _current_vars(self) -> dict[RunVar[Any], Any]:
        loop = _eventloop.get_async_backend().current_token()
        found = _run_vars.get(loop)
        if found is None:
            found = _run_vars[loop] = {}
        return found

    @overload
    def get(self, default: D) -> T | D: ...

    @overload
    def get(self) -> T: ...

    def get(self, default: D | Literal[_NoValueSet.NO_VALUE_SET] = _UNSET) -> T | D:
        """The value in this loop, else `default`, else the variable's own; else LookupError."""
        value: T | D | Literal[_NoValueSet.NO_VALUE_SET] = self._current_vars.get(self, _UNSET)
        for fallback in (default, self._default):
            if value is _UNSET:
                value = fallback
        if value is _UNSET:
            raise LookupError(f'Run variable "{self._name}" has no value and no default set')
        return value

    def set(self, value: T) -> RunvarToken[T]:
        """Set the value in this loop; the token takes it back."""
        here = self._current_vars
        token = RunvarToken[T](self, here.get(self, _UNSET))
        here[self] = value
        return token

    def reset(self, token: RunvarToken[T]) -> None:
        """Restore what was before the `set` that made `token`; ValueError for a wrong one."""
        before = token._redeem(self)
        here = self._current_vars
        if before is not _UNSET:
            here[self] = before
        else:
            here.pop(self, None)

    def __repr__(self) -> str:
        return f"<RunVar name={self._name!r}>"
