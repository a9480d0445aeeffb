"""A decorated function stays the function it was, with its policy attached."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from .doors import LENIENT, PEER, STRICT, Clock, Door, drive


class Flaky:
    """Fails a number of times before it answers with its arguments."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls <= self.failures:
            raise OSError(self.calls)
        return args, kwargs


def example(first: int, /, second: str = "b", *rest: int, third: float = 3.0, **more: Any) -> str:
    """Something to decorate."""
    return f"{first}{second}{rest}{third}{more}"


example.note = "kept"  # type: ignore[attr-defined]


def decorators(door: Door) -> list[Callable[[Any], Any]]:
    """Every way to decorate."""
    api = door.api
    return [
        api.retry,
        api.retry(),
        api.retry(stop=api.stop_after_attempt(3)),
        api.Retrying().wraps,
    ]


def test_it_looks_like_the_function_it_was(door: Door) -> None:
    for decorate in decorators(door):
        decorated = decorate(example)
        assert inspect.isfunction(decorated)
        assert decorated.__wrapped__ is example
        for name in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
            assert getattr(decorated, name) == getattr(example, name)
        assert decorated.__defaults__ == ("b",)
        assert decorated.__kwdefaults__ == {"third": 3.0}
        assert decorated.note == "kept"
        own = {"note", "__wrapped__", "retry", "retry_with", "statistics"}
        assert vars(decorated).keys() == own
        assert inspect.signature(decorated) == inspect.signature(example)
        assert not inspect.iscoroutinefunction(decorated)


def test_arguments_and_results_pass_through(door: Door) -> None:
    for decorate in decorators(door):
        assert decorate(example)(1, "x", 2, third=4.0, x=5) == "1x(2,)4.0{'x': 5}"


def test_keywords_of_any_name_pass_through(door: Door) -> None:
    # `self` and `fn` are parameters of the loop; by position only they cannot be shadowed.
    decorated = door.api.retry(lambda **kwargs: kwargs)
    assert decorated(args=1, kwargs=2, retry_state=3) == {"args": 1, "kwargs": 2, "retry_state": 3}


@pytest.mark.parametrize("name", ["self", "fn"])
def test_keywords_that_are_parameters_of_the_peers_loop_pass_too(ours: Door, name: str) -> None:
    # The peer raises "got multiple values for argument": nobody can depend on that.
    def keep(**kwargs: Any) -> Any:
        return kwargs

    assert ours.api.retry(keep)(**{name: 1}) == {name: 1}
    assert ours.api.Retrying()(keep, **{name: 1}) == {name: 1}
    assert drive(ours.api.AsyncRetrying()(keep, **{name: 1})) == {name: 1}
    assert drive(ours.api.AsyncRetrying(sleep=sleep_nothing).wraps(keep)(**{name: 1})) == {name: 1}


def test_the_function_may_be_given_by_keyword_under_drop_in() -> None:
    for door in (PEER, LENIENT):
        assert door.api.Retrying()(fn=dict, a=1) == {"a": 1}
        assert drive(door.api.AsyncRetrying()(fn=dict, a=1)) == {"a": 1}
        with pytest.raises(TypeError, match="missing"):
            door.api.Retrying()()
    with pytest.raises(TypeError, match="missing"):
        STRICT.api.Retrying()(fn=dict)


def test_methods_bind(door: Door) -> None:
    class Service:
        """A class whose methods are decorated."""

        def __init__(self) -> None:
            self.calls = 0

        @door.api.retry
        def method(self, value: int) -> tuple[Any, ...]:
            self.calls += 1
            if self.calls < 3:
                raise OSError
            return self, value

        @classmethod
        @door.api.retry
        def class_method(cls, value: int) -> tuple[Any, ...]:
            return cls, value

        @staticmethod
        @door.api.retry
        def static_method(value: int) -> int:
            return value

        @property
        @door.api.retry
        def attribute(self) -> int:
            return self.calls

    service = Service()
    assert service.method(1) == (service, 1)
    assert service.calls == 3
    assert Service.class_method(2) == service.class_method(2) == (Service, 2)
    assert Service.static_method(3) == service.static_method(3) == 3
    assert service.attribute == 3
    assert inspect.ismethod(service.method)
    assert service.method.statistics["attempt_number"] == 3  # type: ignore[attr-defined]
    assert service.method.retry is Service.method.retry  # type: ignore[attr-defined]


