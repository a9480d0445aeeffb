"""The sampler of a thread: who is to be told of its stacks, and how often.

Native recorders (`_native.Recorder`) take the samples. A profiler's own samples are kept natively;
any other subscriber is called with a list of texts. One sampler per thread, used by that thread
only.
"""

from __future__ import annotations

import os
import sys
import textwrap
import threading
from collections.abc import Callable
from contextvars import ContextVar
from timeit import default_timer
from types import FrameType
from typing import Any, Literal, NamedTuple

from ._native import Recorder, Samples
from .low_level.stat_profile import (
    get_frame_info,
    measure_timing_overhead,
    setstatprofile,
    walltime_coarse_resolution,
)
from .low_level.types import TimerType
from .util import format_float_with_sig_figs, strtobool, unwrap

thread_locals = threading.local()

IGNORE_OVERHEAD_WARNING = strtobool(os.environ.get("PYINSTRUMENT_IGNORE_OVERHEAD_WARNING", "0"))
_SLOW_CLOCK = 300e-9
_CLOCK_IS_READ_BELOW = 0.001  # seconds; from there on a thread keeps the time


class AsyncState(NamedTuple):
    """Where the program is, seen from the context of a subscriber.

    `in_context`: in it. `out_of_context_awaited`: elsewhere, since it awaited; `info` is the stack
    of the await. `out_of_context_unknown`: elsewhere for another reason; `info` is the stack it
    was left with.
    """

    state: Literal["in_context", "out_of_context_awaited", "out_of_context_unknown"]
    info: Any = None


StackSamplerSubscriberTarget = Callable[[list[str], float, AsyncState | None], None]


class StackSamplerSubscriber:
    """One subscription."""

    def __init__(
        self,
        *,
        target: StackSamplerSubscriberTarget,
        desired_interval: float,
        bound_to_async_context: bool,
        use_timing_thread: bool | None = None,
        samples: Samples | None = None,
        mode: str = "",
    ) -> None:
        self.target = target
        self.desired_interval = desired_interval
        self.bound_to_async_context = bound_to_async_context
        self.use_timing_thread = use_timing_thread
        self.samples = samples
        self.mode = mode


active_profiler_context_var: ContextVar[object | None] = ContextVar(
    "active_profiler_context_var", default=None
)


