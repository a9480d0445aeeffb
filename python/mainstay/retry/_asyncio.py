"""The async loop: the same order, with every callable of the policy allowed to be a coroutine.

Works under asyncio, trio and whatever else can await: the only thing it waits for by itself is
`sleep`, which the door chooses.
"""

from __future__ import annotations

import sys

from . import _loop, _native
from ._loop import BaseRetrying, named_function, tally_of, unset
from ._names import is_coroutine_callable, wrap_to_async_func
from ._state import DoAttempt, DoSleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

__all__ = ["AsyncRetrying", "portable_async_sleep"]


def portable_async_sleep(seconds: float) -> Awaitable[None]:
    """Sleep in the async library that is running: trio where it is, asyncio otherwise."""
    # Neither is imported for the other's sake. A library that was never imported is not running.
    if "trio" in sys.modules:
        import sniffio  # comes with trio
        import trio

        if sniffio.current_async_library() == "trio":
            return trio.sleep(seconds)
    import asyncio

    return asyncio.sleep(seconds)


class AsyncRetrying(BaseRetrying):
    """A policy for coroutine functions and `async for` blocks.

    One controller may run any number of loops at once: each keeps its own state.
    """

    async def __call__(self, fn: Any = unset, /, *args: Any, **kwargs: Any) -> Any:
        """Call `fn` until it succeeds or the policy gives up, awaiting it when it is async."""
        if fn is unset:
            fn = named_function(kwargs)
        is_async = is_coroutine_callable(fn)
        if not self.enabled:
            return await fn(*args, **kwargs) if is_async else fn(*args, **kwargs)
        retry_state = self._new_call(fn, args, kwargs)
        loop = self._await_call(retry_state, fn, args, kwargs, is_async)
        return await (self._run(retry_state, fn, args, kwargs) if loop is None else loop)

    async def _run(self, retry_state: Any, fn: Any, args: Any, kwargs: Any) -> Any:
        """The loop, from whatever the state says came of the last attempt."""
        is_async = is_coroutine_callable(fn)
        call = self._limited(fn, is_async)
        try:
            while True:
                do = await self.iter(retry_state=retry_state)
                if isinstance(do, DoAttempt):
                    try:
                        result = await call(*args, **kwargs) if is_async else call(*args, **kwargs)
                    except BaseException:  # the policy decides, about cancellation too
                        retry_state.set_exception(sys.exc_info())
                    else:
                        retry_state.set_result(result)
                elif isinstance(do, DoSleep):
                    retry_state.prepare_for_next_attempt()
                    await self._pause(retry_state, do)
                else:
                    return do
        finally:
            tally_of(retry_state, self).over = True

    async def iter(self, retry_state: Any) -> Any:
        """Decide what comes next: a DoAttempt, a DoSleep, or the value the call returns."""
        native = self._await_pass(retry_state)
        return await (self._iter_by_queue(retry_state) if native is None else native)

    async def _iter_by_queue(self, retry_state: Any) -> Any:
        self._begin_iter(retry_state)
        iter_state = self.iter_state
        result = None
        for action in iter_state.actions:
            # While an action was awaited, another loop of this controller may have had its pass.
            self._local.iter_state = iter_state
            result = await action(retry_state)
        return result

    def _add_action_func(self, fn: Callable[..., Any]) -> None:
        self.iter_state.actions.append(wrap_to_async_func(fn))

    async def _pause(self, retry_state: Any, seconds: Any) -> None:
        switch = _loop.switch
        if switch is None:
            await self.sleep(seconds)
        else:
            switch.skip(retry_state, seconds)
            await switch.checkpoint()

    def _limited(self, fn: Any, is_async: bool) -> Any:
        """What each attempt calls: for a door whose policies limit the time of an attempt."""
        return fn

    def _attempt(self, retry_state: Any) -> Any:
        """The block of one attempt."""
        return self._door.attempt(retry_state=retry_state)

    async def _run_retry(self, retry_state: Any) -> None:
        iter_state = self.iter_state
        retry = self.retry
        answer = await wrap_to_async_func(retry)(retry_state)
        iter_state.retry_run_result = self._door.answered("retry", retry, answer)

    async def _run_wait(self, retry_state: Any) -> None:
        wait = self.wait
        answer = await wrap_to_async_func(wait)(retry_state)
        retry_state.upcoming_sleep = self._door.slept(wait, answer)

    async def _run_stop(self, retry_state: Any) -> None:
        iter_state = self.iter_state
        self._count_delay(retry_state)
        stop = self.stop
        answer = await wrap_to_async_func(stop)(retry_state)
        iter_state.stop_run_result = self._door.answered("stop", stop, answer)

    def __iter__(self) -> Any:
        raise TypeError("AsyncRetrying object is not iterable")

    def __aiter__(self) -> Any:
        """Return a loop of attempts with a state of its own."""
        native = self._begin_async_block()
        if native is not None:
            return native
        loop = _AsyncLoop(self)
        if type(self).__anext__ is not AsyncRetrying.__anext__:
            # A subclass that iterates by itself expects to be its own iterator.
            self._retry_state = loop.retry_state
            self._disabled_iter_done = False
            return self
        self._local.newest_loop = loop
        return loop

    async def __anext__(self) -> Any:
        """The next attempt of this thread's newest loop: what `anext(controller)` means."""
        loop: Any = getattr(self._local, "newest_loop", None)
        if loop is None:
            raise TypeError(
                f"{type(self).__name__} has no loop under way; begin one with "
                "'async for attempt in retrying' or aiter(retrying)"
            )
        return await loop.__anext__()

    def wraps(self, fn: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return `fn` decorated with this policy; the result is a coroutine function."""
        return self._decorated_async(fn)


def _sample(start: Any) -> Any:
    """What decorated coroutine functions look like to Python; `start` gives what is awaited."""

    async def async_wrapped(*args: Any, **kwargs: Any) -> Any:
        return await start(args, kwargs)

    async_wrapped.__qualname__ = "AsyncRetrying.wraps.<locals>.async_wrapped"
    return _native.adopt_sample("async_shell", async_wrapped)


_sample(None)


class _AsyncLoop:
    """One `async for` over a controller."""

    def __init__(self, controller: AsyncRetrying) -> None:
        self._controller = controller
        self._enabled = controller.enabled
        self._attempted = False
        if self._enabled:
            self.retry_state = controller._new_call(None, (), {})
        else:
            self.retry_state = controller._door.state(controller, fn=None, args=(), kwargs={})

    def __aiter__(self) -> _AsyncLoop:
        return self

    async def __anext__(self) -> Any:
        if not self._enabled:
            return self._only_attempt()
        controller, retry_state = self._controller, self.retry_state
        try:
            if self._attempted:
                controller._door.entered(retry_state)
            self._attempted = True
            while True:
                do = await controller.iter(retry_state=retry_state)
                if isinstance(do, DoAttempt):
                    return controller._attempt(retry_state)
                if not isinstance(do, DoSleep):
                    raise StopAsyncIteration
                retry_state.prepare_for_next_attempt()
                await controller._pause(retry_state, do)
        except BaseException:
            tally_of(retry_state, controller).over = True
            raise

    def _only_attempt(self) -> Any:
        """A disabled policy: one attempt, and whatever it raised."""
        outcome = self.retry_state.outcome
        if not self._attempted:
            self._attempted = True
            return self._controller._door.attempt(retry_state=self.retry_state)
        if outcome is not None and outcome.failed:
            raise outcome.exception()
        raise StopAsyncIteration