def test_coroutine_functions_stay_coroutine_functions(door: Door) -> None:
    calls = 0

    @door.api.retry(sleep=sleep_nothing)
    async def fetch(value: int = 1) -> int:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise OSError
        return value

    assert inspect.iscoroutinefunction(fetch)
    assert isinstance(fetch.retry, door.api.AsyncRetrying)
    assert drive(fetch(5)) == 5
    assert fetch.statistics["attempt_number"] == 3
    assert inspect.signature(fetch).parameters["value"].default == 1


async def sleep_nothing(seconds: float) -> None:
    """A coroutine sleep."""


def test_a_coroutine_sleep_makes_a_coroutine_function_of_any_function(door: Door) -> None:
    # In the strict door only where that is what was asked for; see test_strict_arguments.
    decorate = door.api.AsyncRetrying(sleep=sleep_nothing).wraps
    decorated = (decorate if door is STRICT else door.api.retry(sleep=sleep_nothing))(Flaky(2))
    assert inspect.iscoroutinefunction(decorated)
    assert drive(decorated(1)) == ((1,), {})


def test_the_controller_is_attached_and_may_be_changed(door: Door) -> None:
    decorated = door.api.retry(stop=door.api.stop_after_attempt(3))(Flaky(99))
    with pytest.raises(door.api.RetryError):
        decorated()
    assert decorated.statistics["attempt_number"] == 3
    decorated.retry.stop = door.api.stop_after_attempt(5)
    with pytest.raises(door.api.RetryError):
        decorated()
    assert decorated.statistics["attempt_number"] == 5
    decorated.retry.reraise = True
    with pytest.raises(OSError, match="13"):
        decorated()
    decorated.retry.retry = door.api.retry_never
    with pytest.raises(OSError, match="14"):
        decorated()
    decorated.retry.enabled = False
    with pytest.raises(OSError, match="15"):
        decorated()


def test_retry_with_makes_another_function_and_leaves_the_first(door: Door) -> None:
    flaky = Flaky(99)
    first = door.api.retry(stop=door.api.stop_after_attempt(2))(flaky)
    second = first.retry_with(stop=door.api.stop_after_attempt(4))
    with pytest.raises(door.api.RetryError):
        second()
    assert flaky.calls == 4
    assert (first.statistics, second.statistics["attempt_number"]) == ({}, 4)
    assert second.__wrapped__ is flaky
    third = second.retry_with(reraise=True)
    with pytest.raises(OSError, match="8"):
        third()
    with pytest.raises(door.api.RetryError):
        first()
    assert flaky.calls == 10


def test_statistics_are_one_dict_for_life(door: Door) -> None:
    seen: list[Any] = []

    def observe() -> None:
        seen.append(dict(decorated.statistics))

    decorated = door.api.retry(observe)
    numbers = decorated.statistics
    assert numbers == {}
    decorated()
    decorated()
    assert decorated.statistics is numbers
    assert decorated.retry.statistics is numbers
    assert seen[0].keys() == {
        "start_time",
        "attempt_number",
        "idle_for",
        "delay_since_first_attempt",
    }
    assert (seen[1]["attempt_number"], seen[1]["idle_for"]) == (1, 0)
    assert list(numbers) == list(seen[0])


