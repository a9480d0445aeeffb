"""Subclasses that override the loop's methods see the same calls as with the peer.

The general path goes through the Python-visible methods in the peer's order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .doors import LENIENT, PEER, STRICT, Clock, Door, drive

HOOKS = ("begin", "iter", "copy", "_begin_iter", "_run_retry", "_run_wait", "_run_stop")


class Log(list[Any]):
    """What was called, with what could be seen at that moment."""

    def spy(self, name: str, is_async: bool) -> Callable[..., Any]:
        """An override that notes the call and hands it on."""
        log = self

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            state = kwargs.get("retry_state") or (args[0] if args else None)
            number = getattr(state, "attempt_number", None)
            log.append((name, number, sorted(kwargs.keys() - {"retry_state"})))
            result = getattr(super(self.spied, self), name)(*args, **kwargs)
            if name == "iter" and not hasattr(result, "__await__"):
                log.append(("iter ->", type(result).__name__))
            return result

        async def awaited(self: Any, *args: Any, **kwargs: Any) -> Any:
            return await method(self, *args, **kwargs)

        # The loop awaits what is a coroutine function, so the override has to be one.
        return awaited if is_async and name.startswith("_run") else method


def spied(base: Any, log: Log, names: tuple[str, ...]) -> Any:
    """A subclass of `base` with those methods overridden."""
    is_async = "Async" in base.__name__
    methods = {name: log.spy(name, is_async) for name in names}
    made = type(f"Spied{base.__name__}", (base,), methods)
    made.spied = made
    return made


class Function:
    """Fails twice, then returns."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.calls = 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        self.log.append(("call", args))
        if self.calls < 3:
            raise OSError(self.calls)
        return "done"

    async def awaited(self, *args: Any) -> Any:
        """The same as a coroutine function."""
        return self(*args)


async def no_sleep(seconds: float) -> None:
    """A coroutine sleep."""


def play(door: Door, names: tuple[str, ...], mode: str) -> Log:
    """The call log of one subclass in one mode."""
    log = Log()
    function = Function(log)
    is_async = "async" in mode
    api = door.api
    base = api.AsyncRetrying if is_async else api.Retrying
    retrying = spied(base, log, names)(
        sleep=no_sleep if is_async else lambda seconds: log.append(("sleep", seconds)),
        wait=api.wait_incrementing(1, 1),
        before=lambda state: log.append(("before", dict(retrying_now[0].statistics) != {})),
        after=lambda state: log.append("after"),
        before_sleep=lambda state: log.append("before_sleep"),
    )
    retrying_now = [retrying]
    with Clock().patched():
        if mode == "call":
            log.append(retrying(function, 1))
        elif mode == "async call":
            log.append(drive(retrying(function.awaited, 1)))
        elif mode == "decorated":
            log.append(retrying.wraps(function)(1))
        elif mode == "async decorated":
            log.append(drive(retrying.wraps(function.awaited)(1)))
        elif mode == "block":
            for attempt in retrying:
                with attempt:
                    function()
        else:

            async def block() -> None:
                async for attempt in retrying:
                    with attempt:
                        function()

            drive(block())
    numbers = dict(retrying.statistics)
    numbers.pop("start_time", None)
    log.append(sorted(numbers.items()))
    return log


MODES = ["call", "decorated", "block", "async call", "async decorated", "async block"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [*HOOKS, "__call__", "wraps"])
def test_an_override_is_called_as_by_the_peer(name: str, mode: str) -> None:
    assert play(LENIENT, (name,), mode) == play(PEER, (name,), mode)


@pytest.mark.parametrize("mode", MODES)
def test_many_overrides_are_called_in_the_peers_order(mode: str) -> None:
    assert play(LENIENT, HOOKS, mode) == play(PEER, HOOKS, mode)
    assert play(STRICT, HOOKS, mode) == play(PEER, HOOKS, mode)


@pytest.mark.parametrize("mode", ["call", "async call"])
def test_actions_are_added_one_by_one_through_the_method_for_it(mode: str) -> None:
    # How many there are is each implementation's own; that all pass through it is not.
    log = play(LENIENT, ("_add_action_func",), mode)
    assert sum(1 for entry in log if entry[0] == "_add_action_func") > 8


