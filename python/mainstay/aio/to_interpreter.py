"""Functions in subinterpreters, each with a lock of its own: parallel work in one process.

Needs Python 3.13; there it uses private modules of the interpreter, from 3.14 on
`concurrent.interpreters`. Idle interpreters are used again for MAX_WORKER_IDLE_TIME seconds.
"""

from __future__ import annotations

__all__ = ("current_default_interpreter_limiter", "run_sync")

import atexit
import os
import pickle
import sys
from collections import deque
from typing import Any, Final, TypeVar, cast

from . import to_thread
from ._core._eventloop import current_time
from ._core._exceptions import BrokenWorkerInterpreter
from ._core._synchronization import CapacityLimiter
from .lowlevel import RunVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import TypeVarTuple, Unpack

    PosArgsT = TypeVarTuple("PosArgsT")

DEFAULT_CPU_COUNT: Final = 8
MAX_WORKER_IDLE_TIME = 30

T_Retval = TypeVar("T_Retval")


def _outcome(func: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, bool]:
    """In the other interpreter: what the function returned, or raised and True."""
    try:
        return func(*args), False
    except BaseException as error:
        return error, True


if sys.version_info >= (3, 14):
    from concurrent.interpreters import ExecutionFailed, create

    class _Worker:
        last_used: float = 0

        def __init__(self) -> None:
            self._interpreter = create()

        def destroy(self) -> None:
            self._interpreter.close()

        def call(self, func: Callable[..., T_Retval], args: tuple[Any, ...]) -> T_Retval:
            try:
                value, raised = self._interpreter.call(_outcome, func, args)
            except ExecutionFailed as error:
                raise BrokenWorkerInterpreter(error.excinfo) from error
            if raised:
                raise value
            return cast("T_Retval", value)

elif sys.version_info >= (3, 13):
    import _interpqueues
    import _interpreters

    # Items are bytes, which cross as they are; an item whose interpreter has ended is dropped.
    _AS_IT_IS: Final = 0
    _DROPPED: Final = 1

    # Request and answer go through one queue, which is empty between two calls. What fails here
    # and is no error of the function is the excinfo that `exec` returns.
    _CODE: Final = f"""
import _interpqueues, pickle
func, args = pickle.loads(_interpqueues.get(queue)[0])
try:
    answer = func(*args), False
except BaseException as error:
    answer = error, True
_interpqueues.put(queue, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL), {_AS_IT_IS}, {_DROPPED})
del func, args, answer
"""

    class _Worker:
        last_used: float = 0

        def __init__(self) -> None:
            self._interpreter = _interpreters.create()
            self._queue = _interpqueues.create(1, _AS_IT_IS, _DROPPED)
            _interpreters.set___main___attrs(self._interpreter, {"queue": self._queue})

        def destroy(self) -> None:
            _interpqueues.destroy(self._queue)
            _interpreters.destroy(self._interpreter)

        def call(self, func: Callable[..., T_Retval], args: tuple[Any, ...]) -> T_Retval:
            request = pickle.dumps((func, args), pickle.HIGHEST_PROTOCOL)
            _interpqueues.put(self._queue, request, _AS_IT_IS, _DROPPED)
            problem = _interpreters.exec(self._interpreter, _CODE)
            if problem:
                raise BrokenWorkerInterpreter(problem)
            value, raised = pickle.loads(_interpqueues.get(self._queue)[0])
            if raised:
                raise value
            return cast("T_Retval", value)

else:

    class _Worker:
        last_used: float = 0

        def __init__(self) -> None:
            raise RuntimeError("subinterpreters require at least Python 3.13")

        def destroy(self) -> None:
            raise NotImplementedError

        def call(self, func: Callable[..., T_Retval], args: tuple[Any, ...]) -> T_Retval:
            raise NotImplementedError


_idle_workers = RunVar[deque[_Worker]]("_available_workers")
_default_interpreter_limiter = RunVar[CapacityLimiter]("_default_interpreter_limiter")


def _stop_workers(workers: deque[_Worker]) -> None:
    while workers:
        workers.pop().destroy()


async def run_sync(
    func: Callable[[Unpack[PosArgsT]], T_Retval],
    *args: Unpack[PosArgsT],
    limiter: CapacityLimiter | None = None,
) -> T_Retval:
    """Run `func(*args)` in a subinterpreter and return its result; all must be picklable.

    A cancelled task waits for the end of the function. `limiter` bounds how many interpreters run.
    BrokenWorkerInterpreter when the interpreter fails outside of the function. RuntimeError
    before Python 3.13.
    """
    try:
        idle = _idle_workers.get()
    except LookupError:
        idle = deque()
        _idle_workers.set(idle)
        atexit.register(_stop_workers, idle)

    async with limiter or current_default_interpreter_limiter():
        worker = idle.pop() if idle else _Worker()
        try:
            return await to_thread.run_sync(worker.call, func, args, limiter=_no_limit())
        finally:
            worker.last_used = now = current_time()
            idle.append(worker)
            while idle and now - idle[0].last_used > MAX_WORKER_IDLE_TIME:
                await to_thread.run_sync(idle.popleft().destroy, limiter=_no_limit())


def _no_limit() -> CapacityLimiter:
    """The interpreters are counted already: their threads take no token of the thread pool."""
    return CapacityLimiter(1)


def current_default_interpreter_limiter() -> CapacityLimiter:
    """The limiter of `run_sync` in this event loop; it has a token per processor at first."""
    limiter = _default_interpreter_limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(os.cpu_count() or DEFAULT_CPU_COUNT)
        _default_interpreter_limiter.set(limiter)
    return limiter
