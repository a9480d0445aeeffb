"""What is sampled: who gets the time, in which context, and what is left behind."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import sys
import threading
import weakref
from typing import Any

import pytest
from mainstay.profile import Profiler, profile, stack_sampler
from mainstay.profile.low_level.stat_profile import get_frame_info, setstatprofile

from ..fresh import needs_malloc_after_fork, printed
from ..together import LIMIT, at_once
from .clocks import Clock, all_frames


def times(profiler: Profiler) -> dict[str, float]:
    """The seconds of each function of the last session."""
    assert profiler.last_session is not None
    root = profiler.last_session.root_frame()
    found: dict[str, float] = {}
    for frame in all_frames(root) if root else ():
        found[frame.function] = round(found.get(frame.function, 0) + frame.time, 6)
    return found


def test_time_counts_for_the_function_that_took_it(clock: Clock) -> None:
    def work() -> None:
        clock.pass_time(0.5)

    with Profiler() as profiler:
        work()
        clock.pass_time(0.25)
    found = times(profiler)
    assert found["work"] == 0.5
    assert found["pass_time"] == 0.75


def test_a_builtin_has_its_own_frame() -> None:
    with Profiler(interval=1e-9) as profiler:
        abs(-1)
    assert profiler.last_session is not None
    innermost = {stack[-1] for stack, _ in profiler.last_session.frame_records}
    assert "abs\x00<built-in>\x000" in innermost


def test_methods_are_called_by_their_class(clock: Clock) -> None:
    class Base:
        def work(self) -> None:
            clock.pass_time(1)

    class Derived(Base):
        pass

    with Profiler() as profiler:
        Derived().work()
    assert "1.000 Derived.work" in profiler.output_text()


@pytest.mark.parametrize("mode", ["enabled", "strict", "disabled"])
def test_an_await_counts_for_the_function_that_awaits(mode: Any, clock: Clock) -> None:
    async def other(done: asyncio.Event) -> None:
        clock.pass_time(4)
        done.set()

    async def waits(done: asyncio.Event) -> None:
        await done.wait()

    async def main() -> Profiler:
        done = asyncio.Event()
        task = asyncio.create_task(other(done))
        profiler = Profiler(async_mode=mode)
        profiler.start()
        await waits(done)
        profiler.stop()
        await task
        return profiler

    found = times(asyncio.run(main()))
    if mode == "disabled":
        assert found["other"] == 4
        assert "[await]" not in found
    else:
        assert found["[await]"] == 4
        assert found["waits"] == 4
        assert "other" not in found


def test_time_in_another_context_is_told_apart_when_strict(clock: Clock) -> None:
    elsewhere = contextvars.Context()
    with Profiler(async_mode="strict") as profiler:
        elsewhere.run(clock.pass_time, 3)
        clock.pass_time(1)
    assert times(profiler)["[out-of-context]"] == 3


def test_a_profiler_started_while_another_runs_follows_its_context(clock: Clock) -> None:
    with Profiler(async_mode="disabled") as outer, Profiler(async_mode="strict") as inner:
        contextvars.Context().run(clock.pass_time, 3)
    assert times(inner)["[out-of-context]"] == 3
    assert times(outer)["pass_time"] == 3


def test_a_second_profiler_in_one_context_is_refused_and_leaves_nothing() -> None:
    with Profiler(), pytest.raises(RuntimeError, match="already a profiler running"):
        Profiler().start()
    assert not stack_sampler.get_stack_sampler().subscribers


def test_profilers_that_want_different_clocks_are_refused_and_leave_the_first() -> None:
    first = Profiler(async_mode="disabled", use_timing_thread=False)
    second = Profiler(async_mode="disabled", use_timing_thread=True)
    with first:
        with pytest.raises(ValueError, match="different timing thread preferences"):
            second.start()
        assert not second.is_running
        assert len(stack_sampler.get_stack_sampler().subscribers) == 1


def test_a_subclass_sees_the_stacks_as_texts(clock: Clock) -> None:
    seen: list[list[str]] = []

    class Watching(Profiler):
        def _sampler_saw_call_stack(self, call_stack: Any, time: Any, async_state: Any) -> None:
            seen.append(call_stack)
            super()._sampler_saw_call_stack(call_stack, time, async_state)

    with Watching() as profiler:
        clock.pass_time(1)
    assert times(profiler)["pass_time"] == 1
    assert seen[0][0].startswith("MainThread\x00<thread>")


def test_an_error_of_a_subscriber_ends_the_sampling_and_reaches_the_program(clock: Clock) -> None:
    def fails(*_: Any) -> None:
        raise KeyError("from a subscriber")

    sampler = stack_sampler.get_stack_sampler()
    sampler.subscribe(fails, desired_interval=0.001, use_async_context=False)
    with pytest.raises(KeyError, match="from a subscriber"):
        clock.pass_time(1)
    assert sys.getprofile() is None
    sampler.unsubscribe(fails)


def test_a_subscriber_may_end_its_subscription_while_it_is_called(clock: Clock) -> None:
    calls: list[float] = []
    sampler = stack_sampler.get_stack_sampler()

    def once(_: Any, seconds: float, __: Any) -> None:
        calls.append(seconds)
        sampler.unsubscribe(once)

    sampler.subscribe(once, desired_interval=0.001, use_async_context=False)
    clock.pass_time(1)
    clock.pass_time(1)
    assert calls == [1]


def test_a_timer_that_gives_no_float_is_refused() -> None:
    with pytest.raises(RuntimeError, match="must return a float, got int"):
        setstatprofile(print, timer_type="timer_func", timer_func=lambda: 1)


def test_locals_of_profiled_methods_are_let_go_of_when_they_are_deleted() -> None:
    class Big:
        pass

    class Worker:
        def work(self) -> bool:
            big = Big()
            gone = weakref.ref(big)
            "sampled here".upper()
            del big
            return gone() is None

    with Profiler(interval=1e-9):
        assert Worker().work()


def test_a_profiler_that_is_dropped_with_what_it_saw_is_collected() -> None:
    class Holder:
        profiler: Profiler

    holder = Holder()
    holder.profiler = Profiler(interval=1e-9)
    with holder.profiler:
        len("")
    gone = weakref.ref(holder)
    del holder
    gc.collect()
    assert gone() is None


def test_names_of_frames_say_class_line_and_that_they_hide() -> None:
    class Box:
        def info(self) -> str:
            __tracebackhide__ = True
            return get_frame_info(sys._getframe())

        @classmethod
        def of_class(cls) -> str:
            return get_frame_info(sys._getframe())

    file = __file__
    text = Box().info()
    first = Box.info.__code__.co_firstlineno
    assert text == f"info\x00{file}\x00{first}\x01cBox\x01l{first + 2}\x01h1"
    assert "\x01cBox\x01l" in Box.of_class()
    with pytest.raises(TypeError, match="should be called with a Frame object, got int"):
        get_frame_info(1)  # type: ignore[arg-type]


@pytest.mark.parametrize("interval", [0.0001, 0.001, 0.1])
def test_every_clock_samples_until_the_program_has_seen_enough(interval: float) -> None:
    for thread in (None, True):
        profiler = Profiler(interval=interval, use_timing_thread=thread)
        profiler.start()
        limit = threading.Event()
        timer = threading.Timer(LIMIT, limit.set)
        timer.start()
        active = profiler._active_session
        assert active is not None
        while len(active.samples) < 3 and not limit.is_set():
            len("")
        timer.cancel()
        session = profiler.stop()
        assert session.sample_count >= 3
        total = sum(seconds for _, seconds in session.frame_records)
        assert total <= session.duration


def test_threads_profile_side_by_side() -> None:
    found: list[int] = []

    def work() -> None:
        with Profiler(interval=1e-9) as profiler:
            for _ in range(300):
                len("")
        assert profiler.last_session is not None
        names = {stack[0] for stack, _ in profiler.last_session.frame_records}
        assert len(names) == 1
        found.append(profiler.last_session.sample_count)

    at_once(*[work] * 4)
    assert len(found) == 4
    assert all(count >= 300 for count in found)


def test_samples_may_be_read_while_another_thread_adds_to_them() -> None:
    profiler = Profiler(interval=0.0001)
    ready, enough = threading.Event(), threading.Event()
    shared: list[Any] = []

    def work() -> None:
        with profiler:
            shared.append(profiler._active_session)
            ready.set()
            while not enough.is_set():
                len("")

    def read() -> None:
        assert ready.wait(LIMIT)
        try:
            for _ in range(10):
                records = shared[0].frame_records
                assert len(records) <= len(shared[0].samples)
        finally:
            enough.set()

    at_once(work, read)


def test_stop_on_another_thread_is_refused() -> None:
    errors: list[str] = []

    def stop() -> None:
        try:
            profiler.stop()
        except RuntimeError as error:
            errors.append(str(error))

    with Profiler() as profiler:
        thread = threading.Thread(target=stop)
        thread.start()
        thread.join(LIMIT)
    assert "same thread" in errors[0]


@needs_malloc_after_fork
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_child_of_a_fork_goes_on_sampling() -> None:
    program = """
