"""`mainstay.retry.testing`: the switch for tests, in every loop of both doors, and the paths."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mainstay.retry
import pytest
import trio
from mainstay.retry import testing
from tornado import gen

from .doors import Door, drive

WAIT = 60.0  # seconds until a condition in another thread must have come


@pytest.fixture(autouse=True)
def switch_is_off() -> Iterator[None]:
    """The switch is off before each test, and each test has put it back."""
    assert not testing.is_quick()
    yield
    assert not testing.is_quick()


class Failing:
    """A function that always fails, under a policy that sleeps for ever if it is let."""

    def __init__(self, door: Door, **policy: Any) -> None:
        self.calls = 0
        self.slept: list[float] = []
        self.door = door
        self.policy = {
            "stop": door.api.stop_after_attempt(5),
            "wait": door.api.wait_fixed(3600),
            "sleep": self.slept.append,
            **policy,
        }

    def __call__(self) -> None:
        self.calls += 1
        raise OSError("broken")

    async def sleep(self, seconds: float) -> None:
        """A sleep that is awaited."""
        self.slept.append(seconds)

    async def awaited(self) -> None:
        """The same as a coroutine function."""
        self()

    def by_decorator(self) -> None:
        self.door.api.retry(**self.policy)(lambda: self())()

    def by_controller(self) -> None:
        self.door.api.Retrying(**self.policy)(self)

    def by_block(self) -> None:
        for attempt in self.door.api.Retrying(**self.policy):
            with attempt:
                self()

    def by_coroutine(self) -> None:
        drive(self.door.api.retry(**{**self.policy, "sleep": self.sleep})(self.awaited)())

    def by_async_controller(self) -> None:
        drive(self.door.api.AsyncRetrying(**{**self.policy, "sleep": self.sleep})(self))

    def by_async_block(self) -> None:
        async def block() -> None:
            async for attempt in self.door.api.AsyncRetrying(
                **{**self.policy, "sleep": self.sleep}
            ):
                with attempt:
                    self()

        drive(block())

    def by_tornado(self) -> None:
        async def main() -> None:
            @gen.coroutine  # type: ignore[untyped-decorator, unused-ignore]
            def fail() -> Any:
                yield gen.moment
                self()

            async def sleep(seconds: float) -> None:
                self.slept.append(seconds)

            with self.door.active():
                from mainstay.retry.tornadoweb import TornadoRetrying

                kind = (
                    TornadoRetrying if self.door.name == "strict" else self.door.api.TornadoRetrying
                )
                await kind(**{**self.policy, "sleep": sleep})(fail)

        asyncio.run(main())


WAYS = [name for name in vars(Failing) if name.startswith("by_")]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """One way to run a call."""
    name: str = request.param
    return name


def test_quick_skips_sleeps_and_caps_attempts_in_every_kind_of_loop(ours: Door, way: str) -> None:
    failing = Failing(ours)
    with testing.quick(attempts=3), pytest.raises(ours.api.RetryError) as caught:
        getattr(failing, way)()
    assert failing.calls == 3
    assert failing.slept == []
    assert caught.value.last_attempt.attempt_number == 3


def test_quick_allows_one_attempt_unless_told_otherwise(ours: Door, way: str) -> None:
    failing = Failing(ours)
    with testing.quick(), pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 1


def test_after_the_block_everything_is_as_before(ours: Door, way: str) -> None:
    failing = Failing(ours)
    with testing.quick(), pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    failing.calls = 0
    with pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 5
    assert failing.slept == [3600] * 4


def test_without_waits_the_policy_still_decides_how_often(ours: Door, way: str) -> None:
    failing = Failing(ours)
    with testing.no_waits(), pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 5
    assert failing.slept == []


def test_the_cap_holds_whatever_the_policy_says(ours: Door, way: str) -> None:
    failing = Failing(ours, stop=ours.api.stop_never, retry=lambda state: True)
    with testing.quick(attempts=2), pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 2


def test_a_policy_that_stops_sooner_than_the_cap_stops_sooner(ours: Door, way: str) -> None:
    failing = Failing(ours)
    with testing.quick(attempts=50), pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 5


def test_the_cap_ends_a_call_as_the_policy_would(ours: Door) -> None:
    with testing.quick():
        with pytest.raises(OSError, match="broken"):
            Failing(ours, reraise=True).by_decorator()
        failing = Failing(ours, retry_error_callback=lambda state: "given up")
        assert ours.api.retry(**failing.policy)(failing.__call__)() == "given up"


def test_an_explicit_request_for_another_attempt_is_capped_too(ours: Door) -> None:
    calls: list[int] = []

    @ours.api.retry
    def ask() -> None:
        calls.append(1)
        raise ours.api.TryAgain

    with testing.quick(attempts=4), pytest.raises(ours.api.RetryError):
        ask()
    assert len(calls) == 4


def test_results_and_exceptions_that_are_not_retried_pass(ours: Door) -> None:
    def refuse() -> None:
        raise KeyError("k")

    with testing.quick():
        assert ours.api.retry(lambda: 42)() == 42
        decorated = ours.api.retry(retry=ours.api.retry_if_exception_type(OSError))(refuse)
        with pytest.raises(KeyError):
            decorated()


def test_hooks_see_the_waits_that_are_not_waited(ours: Door) -> None:
    seen: list[tuple[float, float]] = []
    failing = Failing(
        ours, before_sleep=lambda state: seen.append((state.upcoming_sleep, state.idle_for))
    )
    with testing.no_waits(), pytest.raises(ours.api.RetryError):
        failing.by_decorator()
    assert seen == [(3600, 3600), (3600, 7200), (3600, 10800), (3600, 14400)]


def test_a_skipped_sleep_counts_as_slept_for_limits_of_time(ours: Door, way: str) -> None:
    failing = Failing(ours, stop=ours.api.stop_after_delay(3600 * 10))
    with testing.no_waits(), pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 11


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_coroutines_let_other_tasks_run_instead_of_sleeping(ours: Door, library: str) -> None:
    ready: list[int] = []

    @ours.api.retry(retry=ours.api.retry_if_result(lambda value: not value))
    async def poll() -> int:
        return len(ready)

    async def work() -> None:
        ready.append(1)

    async def under_asyncio() -> int:
        other = asyncio.create_task(work())
        result: int = await poll()
        await other
        return result

    async def under_trio() -> int:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(work)
            result: int = await poll()
        return result

    with testing.no_waits():
        assert (asyncio.run(under_asyncio()) if library == "asyncio" else trio.run(under_trio)) == 1


class TurnsOnInside(Failing):
    """Turns the switch on within its first attempt."""

    switch = testing.quick(attempts=3)

    def __call__(self) -> None:
        if self.calls == 0:
            self.switch.__enter__()
        super().__call__()


def test_a_call_under_way_notices_the_switch(ours: Door, way: str) -> None:
    failing = TurnsOnInside(ours)
    try:
        with pytest.raises(ours.api.RetryError):
            getattr(failing, way)()
    finally:
        failing.switch.__exit__(None, None, None)
    assert failing.calls == 3
    assert failing.slept == []


def test_turning_the_switch_off_within_a_call_leaves_the_rest_to_the_policy(
    ours: Door, way: str
) -> None:
    class TurnsOffInside(Failing):
        def __call__(self) -> None:
            if self.calls == 2:
                switch.__exit__(None, None, None)
            super().__call__()

    failing = TurnsOffInside(ours)
    switch = testing.quick(attempts=4)
    switch.__enter__()
    with pytest.raises(ours.api.RetryError):
        getattr(failing, way)()
    assert failing.calls == 5
    assert failing.slept == [3600, 3600]


# --- the switch itself ---------------------------------------------------------------------------


def attempts(door: Door) -> int:
    """How many attempts a call makes that would make five."""
    failing = Failing(door)
    with pytest.raises(door.api.RetryError):
        failing.by_decorator()
    return failing.calls


def test_blocks_nest_and_the_innermost_decides(ours: Door) -> None:
    with testing.quick(attempts=2):
        assert attempts(ours) == 2
        with testing.quick(attempts=4):
            assert attempts(ours) == 4
            with testing.quick(attempts=None):
                assert attempts(ours) == 5
        with testing.no_waits():
            assert attempts(ours) == 2
        assert attempts(ours) == 2
    assert attempts(ours) == 5


def test_a_block_may_be_entered_again_while_it_is_entered(ours: Door) -> None:
    switch = testing.quick(attempts=2)
    with switch:
        with switch:
            assert attempts(ours) == 2
        assert attempts(ours) == 2
    with switch as entered:
        assert entered is switch
        assert switch.attempts == 2


def test_exceptions_pass_and_leave_the_switch_off() -> None:
    with pytest.raises(ZeroDivisionError), testing.quick(), testing.no_waits():
        raise ZeroDivisionError


def test_it_can_be_set_for_the_rest_of_the_process(ours: Door) -> None:
    testing.set_quick(attempts=3)
    try:
        assert testing.is_quick()
        assert attempts(ours) == 3
        with testing.quick(attempts=2):
            assert attempts(ours) == 2
            testing.set_quick(False)
            assert attempts(ours) == 2
            testing.set_quick(attempts=4)
        assert attempts(ours) == 4
    finally:
        testing.set_quick(False)
    assert attempts(ours) == 5


def test_the_switch_holds_for_every_thread(ours: Door) -> None:
    made: list[int] = []
    with testing.quick(attempts=2):
        thread = threading.Thread(target=lambda: made.append(attempts(ours)))
        thread.start()
        thread.join(WAIT)
    assert made == [2]


def test_blocks_of_several_threads_may_end_in_any_order(ours: Door) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with testing.quick(attempts=3):
            entered.set()
            assert leave.wait(WAIT)

    thread = threading.Thread(target=hold)
    with testing.quick(attempts=2):
        thread.start()
        assert entered.wait(WAIT)
        assert attempts(ours) == 3
    assert attempts(ours) == 3  # the first block is gone, the other thread's is still open
    leave.set()
    thread.join(WAIT)
    assert attempts(ours) == 5


def test_many_threads_leave_the_switch_off() -> None:
    def work() -> None:
        for _ in range(300):
            with testing.quick(), testing.no_waits():
                pass

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not testing.is_quick()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_inherits_the_switch_and_can_change_it() -> None:
    program = """
