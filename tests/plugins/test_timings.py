"""How long hooks and plugins take, by a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest
from mainstay.plugins import testing

from .strict import add, manager


class Clock:
    """Moves only when somebody moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def taking(self, seconds: float, error: Exception | None = None) -> Any:
        """A function that takes so long, and raises if there is something to raise."""

        def work(value: Any) -> Any:
            self.now += seconds
            if error:
                raise error
            return value

        return work


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_hooks_and_plugins_have_their_shares(clock):
    pm = manager()
    add(pm, "quick", clock.taking(1))
    add(pm, "slow", clock.taking(10))
    with pm.time_hooks(clock=clock) as timings:
        assert pm.hook.hook(value=3) == [3, 3]
        pm.hook.hook(value=4)
    assert list(timings) == ["hook"] and "hook" in timings
    whole = timings["hook"]
    assert (whole.calls, whole.seconds, whole.slowest, whole.raised) == (2, 22.0, 11.0, 0)
    shares = {name: its.seconds for name, its in timings.plugins("hook").items()}
    assert shares == {"slow": 20.0, "quick": 2.0}
    assert timings.plugins("nobody called it") == {}


def test_after_the_end_nothing_is_measured_and_calls_are_native_again(clock):
    pm = manager()
    add(pm, "one", clock.taking(1))
    timings = pm.time_hooks(clock=clock)
    pm.hook.hook(value=0)
    timings.stop()
    timings.stop()
    with testing.paths() as ways:
        pm.hook.hook(value=0)
    assert ways["native"] == 1
    assert timings["hook"].calls == 1
    assert repr(timings) == "<HookTimings stopped, 1 hooks>"


def test_while_nobody_asked_calls_are_native():
    pm = manager()
    add(pm, "one", lambda value: value)
    with testing.paths() as ways:
        pm.hook.hook(value=0)
    assert ways["native"] == 1


def test_what_raises_is_counted(clock):
    pm = manager()
    add(pm, "fine", clock.taking(1))
    add(pm, "fails", clock.taking(2, KeyError("boom")))
    with pm.time_hooks(clock=clock) as timings, pytest.raises(KeyError):
        pm.hook.hook(value=0)
    assert timings["hook"].raised == timings.plugins("hook")["fails"].raised == 1
    assert "fine" not in timings.plugins("hook") or not timings.plugins("hook")["fine"].calls


def test_a_wrapper_has_its_two_halves_and_not_what_it_waits_for(clock):
    pm = manager()
    add(pm, "plain", clock.taking(100))

    def around(value: Any) -> Generator[None, Any, Any]:
        clock.now += 1
        try:
            return (yield)
        finally:
            clock.now += 2

    add(pm, "around", around, wrapper=True)
    with pm.time_hooks(clock=clock) as timings:
        pm.hook.hook(value=0)
    assert timings.plugins("hook")["around"].seconds == 3.0
    assert timings["hook"].seconds == 103.0


def test_a_wrapper_is_timed_when_it_is_given_an_error(clock):
    pm = manager()
    add(pm, "fails", clock.taking(1, KeyError("boom")))

    def rescue(value: Any) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except KeyError:
            clock.now += 5
            return "rescued"

    add(pm, "rescue", rescue, wrapper=True)
    with pm.time_hooks(clock=clock) as timings:
        assert pm.hook.hook(value=0) == "rescued"
    rescuing = timings.plugins("hook")["rescue"]
    assert (rescuing.seconds, rescuing.raised) == (5.0, 0)


@pytest.mark.parametrize("options", [{"waterfall": "value"}, {"collect_errors": True}])
def test_hooks_of_other_kinds_are_timed_once(clock, options):
    pm = manager(**options)
    add(pm, "one", clock.taking(1))
    with pm.time_hooks(clock=clock) as timings:
        pm.hook.hook(value=0)
        pm.hook.hook.report(value=0)
    assert (timings["hook"].calls, timings["hook"].seconds) == (2, 2.0)
    assert timings.plugins("hook")["one"].calls == 2


def test_awaited_hooks_are_timed(clock):
    pm = manager()

    async def wait(value: Any) -> Any:
        await asyncio.sleep(0)
        clock.now += 4
        return value

    async def around(value: Any) -> AsyncGenerator[Any, Any]:
        clock.now += 1
        yield
        clock.now += 2

    add(pm, "plain", clock.taking(10))
    add(pm, "waits", wait)
    add(pm, "around", around, wrapper=True)
    with pm.time_hooks(clock=clock) as timings:
        assert asyncio.run(pm.ahook.hook(value=3)) == [3, 3]
    assert timings["hook"].seconds == 17.0
    shares = {name: its.seconds for name, its in timings.plugins("hook").items()}
    assert shares == {"plain": 10.0, "waits": 4.0, "around": 3.0}


def test_monitors_may_come_and_go_meanwhile(clock):
    pm = manager()
    add(pm, "one", clock.taking(1))
    timings = pm.time_hooks(clock=clock)
    undo = pm.add_hookcall_monitoring(lambda *seen: None, lambda *seen: None)
    pm.hook.hook(value=0)
    timings.stop()
    pm.hook.hook(value=0)
    undo()
    assert pm.hook.hook(value=0) == [0]
    assert timings["hook"].calls == 1


@pytest.mark.parametrize("timed_first", [True, False])
@pytest.mark.parametrize("timed_longer", [True, False])
def test_monitors_and_timings_end_each_by_itself(clock, timed_first, timed_longer):
    pm = manager()
    add(pm, "one", lambda value: value)
    seen: list[str] = []

    def watch() -> Any:
        return pm.add_hookcall_monitoring(lambda name, *_: seen.append(name), lambda *_: None)

    if timed_first:
        timings, undo = pm.time_hooks(clock=clock), watch()
    else:
        undo, timings = watch(), pm.time_hooks(clock=clock)
    pm.hook.hook(value=1)
    assert (timings["hook"].calls, seen) == (1, ["hook"])
    (undo if timed_longer else timings.stop)()
    pm.hook.hook(value=1)
    assert (timings["hook"].calls, len(seen)) == ((2, 1) if timed_longer else (1, 2))
    (timings.stop if timed_longer else undo)()
    with testing.paths() as ways:
        pm.hook.hook(value=1)
    assert ways == {"native": 1}


def test_a_table_has_the_most_expensive_first(clock):
    pm = manager()
    add(pm, "quick", clock.taking(1))
    add(pm, "slow", clock.taking(10))
    with pm.time_hooks(clock=clock) as timings:
        pm.hook.hook(value=0)
    lines = [line.split() for line in str(timings).splitlines()]
    assert [line[0] for line in lines] == ["hook,", "hook", "slow", "quick"]
    assert lines[2] == ["slow", "1", "0", "10.000000", "10.000000"]


def test_what_cannot_be_meant_is_refused(clock):
    pm = manager()
    with pytest.raises(TypeError, match="clock must be a function that returns seconds, got 3"):
        pm.time_hooks(clock=3)  # type: ignore[arg-type]
    with pm.time_hooks(clock=clock), pytest.raises(RuntimeError, match="being timed already"):
        pm.time_hooks(clock=clock)