def test_an_override_of_iter_may_replace_the_decision(door: Door) -> None:
    api = door.api

    class Twice(api.Retrying):  # type: ignore[name-defined, misc]
        def iter(self, retry_state: Any) -> Any:
            if retry_state.outcome is None:
                return api.DoAttempt()
            if retry_state.attempt_number < 2:
                return api.DoSleep(0.0)
            return "decided here"

    calls: list[int] = []
    assert Twice(sleep=lambda seconds: None)(calls.append, 1) == "decided here"
    assert calls == [1, 1]


def test_an_override_of_begin_counts_on_empty_statistics(door: Door) -> None:
    class Counting(door.api.Retrying):  # type: ignore[name-defined, misc]
        def begin(self) -> None:
            assert "extra" not in self.statistics
            super().begin()
            self.statistics["extra"] = 1

    decorated = Counting().wraps(abs)
    assert [decorated(-1), decorated(-2)] == [1, 2]
    assert decorated.statistics["extra"] == 1


def test_an_override_of_begin_that_calls_nothing_is_respected(door: Door) -> None:
    class Silent(door.api.Retrying):  # type: ignore[name-defined, misc]
        def begin(self) -> None:
            self.statistics.clear()
            self.statistics.update(idle_for=0, attempt_number=1)

    retrying = Silent()
    assert retrying(abs, -1) == 1
    assert retrying.statistics == {"idle_for": 0, "attempt_number": 1}


def test_statistics_may_be_a_property_of_the_subclass(door: Door) -> None:
    shared: dict[str, Any] = {}

    class Shared(door.api.Retrying):  # type: ignore[name-defined, misc]
        @property
        def statistics(self) -> dict[str, Any]:
            return shared

    Shared(sleep=lambda seconds: None)(Function(Log()))
    assert shared["attempt_number"] == 3


def test_an_init_of_its_own_keeps_working_with_copy(door: Door) -> None:
    class Mine(door.api.Retrying):  # type: ignore[name-defined, misc]
        def __init__(self, **policy: Any) -> None:
            policy.setdefault("stop", door.api.stop_after_attempt(2))
            super().__init__(**policy)
            self.made = True

    with pytest.raises(door.api.RetryError) as caught:
        Mine(sleep=lambda seconds: None).wraps(Function(Log()))()
    assert caught.value.last_attempt.attempt_number == 2
    assert Mine().copy(name="x").made


def test_a_copy_of_its_own_is_what_a_call_runs_on(door: Door) -> None:
    copies: list[Any] = []

    class Mine(door.api.Retrying):  # type: ignore[name-defined, misc]
        def copy(self, **changes: Any) -> Any:
            copies.append(super().copy(**changes))
            return copies[-1]

    seen: list[Any] = []
    decorated = Mine(before=lambda state: seen.append(state.retry_object)).wraps(abs)
    decorated(-1)
    assert seen == copies
    assert len(copies) == 1


