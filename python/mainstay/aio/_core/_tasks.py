"""Cancel scopes, deadlines, task groups and task handles, as programs see them.

The scopes and groups themselves are the backend's. All belong to the thread of their event loop.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from enum import Enum, auto
from inspect import iscoroutine
from types import GenericAlias
from typing import Generic, TypeVar, final

from ..abc._tasks import TaskStatus
from ._eventloop import get_async_backend, get_cancelled_exc_class
from ._exceptions import TaskCancelled, TaskFailed, TaskNotFinished

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator, Iterator
    from types import TracebackType
    from typing import Any

    from typing_extensions import Never, Self
    from typing_extensions import TypeVar as _DefaultedTypeVar

    from ..abc import TaskGroup

    T_startval_co = _DefaultedTypeVar("T_startval_co", covariant=True, default=Never)
else:
    T_startval_co = TypeVar("T_startval_co", covariant=True)

T_co = TypeVar("T_co", covariant=True)


# Classes with it and no more may be combined with a native one. Type checkers, which would take any
# written out slots for a layout of its own, do not follow the name.
WEAKLY_REFERENCED = ("__weakref__",)


def of_backend() -> NotImplementedError:
    """What a method raises that the backend's class overrides."""
    return NotImplementedError("a backend's class does this; make the object by calling its base")


class _IgnoredTaskStatus(TaskStatus[object]):
    def started(self, value: object = None) -> None:
        """Nothing: the task was not started by `TaskGroup.start`."""


TASK_STATUS_IGNORED = _IgnoredTaskStatus()


class CancelScope:
    """A part of a task that can be cancelled by itself: `with CancelScope(deadline=...) as scope:`.

    `deadline` is a time of the event loop's clock in seconds. With `shield` cancellation of outer
    scopes does not come in. A scope may be cancelled before it is entered, from any task.
    """

    __slots__ = WEAKLY_REFERENCED

    def __new__(cls, *, deadline: float = math.inf, shield: bool = False) -> CancelScope:
        return get_async_backend().create_cancel_scope(deadline=deadline, shield=shield)

    def cancel(self, reason: str | None = None) -> None:
        """Cancel the scope now; `reason` becomes a part of the exception's message."""
        raise of_backend()

    @property
    def deadline(self) -> float:
        """When the scope is cancelled by itself, `math.inf` for never. May be set at any time."""
        raise of_backend()

    @deadline.setter
    def deadline(self, value: float) -> None:
        raise of_backend()

    @property
    def cancel_called(self) -> bool:
        """Whether the scope was cancelled, by a call or by its deadline."""
        raise of_backend()

    @property
    def cancelled_caught(self) -> bool:
        """Whether the scope, when it was left, swallowed a cancellation of its own."""
        raise of_backend()

    @property
    def shield(self) -> bool:
        """Whether cancellation of outer scopes is kept out. May be set at any time."""
        raise of_backend()

    @shield.setter
    def shield(self, value: bool) -> None:
        raise of_backend()

    def __enter__(self) -> Self:
        raise of_backend()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        raise of_backend()


def _deadline_after(delay: float | None) -> float:
    return math.inf if delay is None else get_async_backend().current_time() + delay


def move_on_at(deadline: float | None, shield: bool = False) -> CancelScope:
    """A scope that is left without an error at `deadline`; None means never."""
    when = math.inf if deadline is None else deadline
    return get_async_backend().create_cancel_scope(deadline=when, shield=shield)


def move_on_after(delay: float | None, shield: bool = False) -> CancelScope:
    """A scope that is left without an error `delay` seconds after this call; None means never."""
    return move_on_at(_deadline_after(delay), shield)


@contextmanager
def fail_at(
    deadline: float | None, shield: bool = False, reason: str | None = None
) -> Iterator[CancelScope]:
    """Raise TimeoutError, with `reason` as its text, if the block has not ended at `deadline`."""
    with move_on_at(deadline, shield) as scope:
        yield scope
    if scope.cancelled_caught and get_async_backend().current_time() >= scope.deadline:
        raise TimeoutError(reason) if reason else TimeoutError


@contextmanager
def fail_after(
    delay: float | None, shield: bool = False, reason: str | None = None
) -> Iterator[CancelScope]:
    """Raise TimeoutError, with `reason` as its text, if the block takes over `delay` seconds."""
    with fail_at(_deadline_after(delay), shield=shield, reason=reason) as scope:
        yield scope