import os, signal, time
from mainstay.profile import Profiler
profiler = Profiler()
profiler.start()
child = os.fork()
if child == 0:
    signal.alarm(60)
    while len(profiler._active_session.samples) < 3: len("")
    assert profiler.stop().sample_count >= 3
    with Profiler() as second:
        while len(second._active_session.samples) < 3: len("")
    os._exit(7)
_, status = os.waitpid(child, 0)
print(os.waitstatus_to_exitcode(status), profiler.stop() is not None)
"""
    assert printed(program) == ["7 True"]


def test_a_program_may_end_while_it_is_profiled() -> None:
    program = """
import threading
from mainstay.profile import Profiler
def forever():
    Profiler().start()
    while True: len("")
threading.Thread(target=forever, daemon=True).start()
Profiler().start()
print("ended")
"""
    assert printed(program) == ["ended"]


def test_the_decorator_passes_arguments_results_and_errors_through(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @profile(target_description="described")
    def divide(one: int, *, by: int) -> float:
        return one / by

    assert divide(6, by=3) == 2
    with pytest.raises(ZeroDivisionError):
        divide(1, by=0)
    assert capsys.readouterr().err.count("described") == 2


def test_a_context_that_is_entered_twice_is_refused() -> None:
    context = profile()
    with context, pytest.raises(RuntimeError, match="did you forget the brackets"):
        context.__enter__()