class StackSampler:
    """Has the stacks of its thread sampled for the subscribers there are.

    `timer_func`, when set before the first subscription, is the clock that is used.
    """

    def __init__(self) -> None:
        self.subscribers: list[StackSamplerSubscriber] = []
        self.current_sampling_interval: float | None = None
        self.timer_func: Callable[[], float] | None = None
        self.has_warned_about_timing_overhead = False
        self._recorder: Recorder | None = None

    def subscribe(
        self,
        target: StackSamplerSubscriberTarget,
        *,
        desired_interval: float,
        use_timing_thread: bool | None = None,
        use_async_context: bool,
        samples: Samples | None = None,
        mode: str = "enabled",
    ) -> None:
        """Call `target(stack, seconds since the last sample, state)` about every interval.

        With `samples` they are kept there, as an async `mode` says, and `target` only names the
        subscription. RuntimeError when another one is bound to this async context, ValueError when
        the target subscribed before, or wants another kind of clock than those that did.
        """
        if use_async_context and active_profiler_context_var.get() is not None:
            raise RuntimeError(
                "There is already a profiler running. You cannot run multiple profilers in the "
                "same thread or async context, unless you disable async support."
            )
        if any(each.target == target for each in self.subscribers):
            raise ValueError("This target is already subscribed to the stack sampler.")
        subscriber = StackSamplerSubscriber(
            target=target,
            desired_interval=desired_interval,
            bound_to_async_context=use_async_context,
            use_timing_thread=use_timing_thread,
            samples=samples,
            mode=mode,
        )
        if self._recorder is None:
            thread = threading.current_thread()
            root = f"{thread.name}\x00<thread>\x00{thread.ident}"
            self._recorder = Recorder(root, AsyncState)
        if use_async_context:
            active_profiler_context_var.set(target)
        # Adding has the recorder look at the variable again.
        self._recorder.add(target, use_async_context, samples, mode)
        self.subscribers.append(subscriber)
        try:
            self._update()
        except ValueError:
            self.unsubscribe(target)
            raise

    def unsubscribe(self, target: StackSamplerSubscriberTarget) -> None:
        """End a subscription; SubscriberNotFound when this thread has none of that target."""
        for subscriber in self.subscribers:
            if subscriber.target == target:
                break
        else:
            raise StackSampler.SubscriberNotFound
        if subscriber.bound_to_async_context:
            active_profiler_context_var.set(None)
        self.subscribers.remove(subscriber)
        if self._recorder is not None:
            self._recorder.remove(subscriber.target)
        self._update()

    def _update(self) -> None:
        if not self.subscribers:
            self._stop_sampling()
            return
        wishes = {each.use_timing_thread for each in self.subscribers} - {None}
        if len(wishes) > 1:
            raise ValueError(
                "Profiler requested different timing thread preferences from a profiler that is "
                "already running."
            )
        interval = min(each.desired_interval for each in self.subscribers)
        if interval != self.current_sampling_interval:
            self._start_sampling(interval, use_timing_thread=True in wishes)

    def _start_sampling(self, interval: float, use_timing_thread: bool) -> None:
        if use_timing_thread and self.timer_func is not None:
            raise ValueError(
                "Profiler requested to use the timing thread but this stack sampler is already "
                "using a custom timer function."
            )
        coarse = walltime_coarse_resolution()
        timer_type: TimerType
        if self.timer_func is not None:
            timer_type = "timer_func"
        elif use_timing_thread:
            timer_type = "walltime_thread"
        elif coarse is not None and coarse <= interval:
            timer_type = "walltime_coarse"
        else:
            timer_type = "walltime"
        self._check_timing_overhead(interval, timer_type)
        if self.current_sampling_interval is None and self._recorder is not None:
            self._recorder.begin((self.timer_func or default_timer)())
        self.current_sampling_interval = interval
        setstatprofile(
            target=self._recorder,
            interval=interval,
            context_var=active_profiler_context_var,
            timer_type=timer_type,
            timer_func=self.timer_func,
        )

    def _stop_sampling(self) -> None:
        setstatprofile(None)
        self._recorder = None
        self.current_sampling_interval = None

    def _check_timing_overhead(self, interval: float, timer_type: TimerType) -> None:
        if timer_type != "walltime" or interval >= _CLOCK_IS_READ_BELOW:
            return
        if IGNORE_OVERHEAD_WARNING:
            return
        if self.has_warned_about_timing_overhead:
            return
        overheads = timing_overhead()
        overhead = overheads["walltime"]
        if overhead <= _SLOW_CLOCK:
            return
        self.has_warned_about_timing_overhead = True
        parts = [
            f"""pyinstrument: the timer on your system has an overhead of {overhead * 1e9:.0f}
            nanoseconds, which is considered high. You might experience longer runtimes than usual,
            and programs with lots of pure-python code might be distorted.""",
            """You might want to try the timing thread option, which can be enabled using
            --use-timing-thread at the command line, or by setting the use_timing_thread parameter
            in the Profiler constructor.""",
        ]
        coarse, resolution = overheads.get("walltime_coarse"), walltime_coarse_resolution()
        if coarse is not None and coarse < _SLOW_CLOCK and resolution is not None:
            least = format_float_with_sig_figs(resolution, trim_zeroes=True)
            parts.append(
                f"""Your system does offer a 'coarse' timer, with a lower overhead
                ({coarse * 1e9:.2g} nanoseconds). You can enable it by setting pyinstrument's
                interval to a value higher than {least} seconds. If you're happy with the lower
                precision, this is the best option."""
            )
        parts.append(
            """If you want to suppress this warning, you can set the environment variable
            PYINSTRUMENT_IGNORE_OVERHEAD_WARNING to '1'."""
        )
        print("\n\n".join(textwrap.fill(unwrap(each), 80) for each in parts), file=sys.stderr)

    class SubscriberNotFound(Exception):
        """The target has no subscription with the sampler of this thread."""


def get_stack_sampler() -> StackSampler:
    """Return the sampler of this thread."""
    try:
        sampler: StackSampler = thread_locals.stack_sampler
    except AttributeError:
        sampler = thread_locals.stack_sampler = StackSampler()
    return sampler


def build_call_stack(frame: FrameType | None, event: str, arg: Any) -> list[str]:
    """Return the texts of a stack, from the thread to the frame that was running at an event.

    Of a call that is the caller; when a C function returns it is that function.
    """
    stack: list[str] = []
    if event == "call":
        frame = frame.f_back if frame else None
    elif event in ("c_return", "c_exception"):
        name = getattr(arg, "__qualname__", arg.__name__)
        stack.append(f"{name}\x00<built-in>\x000")
    while frame is not None:
        stack.append(get_frame_info(frame))
        frame = frame.f_back
    thread = threading.current_thread()
    stack.append(f"{thread.name}\x00<thread>\x00{thread.ident}")
    stack.reverse()
    return stack


_timing_overhead: dict[TimerType, float] | None = None


def timing_overhead() -> dict[TimerType, float]:
    """Return the seconds that a look at each clock takes; measured once."""
    global _timing_overhead
    if _timing_overhead is None:
        _timing_overhead = measure_timing_overhead()
    return _timing_overhead