def current_effective_deadline() -> float:
    """The nearest deadline around the current task: `inf` without one, `-inf` once cancelled."""
    return get_async_backend().current_effective_deadline()


def create_task_group() -> TaskGroup:
    """A group of tasks: `async with create_task_group() as tg: tg.start_soon(func)`."""
    return get_async_backend().create_task_group()


@final
class TaskHandle(Generic[T_co, T_startval_co]):
    """A task of a group. Awaiting it waits for the end and gives the return value.

    If the task ended otherwise, awaiting raises TaskFailed, or TaskCancelled.
    """

    class Status(Enum):
        """`PENDING`; `CANCELLING` once cancelled; then `FINISHED`, `CANCELLED` or `FAILED`."""

        PENDING = auto()
        FINISHED = auto()
        CANCELLING = auto()
        CANCELLED = auto()
        FAILED = auto()

    if not TYPE_CHECKING:  # one or two parameters: a default needs Python 3.13
        __class_getitem__ = classmethod(GenericAlias)

    __slots__ = (
        "__weakref__",
        "_coro",
        "_end",
        "_error",
        "_name",
        "_result",
        "_scope",
        "_start_value",
    )

    _result: T_co
    _start_value: T_startval_co

    def __init__(
        self,
        coro: Coroutine[Any, Any, T_co],
        name: object,
        cancel_scope: CancelScope | None = None,
    ) -> None:
        backend = get_async_backend()
        self._coro = coro
        self._scope = cancel_scope or backend.create_cancel_scope()
        self._end = backend.create_event()
        self._error: BaseException | None = None
        if name is None:  # what is no coroutine object, such as that of asend(), has no name
            name = coro.__qualname__ if iscoroutine(coro) else coro
        self._name = str(name)

    async def _run_coro(self) -> None:
        __tracebackhide__ = True
        with self._scope:
            try:
                self._result = await self._coro
            except BaseException as error:
                self._error = error
                raise
            finally:
                self._end.set()
                # The exception's traceback holds this frame: without self there is no cycle.
                del self

    def cancel(self) -> None:
        """Cancel the task, unless it has ended."""
        if not self._end.is_set():
            self._scope.cancel()

    @property
    def coro(self) -> Coroutine[Any, Any, T_co]:
        """The coroutine that the task runs."""
        return self._coro

    @property
    def name(self) -> str:
        """The name of the task."""
        return self._name

    @property
    def status(self) -> TaskHandle.Status:
        """What the task does, or how it ended."""
        if not self._end.is_set():
            return (
                TaskHandle.Status.CANCELLING
                if self._scope.cancel_called
                else TaskHandle.Status.PENDING
            )
        if self._error is None:
            return TaskHandle.Status.FINISHED
        cancelled = isinstance(self._error, get_cancelled_exc_class())
        return TaskHandle.Status.CANCELLED if cancelled else TaskHandle.Status.FAILED

    def _ended(self) -> TaskHandle.Status:
        """The status of a task that ended by itself; raises for one that has not."""
        status = self.status
        if status is TaskHandle.Status.PENDING:
            raise TaskNotFinished("the task has not finished yet")
        if status in (TaskHandle.Status.CANCELLING, TaskHandle.Status.CANCELLED):
            raise TaskCancelled("the task was cancelled") from self._error
        return status

    @property
    def exception(self) -> BaseException | None:
        """What the task raised, None if it returned; TaskNotFinished, TaskCancelled."""
        self._ended()
        return self._error

    @property
    def return_value(self) -> T_co:
        """What the task returned; TaskNotFinished, TaskCancelled, TaskFailed."""
        if self._ended() is TaskHandle.Status.FAILED:
            raise TaskFailed("the task raised an exception") from self._error
        return self._result

    @property
    def start_value(self) -> T_startval_co:
        """What the task gave to `task_status.started()`."""
        if not hasattr(self, "_start_value"):
            raise RuntimeError("the task was not started with TaskGroup.start()")
        return self._start_value

    async def wait(self) -> None:
        """Wait until the task has ended, in whichever way."""
        await self._end.wait()

    def __await__(self) -> Generator[Any, Any, T_co]:
        yield from self._end.wait().__await__()
        return self.return_value

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.status.name.lower()} "
            f"name={self._name!r} coro={self._coro!r}>"
        )
