"""The profile function in Python: what the native one is compared with. Not used otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from inspect import CO_COROUTINE
from timeit import default_timer
from types import FrameType
from typing import Any

from .pyi_timing_thread_python import (
    pyi_timing_thread_get_time,
    pyi_timing_thread_subscribe,
    pyi_timing_thread_unsubscribe,
)
from .types import TimerType

Target = Callable[[FrameType, str, Any], Any]


class PythonStatProfiler:
    """A profile function that passes on one event per interval to `target`.

    It also tells `target` when `context_var` has another value than at the event before, with the
    coroutines that returned just then: they await.
    """

    timing_thread_subscription: int | None = None

    def __init__(
        self,
        target: Target,
        interval: float,
        context_var: ContextVar[object | None] | None,
        timer_type: TimerType,
        timer_func: Callable[[], float] | None,
    ) -> None:
        if context_var is not None and not isinstance(context_var, ContextVar):
            raise TypeError("not a context var")
        self.target, self.interval, self.timer_type = target, interval, timer_type
        self.context_var = context_var
        self.await_stack: list[str] = []
        if timer_type == "walltime":
            self.get_time = default_timer
        elif timer_type == "walltime_thread":
            self.get_time = pyi_timing_thread_get_time
            self.timing_thread_subscription = pyi_timing_thread_subscribe(interval)
        elif timer_type != "timer_func":
            raise ValueError(f"invalid timer_type '{timer_type}'")
        elif timer_func is None:
            raise TypeError("timer_func must be provided for timer_func timer_type")
        else:
            self.get_time = timer_func
        self.last_invocation = self.get_time()
        self.last_context_var_value = context_var.get() if context_var else None

    def __del__(self) -> None:
        if self.timing_thread_subscription is not None:
            pyi_timing_thread_unsubscribe(self.timing_thread_subscription)

    def profile(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take an event as `sys.setprofile` passes it."""
        now = self.get_time()
        if self.context_var is not None:
            self._look_at_context(frame, event)
        if now >= self.last_invocation + self.interval:
            self.last_invocation = now
            return self.target(frame, event, arg)
        return None

    def _look_at_context(self, frame: FrameType, event: str) -> None:
        assert self.context_var is not None
        old, new = self.last_context_var_value, self.context_var.get()
        if new is not old:
            self.last_context_var_value = new
            at = frame.f_back if event == "call" else frame
            assert at is not None
            self.target(at, "context_changed", (new, old, self.await_stack))
        if event == "return" and frame.f_code.co_flags & CO_COROUTINE:
            self.await_stack.append(get_frame_info(frame))
        else:
            self.await_stack.clear()


def setstatprofile(
    target: Target | None,
    interval: float = 0.001,
    context_var: ContextVar[object | None] | None = None,
    timer_type: TimerType = "walltime",
    timer_func: Callable[[], float] | None = None,
) -> None:
    """Install a profile function of `target` for this thread; None removes it."""
    if target is None:
        sys.setprofile(None)
        return
    profiler = PythonStatProfiler(target, interval, context_var, timer_type, timer_func)
    sys.setprofile(profiler.profile)


def get_frame_info(frame: FrameType) -> str:
    """Return the text of a frame (`frame_info.py`)."""
    code, variables = frame.f_code, frame.f_locals
    text = f"{code.co_name}\x00{code.co_filename}\x00{code.co_firstlineno}"
    owner = variables.get("self")
    owner = variables.get("cls") if owner is None else type(owner)
    name = getattr(owner, "__qualname__", None)
    if name:
        text += f"\x01c{name}"
    if frame.f_lineno is not None:
        text += f"\x01l{frame.f_lineno}"
    if "__tracebackhide__" in variables:
        text += "\x01h1"
    return text