WRITES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "nothing": lambda numbers: None,
    "another number": lambda numbers: numbers.update(attempt_number=9),
    "a key of its own": lambda numbers: numbers.update(mine=1),
    "a key less": lambda numbers: numbers.pop("idle_for"),
    "no key": lambda numbers: numbers.clear(),
}


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("failures", [0, 2])
def test_each_call_begins_its_statistics_whatever_was_written(
    door: Door, failures: int, what: str
) -> None:
    begun: list[dict[str, Any]] = []

    def observe() -> None:
        begun.append({**decorated.statistics})
        if failures and len(begun) % (failures + 1):
            raise OSError

    decorated = door.api.retry(observe)
    other = door.api.retry(lambda: None)
    for _ in range(3):
        decorated()
        other()
        WRITES[what](decorated.statistics)
    firsts = begun[:: failures + 1]
    assert len({numbers.pop("start_time") for numbers in firsts}) == 3
    assert firsts == [{"attempt_number": 1, "idle_for": 0, "delay_since_first_attempt": 0}] * 3
    assert other.statistics["attempt_number"] == 1


def test_calls_within_a_call_begin_the_statistics_they_share_anew(ours: Door) -> None:
    def numbers_seen(door: Door) -> list[int]:
        seen: list[int] = []

        @door.api.retry
        def descend(depth: int) -> None:
            seen.append(descend.statistics["attempt_number"])
            if depth:
                descend(depth - 1)
            if len(seen) < 5:
                raise OSError
            seen.append(descend.statistics["attempt_number"])

        descend(1)
        descend(2)
        return seen

    assert numbers_seen(ours) == numbers_seen(PEER)


def test_a_stop_and_a_condition_see_the_peers_numbers(ours: Door) -> None:
    def numbers_seen(door: Door) -> list[Any]:
        log: list[Any] = []

        def look(who: str) -> bool:
            numbers = decorated.statistics
            log.append((who, numbers["attempt_number"], numbers["delay_since_first_attempt"]))
            return who == "retry"

        event = mock.Mock(is_set=lambda: look("stop") or len(log) > 8)
        retry = door.api.retry_if_exception(lambda error: look("retry"))
        with Clock(now=3.0).patched():
            decorated = door.api.retry(
                stop=door.api.stop_when_event_set(event), wait=door.api.wait_fixed(2), retry=retry
            )(Flaky(3))
            decorated()
        return log

    assert numbers_seen(ours) == numbers_seen(PEER)


def test_statistics_show_through_outer_decorators(door: Door) -> None:
    inner = door.api.retry(Flaky(2))

    @functools.wraps(inner)
    def outer(*args: Any) -> Any:
        return inner(*args)

    outer()
    assert outer.statistics is inner.statistics  # type: ignore[attr-defined]
    assert outer.statistics["attempt_number"] == 3  # type: ignore[attr-defined]


def test_a_dict_put_in_place_of_the_statistics_is_filled(door: Door) -> None:
    decorated = door.api.retry(Flaky(1))
    mine: dict[str, Any] = {"stale": 1}
    decorated.statistics = mine
    decorated()
    assert mine["attempt_number"] == 2
    assert "stale" not in mine


def test_objects_partials_and_builtins_can_be_decorated(door: Door) -> None:
    assert door.api.retry(Flaky(1))(3) == ((3,), {})
    assert door.api.retry(functools.partial(pow, 2))(5) == 32
    assert door.api.retry(len)("abc") == 3
    assert door.api.retry(dict)(a=1) == {"a": 1}
    assert door.api.retry("{}-{}".format)(1, 2) == "1-2"


def test_decorating_twice_nests(door: Door) -> None:
    flaky = Flaky(5)
    stop = door.api.stop_after_attempt
    inner = door.api.retry(stop=stop(2))(flaky)
    outer = door.api.retry(
        stop=stop(9), retry=door.api.retry_if_exception_type(door.api.RetryError)
    )
    nested = outer(inner)
    assert nested("x") == (("x",), {})
    assert flaky.calls == 6
    assert nested.statistics["attempt_number"] == 3