def test_a_base_retrying_of_its_own_only_needs_a_call(door: Door) -> None:
    class Mine(door.api.BaseRetrying):  # type: ignore[name-defined, misc]
        def __call__(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
            self.begin()
            state = door.api.RetryCallState(self, fn, args, kwargs)
            while True:
                do = self.iter(retry_state=state)
                if isinstance(do, door.api.DoAttempt):
                    try:
                        state.set_result(fn(*args, **kwargs))
                    except BaseException as error:
                        state.set_exception((type(error), error, error.__traceback__))
                elif isinstance(do, door.api.DoSleep):
                    state.prepare_for_next_attempt()
                    self.sleep(do)
                else:
                    return do

    retrying = Mine(wait=door.api.wait_fixed(1), sleep=lambda seconds: None)
    assert retrying(Function(Log())) == "done"
    numbers = retrying.statistics
    assert (numbers["attempt_number"], numbers["idle_for"]) == (3, 2.0)
    with pytest.raises(TypeError, match="abstract"):
        door.api.BaseRetrying()


def test_a_state_built_by_hand_is_decided_on(door: Door) -> None:
    retrying = door.api.Retrying(
        stop=door.api.stop_after_attempt(2), wait=door.api.wait_fixed(4), sleep=lambda seconds: None
    )
    retrying.begin()
    state = door.api.RetryCallState(retrying, None, (), {})
    assert type(retrying.iter(state)) is door.api.DoAttempt
    state.set_exception((OSError, OSError("o"), None))
    do = retrying.iter(state)
    assert (type(do), do, state.idle_for) == (door.api.DoSleep, 4.0, 4.0)
    assert repr(state.next_action) == "RetryAction(sleep=4.0)"
    assert retrying.statistics["idle_for"] == 4.0
    state.prepare_for_next_attempt()
    assert (state.attempt_number, state.outcome, state.next_action) == (2, None, None)
    state.set_result("value")
    assert retrying.iter(state) == "value"


STRATEGIES: dict[str, Callable[[Any], Any]] = {
    "stop_after_attempt": lambda api: api.stop_after_attempt,
    "wait_fixed": lambda api: api.wait_fixed,
    "wait_exponential": lambda api: api.wait_exponential,
    "wait_chain": lambda api: api.wait_chain,
    "retry_if_exception_type": lambda api: api.retry_if_exception_type,
    "retry_if_result": lambda api: api.retry_if_result,
    "retry_any": lambda api: api.retry_any,
    "stop_any": lambda api: api.stop_any,
}
ARGUMENTS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "stop_after_attempt": lambda api: (3,),
    "wait_fixed": lambda api: (2,),
    "wait_exponential": lambda api: (2,),
    "wait_chain": lambda api: (api.wait_fixed(1), api.wait_fixed(2)),
    "retry_if_exception_type": lambda api: (OSError,),
    "retry_if_result": lambda api: (bool,),
    "retry_any": lambda api: (api.retry_never, api.retry_always),
    "stop_any": lambda api: (api.stop_never, api.stop_after_attempt(3)),
}


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_may_be_subclassed_and_call_super(door: Door, name: str) -> None:
    base = STRATEGIES[name](door.api)
    asked: list[int] = []

    def call(self: Any, retry_state: Any) -> Any:
        asked.append(retry_state.attempt_number)
        return super(made, self).__call__(retry_state)

    made = type("Mine", (base,), {"__call__": call})
    plain, mine = base(*ARGUMENTS[name](door.api)), made(*ARGUMENTS[name](door.api))
    state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
    state.attempt_number = 3
    state.set_exception((OSError, OSError(), None))
    assert mine(state) == plain(state)
    assert asked == [3]


def test_a_numeric_attribute_may_be_a_property_of_the_subclass() -> None:
    for door in (PEER, LENIENT):

        class Growing(door.api.stop_after_attempt):  # type: ignore[name-defined, misc]
            def __init__(self) -> None:
                self.asked = 0

            @property
            def max_attempt_number(self) -> int:
                self.asked += 1
                return 3

        stop = Growing()
        with pytest.raises(door.api.RetryError):
            door.api.Retrying(stop=stop)(int, "x")
        assert stop.asked == 3


def test_a_wait_with_several_bases_follows_their_order(door: Door) -> None:
    class Doubled:
        def __call__(self, retry_state: Any) -> Any:
            return 2 * super().__call__(retry_state)  # type: ignore[misc]

    class Mine(Doubled, door.api.wait_fixed):  # type: ignore[name-defined, misc]
        pass

    assert Mine(3)(None) == 6.0


def test_abstract_bases_stay_abstract(door: Door) -> None:
    homes = [door.module("stop"), door.module("wait"), door.module("retry")] if door.modules else []
    for base in [
        home_base
        for home in homes
        for name, home_base in vars(home).items()
        if name[-5:] == "_base"
    ] or [door.api.stop_base, door.api.wait_base, door.api.retry_base]:
        with pytest.raises(TypeError, match="abstract"):
            base()


def test_a_state_of_its_own_class_may_carry_more(door: Door) -> None:
    class Mine(door.api.RetryCallState):  # type: ignore[name-defined, misc]
        pass

    state = Mine(None, None, (), {})
    state.extra = 1
    assert repr(state).startswith("<Mine ")
    assert "attempt #1; slept for 0.0; last result: none yet>" in repr(state)
