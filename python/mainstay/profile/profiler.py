"""The profiler: start it, stop it, look at what the time went to."""

from __future__ import annotations

import os
import sys
import time
from time import process_time
from types import FrameType, TracebackType
from typing import IO, Any, Literal

from . import renderers
from ._native import Samples
from .frame import AWAIT_FRAME_IDENTIFIER, OUT_OF_CONTEXT_FRAME_IDENTIFIER
from .frame_ops import FrameRecordType
from .renderers.console import FlatTimeMode
from .session import Session
from .stack_sampler import AsyncState, StackSampler, build_call_stack, get_stack_sampler
from .typing import TypeAlias
from .util import file_supports_color, file_supports_unicode

AsyncMode: TypeAlias = Literal["enabled", "disabled", "strict"]


class ActiveProfilerSession:
    """What a running profiler has so far."""

    def __init__(
        self,
        start_time: float,
        start_process_time: float,
        start_call_stack: list[str],
        target_description: str,
        interval: float,
    ) -> None:
        self.start_time = start_time
        self.start_process_time = start_process_time
        self.start_call_stack = start_call_stack
        self.target_description = target_description
        self.interval = interval
        self.samples = Samples()

    @property
    def frame_records(self) -> list[FrameRecordType]:
        """The samples so far: a copy."""
        return self.samples.records()