def test_decorating_twice_keeps_annotations_and_defaults(door: Door) -> None:
    once = door.api.retry(stop=door.api.stop_after_attempt(2))
    twice = once(once(example))
    assert twice.__annotations__ == example.__annotations__
    assert (twice.__defaults__, twice.__kwdefaults__) == (("b",), {"third": 3.0})
    assert twice(1) == example(1)


def test_one_decorator_serves_many_functions(door: Door) -> None:
    decorator = door.api.retry(stop=door.api.stop_after_attempt(2))
    first, second = decorator(Flaky(0)), decorator(Flaky(1))
    first(), second()
    assert first.retry is not second.retry
    assert first.statistics["attempt_number"] == 1
    assert second.statistics["attempt_number"] == 2


def test_decorating_a_strategy_warns_under_drop_in_in_the_peers_words() -> None:
    texts = []
    for door in (PEER, LENIENT):
        with pytest.warns(UserWarning, match="did you mean") as caught:
            door.api.retry(door.api.retry_if_exception_type(OSError))
        texts.append([str(warning.message) for warning in caught])
        assert caught[0].filename.endswith("__init__.py")  # where the peer's own recursion puts it
    assert texts[1] == texts[0]


def test_the_drop_in_takes_policies_by_position_as_the_peer() -> None:
    for door in (PEER, LENIENT):
        slept: list[float] = []
        api = door.api
        decorated = api.retry(slept.append, api.stop_after_attempt(3), api.wait_fixed(1))(Flaky(9))
        with pytest.raises(api.RetryError):
            decorated()
        assert slept == [1.0, 1.0]
        assert api.Retrying(slept.append, api.stop_never)(Flaky(2)) == ((), {})


def test_the_drop_in_wraps_a_generator_function_as_the_peer() -> None:
    def generate() -> Any:
        yield 1

    for door in (PEER, LENIENT):
        assert list(door.api.retry(generate)()) == [1]


@pytest.mark.parametrize("reraise", [False, True])
def test_what_is_raised_at_the_end_carries_its_cause(door: Door, reraise: bool) -> None:
    cause = OSError("cause")
    api = door.api

    def fail() -> None:
        raise KeyError("last") from cause

    decorated = api.retry(stop=api.stop_after_attempt(2), reraise=reraise)(fail)
    with pytest.raises((api.RetryError, KeyError)) as caught:
        decorated()
    error = caught.value
    if not reraise:
        assert type(error) is api.RetryError
        assert error.args == (error.last_attempt,)
        assert type(error.last_attempt) is api.Future
        assert str(error).startswith("RetryError[<Future at 0x")
        assert str(error).endswith("state=finished raised KeyError>]")
        error = error.__cause__
    assert type(error) is KeyError
    assert error.__cause__ is cause


@pytest.mark.parametrize("how", ["bare", "from", "within"])
@pytest.mark.parametrize("reraise", [False, True])
def test_try_again_at_the_end_surfaces_what_it_stands_for(how: str, reraise: bool) -> None:
    said = []
    for door in (PEER, LENIENT, STRICT):
        api = door.api

        def function(api: Any = api) -> None:
            if how == "bare":
                raise api.TryAgain
            if how == "from":
                raise api.TryAgain from KeyError("from")
            try:
                raise OSError("within")
            except OSError:
                raise api.TryAgain  # noqa: B904 - its context is what is tested

        with pytest.raises(Exception) as caught:
            api.retry(stop=api.stop_after_attempt(2), reraise=reraise)(function)()
        error = caught.value
        said.append((type(error).__name__, repr(error.__cause__), error.__suppress_context__))
    assert said[1] == said[0]
    assert said[2] == said[0]


def test_an_interrupt_passes_through_and_may_be_retried_on_purpose(door: Door) -> None:
    calls: list[int] = []

    def interrupted() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise KeyboardInterrupt
        return "went on"

    with pytest.raises(KeyboardInterrupt):
        door.api.retry(interrupted)()
    assert calls == [1]
    on_purpose = door.api.retry_if_exception_type(KeyboardInterrupt)
    assert door.api.retry(retry=on_purpose)(interrupted)() == "went on"
