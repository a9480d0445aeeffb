"""What a task group offers, and how tasks get their names."""

from __future__ import annotations

import sys
from abc import ABCMeta, abstractmethod
from collections.abc import Coroutine
from typing import Any, Literal, Protocol, TypeVar, final, overload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context
    from types import TracebackType

    from typing_extensions import TypeVar as _DefaultedTypeVar
    from typing_extensions import TypeVarTuple, Unpack

    from .._core._tasks import CancelScope, TaskHandle

    PosArgsT = TypeVarTuple("PosArgsT")
    T_contra = _DefaultedTypeVar("T_contra", contravariant=True, default=None)
elif sys.version_info >= (3, 13):
    T_contra = TypeVar("T_contra", contravariant=True, default=None)
else:
    T_contra = TypeVar("T_contra", contravariant=True)

T_co = TypeVar("T_co", covariant=True)


def get_coro_name(coro: Coroutine[Any, Any, object], override: object = None) -> str:
    """The name of a task that runs `coro`: `override`, or its module and qualified name."""
    if override is not None:
        return str(override)
    frame = getattr(coro, "cr_frame", None)
    module = "" if frame is None else frame.f_globals.get("__name__", "")
    name = getattr(coro, "__qualname__", None) or ""
    return f"{module}.{name}" if module and name else module or name


def get_callable_name(func: Callable[..., object], override: object = None) -> str:
    """The name of a task that runs `func`: `override`, or its module and qualified name."""
    if override is not None:
        return str(override)
    module = getattr(func, "__module__", None) or ""
    name = getattr(func, "__qualname__", None) or ""
    return f"{module}.{name}" if module and name else module or name


def call_for_coroutine(
    func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_co]],
    args: tuple[Unpack[PosArgsT]],
    **kwargs: Any,
) -> Coroutine[Any, Any, T_co]:
    """Call `func` and return the coroutine it made; a TypeError says what came instead."""
    made = func(*args, **kwargs)
    if isinstance(made, Coroutine):
        return made
    name = get_callable_name(func)
    raise TypeError(
        f"Expected {name}() to return a coroutine, but the return value "
        f"({made!r}) is not a coroutine object"
    )


class TaskStatus(Protocol[T_contra]):
    """What `TaskGroup.start` gives to the task that it starts."""

    @overload
    def started(self: TaskStatus[None]) -> None: ...

    @overload
    def started(self, value: T_contra) -> None: ...

    def started(self, value: T_contra | None = None) -> None:
        """Say that the task has started; `value` is what `TaskGroup.start` returns."""


class TaskGroup(metaclass=ABCMeta):
    """Tasks that end before the group's block does. The first error cancels the others.

    `cancel_scope` is the scope in which all tasks of the group run.
    """

    cancel_scope: CancelScope

    def cancel(self, reason: str | None = None) -> None:
        """Cancel the scope of the group."""
        self.cancel_scope.cancel(reason)

    @abstractmethod
    def create_task(
        self,
        coro: Coroutine[Any, Any, T_co],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> TaskHandle[T_co]:
        """Start a task that runs `coro`, in `context` if one is given."""

    @final
    def start_soon(
        self,
        func: Callable[[Unpack[PosArgsT]], Coroutine[Any, Any, T_co]],
        *args: Unpack[PosArgsT],
        name: object = None,
    ) -> TaskHandle[T_co]:
        """Start a task that runs `func(*args)`; it begins at the next turn of the loop."""
        coro = call_for_coroutine(func, args)
        return self.create_task(coro, name=get_callable_name(func, name))

    @overload
    async def start(
        self,
        func: Callable[..., Coroutine[Any, Any, T_co]],
        *args: object,
        name: object = None,
        return_handle: Literal[False] = ...,
    ) -> Any: ...

    @overload
    async def start(
        self,
        func: Callable[..., Coroutine[Any, Any, T_co]],
        *args: object,
        name: object = None,
        return_handle: Literal[True],
    ) -> TaskHandle[T_co, Any]: ...

    @abstractmethod
    async def start(
        self,
        func: Callable[..., Coroutine[Any, Any, T_co]],
        *args: object,
        name: object = None,
        return_handle: Literal[False, True] = False,
    ) -> Any:
        """Start a task and wait until it calls `task_status.started()`.

        Returns the value given there, or with `return_handle` the task's handle. Raises
        RuntimeError when the task ends without that call.
        """

    @abstractmethod
    async def __aenter__(self) -> TaskGroup:
        """Open the group: from here on tasks can be started."""

    @abstractmethod
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        """Wait for all tasks of the group; raise their errors as one exception group."""