import os
from mainstay.retry import testing
with testing.quick():
    child = os.fork()
    if child == 0:
        held = testing.is_quick()
        with testing.no_waits():
            pass
        os._exit(0 if held else 1)
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=WAIT)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: testing.quick(0), ValueError, "attempts must be at least 1, got 0"),
        (lambda: testing.quick(True), TypeError, "attempts must be a whole number, got True"),
        (lambda: testing.quick("1"), TypeError, "attempts must be a whole number, got '1'"),  # type: ignore[arg-type]
        (lambda: testing.set_quick(3), TypeError, "on must be True or False, got 3"),  # type: ignore[arg-type]
        (lambda: testing.set_quick(attempts=-1), ValueError, "attempts must be at least 1"),
    ],
)
def test_impossible_arguments_are_refused(
    call: Callable[[], Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        call()


# --- paths ---------------------------------------------------------------------------------------


def copying(door: Door) -> Any:
    """A controller class whose calls have to run through its own copy()."""

    def copy(self: Any, **changes: Any) -> Any:
        return super(made, self).copy(**changes)

    made = type("Copying", (door.api.Retrying,), {"copy": copy})
    return made


def test_paths_tell_which_way_calls_went(ours: Door) -> None:
    native = ours.api.retry(lambda: 42)
    hooked = ours.api.retry(before=lambda state: None)(lambda: 42)
    copied = copying(ours)().wraps(lambda: 42)
    before = testing.paths()
    with testing.paths() as ways:
        assert ways == {}
        native()
        native()
        hooked()
        copied()
        with testing.quick():
            native()
    assert ways == {
        "native": 3,
        "the controller's class is not built in": 1,
        "the test switch is on": 1,
    }
    after = testing.paths()
    assert after["native"] == before["native"] + 3
    assert set(after) == set(before)


# --- the pytest plugin ---------------------------------------------------------------------------


def test_the_fixture_makes_retries_quick_while_a_test_runs(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["mainstay.retry.pytest_plugin"]\n')
    (tmp_path / "test_program.py").write_text(
        """
import pytest
from mainstay.retry import RetryError, retry, testing, wait_fixed

calls = []

@retry(wait=wait_fixed(3600))
def fetch():
    calls.append(1)
    raise OSError

def test_quick(mainstay_quick_retries):
    with pytest.raises(RetryError):
        fetch()
    assert len(calls) == 1
    assert mainstay_quick_retries.attempts == 1

def test_off():
    assert not testing.is_quick()

@pytest.mark.parametrize("mainstay_quick_attempts", [3])
def test_three(mainstay_quick_retries):
    calls.clear()
    with pytest.raises(RetryError):
        fetch()
    assert len(calls) == 3
"""
    )
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "."]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=WAIT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "3 passed" in run.stdout


def test_importing_the_capability_imports_no_test_tools() -> None:
    program = "import sys, mainstay.retry; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, timeout=WAIT, check=True)
    loaded = run.stdout.split()
    assert "pytest" not in loaded
    assert "mainstay.retry.testing" not in loaded
    assert mainstay.retry.__name__ in loaded