class Profiler:
    """Samples the stack of the thread that starts it, whenever a function is called or returns.

    `interval` is the shortest time between samples, in seconds. `async_mode` says what time counts
    that other tasks take while the code that started it awaits: `enabled` counts it as awaiting,
    in the function that awaits; `disabled` as what the thread does meanwhile, and several such
    profilers may run at once; `strict` also counts time in other contexts that no await led to, as
    `[out-of-context]`. `use_timing_thread` takes the time from a thread, for systems where clocks
    are slow.

    Started and stopped by the same thread, and once per async context unless `disabled`. Started
    again, it adds to its session.
    """

    def __init__(
        self,
        interval: float = 0.001,
        async_mode: AsyncMode = "enabled",
        use_timing_thread: bool | None = None,
    ) -> None:
        self._interval = interval
        self._async_mode: AsyncMode = async_mode
        self.use_timing_thread = use_timing_thread
        self._last_session: Session | None = None
        self._active_session: ActiveProfilerSession | None = None

    @property
    def interval(self) -> float:
        """The shortest time between two samples, in seconds."""
        return self._interval

    @property
    def async_mode(self) -> AsyncMode:
        """What time of other tasks counts: `enabled`, `disabled` or `strict`."""
        return self._async_mode

    @property
    def last_session(self) -> Session | None:
        """What was recorded; None before the first `stop()`."""
        return self._last_session

    @property
    def is_running(self) -> bool:
        """Whether it was started and not yet stopped."""
        return self._active_session is not None

    def start(
        self, caller_frame: FrameType | None = None, target_description: str | None = None
    ) -> None:
        """Begin to sample this thread.

        Reports begin at `caller_frame`, by default the caller, and show `target_description`.
        ValueError when it is running, RuntimeError when another one is in this async context.
        """
        if caller_frame is None:
            caller_frame = sys._getframe().f_back
        if target_description is None:
            target_description = "Profile at unknown location"
            if caller_frame is not None:
                file = caller_frame.f_code.co_filename
                target_description = f"Profile at {file}:{caller_frame.f_lineno}"
        if self.is_running:
            raise ValueError("Profiler is already running.")
        own = type(self)._sampler_saw_call_stack is _KEEP
        try:
            stack = build_call_stack(caller_frame, "initial", None)
            began = time.time(), process_time()
            self._active_session = ActiveProfilerSession(
                *began, stack, target_description, self.interval
            )
            get_stack_sampler().subscribe(
                self._sampler_saw_call_stack,
                desired_interval=self.interval,
                use_timing_thread=self.use_timing_thread,
                use_async_context=self.async_mode != "disabled",
                samples=self._active_session.samples if own else None,
                mode=self._async_mode,
            )
        except BaseException:
            self._active_session = None
            raise

    def stop(self) -> Session:
        """End sampling; returns the session, which is `last_session` too.

        RuntimeError when it is not running, or was started by another thread.
        """
        active = self._active_session
        if active is None:
            raise RuntimeError("This profiler is not currently running.")
        try:
            get_stack_sampler().unsubscribe(self._sampler_saw_call_stack)
        except StackSampler.SubscriberNotFound:
            raise RuntimeError(
                "Failed to stop profiling. Make sure that you start/stop profiling on the same "
                "thread."
            ) from None
        self._active_session = None
        session = Session(
            frame_records=active.samples,
            start_time=active.start_time,
            duration=time.time() - active.start_time,
            min_interval=active.interval,
            max_interval=active.interval,
            sample_count=len(active.samples),
            start_call_stack=active.start_call_stack,
            target_description=active.target_description,
            cpu_time=process_time() - active.start_process_time,
            sys_path=sys.path,
            sys_prefixes=Session.current_sys_prefixes(),
        )
        if self._last_session is not None:
            session = Session.combine(self._last_session, session)
        self._last_session = session
        return session

    def reset(self) -> None:
        """Forget what was recorded, and stop if it is running."""
        if self.is_running:
            self.stop()
        self._last_session = None

    def __enter__(self) -> Profiler:
        self.start(caller_frame=sys._getframe().f_back)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _sampler_saw_call_stack(
        self,
        call_stack: list[str],
        time_since_last_sample: float,
        async_state: AsyncState | None,
    ) -> None:
        """Keep a sample. Recorders do the same natively unless a subclass overrides this."""
        active = self._active_session
        if active is None:
            raise RuntimeError(
                "Received a call stack without an active session: the profiler was stopped in "
                "another way than by stop(); call stop() on the thread that started it."
            )
        where = async_state.state if async_state is not None else "in_context"
        away = [] if async_state is None else async_state.info
        if where == "out_of_context_awaited" and self._async_mode in ("enabled", "strict"):
            call_stack = [*away, AWAIT_FRAME_IDENTIFIER]
        elif where == "out_of_context_unknown" and self._async_mode == "strict":
            call_stack = [*away, OUT_OF_CONTEXT_FRAME_IDENTIFIER]
        active.samples.append(call_stack, time_since_last_sample)

    def print(
        self,
        file: IO[str] = sys.stdout,
        *,
        unicode: bool | None = None,
        color: bool | None = None,
        show_all: bool = False,
        timeline: bool = False,
        time: Literal["seconds", "percent_of_total"] = "seconds",
        flat: bool = False,
        flat_time: FlatTimeMode = "self",
        short_mode: bool = False,
        processor_options: dict[str, Any] | None = None,
    ) -> None:
        """Print the report as text: the options of `renderers.ConsoleRenderer`.

        Colours and box characters are used where `file` can show them, unless said otherwise.
        """
        if unicode is None:
            unicode = file_supports_unicode(file)
        if color is None:
            color = file_supports_color(file)
        shape = (show_all, timeline, time, flat, flat_time, short_mode, processor_options)
        print(self.output_text(unicode, color, *shape), file=file)

    def output_text(
        self,
        unicode: bool = False,
        color: bool = False,
        show_all: bool = False,
        timeline: bool = False,
        time: Literal["seconds", "percent_of_total"] = "seconds",
        flat: bool = False,
        flat_time: FlatTimeMode = "self",
        short_mode: bool = False,
        processor_options: dict[str, Any] | None = None,
    ) -> str:
        """Return the report as text: the options of `renderers.ConsoleRenderer`."""
        looks: Any = {"unicode": unicode, "color": color, "short_mode": short_mode, "time": time}
        flatness: Any = {"flat": flat, "flat_time": flat_time}
        renderer = renderers.ConsoleRenderer(
            show_all, timeline, processor_options, **looks, **flatness
        )
        return self.output(renderer)

    def output_html(self, resample_interval: float | None = None) -> str:
        """Return the report as a web page: the option of `renderers.HTMLRenderer`."""
        return self.output(renderers.HTMLRenderer(resample_interval=resample_interval))

    def write_html(
        self,
        path: str | os.PathLike[str],
        timeline: bool = False,
        show_all: bool = False,
        resample_interval: float | None = None,
    ) -> None:
        """Write the report to a file, as a web page."""
        renderer = renderers.HTMLRenderer(
            timeline=timeline, show_all=show_all, resample_interval=resample_interval
        )
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.output(renderer))

    def open_in_browser(
        self, timeline: bool = False, resample_interval: float | None = None
    ) -> str:
        """Open the report in a web browser; returns the path of its file."""
        renderer = renderers.HTMLRenderer(timeline=timeline, resample_interval=resample_interval)
        return renderer.open_in_browser(self._get_last_session_or_fail())

    def output(self, renderer: renderers.Renderer) -> str:
        """Return the report as `renderer` writes it."""
        return renderer.render(self._get_last_session_or_fail())

    def _get_last_session_or_fail(self) -> Session:
        if self.is_running:
            raise Exception("can't render profile output because this profiler is still running")
        if self._last_session is None:
            raise Exception(
                "can't render profile output because this profiler has not completed a profile "
                "session yet"
            )
        return self._last_session


_KEEP = Profiler._sampler_saw_call_stack
