"""Running asyncio loops: `run`, and the runner of tests and their fixtures."""

from __future__ import annotations

import asyncio
import sys
from asyncio import CancelledError, current_task
from functools import wraps
from typing import TypeVar

from .. import abc
from .._core._exceptions import BaseExceptionGroup
from .._core._streams import create_memory_object_stream
from .._native import add_state, take_state
from ..abc._tasks import get_callable_name

if sys.version_info >= (3, 11):
    from asyncio import Runner
else:
    from ._runner310 import Runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
    from types import TracebackType
    from typing import Any

    from typing_extensions import ParamSpec, Self

    from ..streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    P = ParamSpec("P")
    Job = tuple[Awaitable[Any], asyncio.Future[Any]]

T_Retval = TypeVar("T_Retval")


def _loop_factory(options: dict[str, Any]) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the loop: `loop_factory`, or uvloop's with `use_uvloop`."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None = options.get("loop_factory")
    if factory is None and options.get("use_uvloop"):
        import uvloop  # type: ignore[import-not-found,unused-ignore]

        factory = uvloop.new_event_loop
    return factory


def run(
    func: Callable[..., Awaitable[T_Retval]], args: tuple[Any, ...], options: dict[str, Any]
) -> T_Retval:
    """Run `func(*args)` in a new loop."""

    @wraps(func)
    async def main() -> T_Retval:
        task = current_task()
        assert task is not None
        task.set_name(get_callable_name(func))
        add_state(task, None, None)
        try:
            return await func(*args)
        finally:
            take_state(task)

    with Runner(debug=options.get("debug"), loop_factory=_loop_factory(options)) as runner:
        return runner.run(main())


class TestRunner(abc.TestRunner):
    """Runs tests and fixtures, all in one task, so that scopes may span a fixture's yield."""

    _jobs: MemoryObjectSendStream[Job]  # to the task

    def __init__(self, **options: Any) -> None:
        self._runner = Runner(debug=options.get("debug"), loop_factory=_loop_factory(options))
        self._exceptions: list[BaseException] = []
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self.get_loop().set_exception_handler(self._keep_exception)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._runner.__exit__(exc_type, exc_val, exc_tb)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop of all tests."""
        return self._runner.get_loop()

    def is_running(self) -> bool:
        return asyncio._get_running_loop() is not None

    def _keep_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self._exceptions.append(error)
        else:
            loop.default_exception_handler(context)

    def _raise_kept_exceptions(self) -> None:
        kept, self._exceptions = self._exceptions, []
        if len(kept) > 1:
            raise BaseExceptionGroup("Multiple exceptions occurred in asynchronous callbacks", kept)
        for error in kept:
            raise error

    async def _work(self, jobs: MemoryObjectReceiveStream[Job]) -> None:
        """The task of all tests: runs what is sent, one after another."""
        from _pytest.outcomes import OutcomeException

        with jobs, self._jobs:
            async for job, answer in jobs:
                try:
                    result = await job
                except CancelledError as error:
                    answer.cancel(*error.args)
                    raise
                except BaseException as error:
                    if not answer.cancelled():
                        answer.set_exception(error)
                    if not isinstance(error, (Exception, OutcomeException)):
                        raise
                else:
                    if not answer.cancelled():
                        answer.set_result(result)

    def _run(
        self, func: Callable[P, Awaitable[T_Retval]], /, *args: P.args, **kw: P.kwargs
    ) -> T_Retval:
        """Let the task of all tests run `func(*args, **kw)`, and the loop until that is done."""

        async def send() -> T_Retval:
            loop = asyncio.get_running_loop()
            if self._task is None:
                self._jobs, jobs = create_memory_object_stream["Job"](1)
                self._task = loop.create_task(self._work(jobs))
            answer: asyncio.Future[T_Retval] = loop.create_future()
            self._jobs.send_nowait((func(*args, **kw), answer))
            return await answer

        return self.get_loop().run_until_complete(send())

    def run_asyncgen_fixture(
        self,
        fixture_func: Callable[..., AsyncGenerator[T_Retval, Any]],
        kwargs: dict[str, Any],
    ) -> Iterator[T_Retval]:
        generator = fixture_func(**kwargs)
        value: T_Retval = self._run(generator.asend, None)
        self._raise_kept_exceptions()
        yield value
        try:
            self._run(generator.asend, None)
        except StopAsyncIteration:
            self._raise_kept_exceptions()
            return
        self.get_loop().run_until_complete(generator.aclose())
        raise RuntimeError("Async generator fixture did not stop")

    def run_fixture(
        self,
        fixture_func: Callable[..., Coroutine[Any, Any, T_Retval]],
        kwargs: dict[str, Any],
    ) -> T_Retval:
        value = self._run(fixture_func, **kwargs)
        self._raise_kept_exceptions()
        return value

    def run_test(
        self, test_func: Callable[..., Coroutine[Any, Any, Any]], kwargs: dict[str, Any]
    ) -> None:
        from _pytest.outcomes import OutcomeException

        try:
            self._run(test_func, **kwargs)
        except Exception as error:
            self._exceptions.append(error)
        except OutcomeException:
            raise
        except BaseException:
            self._drop_task()
            raise
        self._raise_kept_exceptions()

    def _drop_task(self) -> None:
        """End the task in which a test was interrupted; fixtures that are left get a new one."""
        task, self._task = self._task, None
        if task is None or task.done():
            return
        task.cancel()
        self._jobs.close()
        try:
            self.get_loop().run_until_complete(task)
        except CancelledError:
            pass
