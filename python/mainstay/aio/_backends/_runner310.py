"""`asyncio.Runner` for Python 3.10, which has none: a loop with an orderly end.

Ctrl-C cancels the main task, as it does from 3.11 on, and becomes KeyboardInterrupt when the task
has ended by that; a second one interrupts at once.
"""

from __future__ import annotations

import asyncio
import contextvars
import signal
import threading
from functools import partial
from typing import TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from typing_extensions import Self

T = TypeVar("T")


class Runner:
    """Makes a loop when it is first needed, and closes it at the end of the block."""

    def __init__(
        self,
        *,
        debug: bool | None = None,
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self._debug = debug
        self._factory = loop_factory
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context: contextvars.Context | None = None
        self._closed = False
        self._interrupts = 0

    def __enter__(self) -> Self:
        self.get_loop()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop, made at the first call."""
        if self._closed:
            raise RuntimeError("Runner is closed")
        if self._loop is None:
            self._loop = self._factory() if self._factory else asyncio.new_event_loop()
            if self._factory is None:
                asyncio.set_event_loop(self._loop)
            if self._debug is not None:
                self._loop.set_debug(self._debug)
            self._context = contextvars.copy_context()
        return self._loop

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        if asyncio._get_running_loop() is not None:
            raise RuntimeError("Runner.run() cannot be called from a running event loop")
        loop = self.get_loop()
        assert self._context is not None
        task: asyncio.Task[T] = self._context.run(loop.create_task, coro)
        handler = partial(self._on_interrupt, task)
        takes_over = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if takes_over:
            signal.signal(signal.SIGINT, handler)
        self._interrupts = 0
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError:
            if self._interrupts:
                raise KeyboardInterrupt from None
            raise
        finally:
            if takes_over and signal.getsignal(signal.SIGINT) is handler:
                signal.signal(signal.SIGINT, signal.default_int_handler)

    def _on_interrupt(self, task: asyncio.Task[Any], _number: int, _frame: object) -> None:
        self._interrupts += 1
        if self._interrupts > 1 or task.done():
            raise KeyboardInterrupt
        task.cancel()
        task.get_loop().call_soon_threadsafe(int)  # the loop may be asleep

    def close(self) -> None:
        """Cancel what is left, wait for it, and close the loop."""
        loop, self._loop, self._closed = self._loop, None, True
        if loop is None:
            return
        try:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            for task in left:
                if not task.cancelled() and (error := task.exception()) is not None:
                    loop.call_exception_handler(
                        {
                            "message": "unhandled exception during asyncio.run() shutdown",
                            "exception": error,
                            "task": task,
                        }
                    )
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            if self._factory is None:
                asyncio.set_event_loop(None)
            loop.close()
