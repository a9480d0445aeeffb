"""What tasks exist, and a wait until all others wait: for tests and debuggers."""

from __future__ import annotations

from ._eventloop import get_async_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator
    from typing import Any


class TaskInfo:
    """A description of a task: `id`, `parent_id`, `name` and `coro`. Equal if the ids are."""

    __slots__ = "coro", "id", "name", "parent_id"

    def __init__(
        self,
        id: int,
        parent_id: int | None,
        name: str | None,
        coro: Generator[Any, Any, Any] | Awaitable[Any],
    ) -> None:
        self.id: int = id
        self.parent_id: int | None = parent_id
        self.name: str | None = name
        self.coro: Generator[Any, Any, Any] | Awaitable[Any] = coro

    def __eq__(self, other: object) -> bool:
        return self.id == other.id if isinstance(other, TaskInfo) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r}, name={self.name!r})"

    def has_pending_cancellation(self) -> bool:
        """Tell whether the task will be cancelled when it next waits."""
        return False


def get_current_task() -> TaskInfo:
    """The current task; NoEventLoopError without a running event loop."""
    return get_async_backend().get_current_task()


def get_running_tasks() -> list[TaskInfo]:
    """All tasks of the current event loop; NoEventLoopError without one."""
    return list(get_async_backend().get_running_tasks())


async def wait_all_tasks_blocked() -> None:
    """Wait until every other task of the event loop waits for something."""
    await get_async_backend().wait_all_tasks_blocked()
