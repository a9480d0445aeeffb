"""A block under a policy made for it: what is not needed is not made, and nobody can tell."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest
from mainstay.retry import testing

from .doors import PEER, STRICT, Door, outcome_of


def fresh(door: Door, **policy: Any) -> Any:
    return door.api.Retrying(**{"stop": door.api.stop_after_attempt(3), **policy})


def run(retrying: Any, failures: int = 0, during: Callable[[Any], None] | None = None) -> list[Any]:
    """A block that fails so many times; the state's numbers after each attempt."""
    seen = []
    for attempt in retrying:
        with attempt:
            if during is not None:
                during(attempt)
            if len(seen) < failures:
                seen.append(attempt.retry_state.attempt_number)
                raise OSError
            seen.append(attempt.retry_state.attempt_number)
    return seen


def natively(call: Callable[[], Any]) -> int:
    """How many loops the call ran natively."""
    with testing.paths() as ways:
        call()
    assert set(ways) <= {"native"}
    return ways["native"]


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_it_is_native_whatever_comes(ours: Door, failures: int) -> None:
    assert natively(lambda: run(fresh(ours), failures)) == 1


def test_statistics_are_there_whenever_one_looks(door: Door) -> None:
    looks: list[dict[str, Any]] = []

    def look(retrying: Any) -> None:
        looks.append(retrying.statistics)

    for failures in (0, 2):
        unseen = fresh(door)
        assert run(unseen, failures)[-1] == failures + 1
        look(unseen)
        seen = fresh(door)
        look(seen)
        assert looks[-1] == {}
        run(seen, failures, during=lambda _, seen=seen: look(seen))
        assert looks[-1] is looks[-2] is seen.statistics
        keys = {"start_time", "attempt_number", "idle_for", "delay_since_first_attempt"}
        for numbers in (looks[-1], unseen.statistics):
            assert {*numbers} == keys
            assert numbers["attempt_number"] == failures + 1
            assert type(numbers["idle_for"]) is (float if failures else int)
    assert unseen.statistics is unseen.statistics


def test_statistics_are_those_of_the_thread_that_ran_the_block(door: Door) -> None:
    retrying = fresh(door)
    run(retrying)
    elsewhere: list[Any] = []
    thread = threading.Thread(target=lambda: elsewhere.append(retrying.statistics))
    thread.start()
    thread.join()
    assert elsewhere == [{}]
    assert retrying.statistics["attempt_number"] == 1
    assert retrying.statistics is not elsewhere[0]


def test_one_block_after_another_shows_one_dict(door: Door) -> None:
    retrying = fresh(door)
    run(retrying, failures=1)
    numbers = retrying.statistics
    run(retrying, failures=2)
    run(retrying)
    assert retrying.statistics is numbers
    assert numbers["attempt_number"] == 1


def test_all_of_them_are_counted() -> None:
    retrying = fresh(STRICT)
    run(retrying)
    assert (retrying.counters.calls, retrying.counters.retries) == (1, 0)
    run(retrying, failures=2)
    assert (retrying.counters.calls, retrying.counters.retries) == (2, 2)
    decorated = retrying.wraps(lambda: None)
    decorated()
    assert decorated.retry.counters.calls == 3
    uncounted = fresh(STRICT)
    run(uncounted, failures=1)
    assert (uncounted.counters.calls, uncounted.counters.retries) == (1, 1)


CHANGES: dict[str, Callable[[Door, Any], None]] = {
    "retry": lambda door, policy: setattr(
        policy, "retry", door.api.retry_if_result(lambda value: value is None)
    ),
    "another condition": lambda door, policy: setattr(policy, "retry", door.api.retry_always),
    "a callable": lambda door, policy: setattr(
        policy, "retry", lambda state: state.attempt_number < 2
    ),
    "stop": lambda door, policy: setattr(policy, "stop", door.api.stop_after_attempt(1)),
    "after": lambda door, policy: setattr(policy, "after", lambda state: state.outcome.failed),
    "its dict": lambda door, policy: (
        setattr(policy, "retry", door.api.retry_always)
        if door is STRICT  # where it is read-only
        else vars(policy).update(retry=door.api.retry_always)
    ),
    "the state": lambda door, policy: None,
}


@pytest.mark.parametrize("during", [True, False])
def test_an_option_set_before_or_during_the_block_counts(during: bool) -> None:
    retrying = fresh(STRICT)

    def keep(_: Any) -> None:
        retrying.keep_exceptions = 5

    if not during:
        keep(None)
    with pytest.raises(STRICT.api.RetryError) as caught:
        run(retrying, failures=3, during=keep if during else None)
    assert [type(each) for each in caught.value.exceptions] == [OSError] * 3


@pytest.mark.parametrize("failures", [0, 1])
@pytest.mark.parametrize("what", CHANGES)
def test_what_is_changed_during_the_block_counts(ours: Door, what: str, failures: int) -> None:
    def outcome(door: Door) -> Any:
        retrying = fresh(door)
        seen: list[int] = []

        def change(attempt: Any) -> None:
            seen.append(attempt.retry_state.attempt_number)
            if len(seen) == 1:
                CHANGES[what](door, retrying)
                if what == "the state":
                    attempt.retry_state.attempt_number = 2

        kind, what_came, _ = outcome_of(lambda: run(retrying, failures, during=change))
        return kind, what_came, seen

    assert outcome(ours) == outcome(PEER)


@pytest.mark.parametrize("condition", ["retry_if_result", "retry_if_not_result", "either", "both"])
def test_a_condition_on_values_is_asked(ours: Door, condition: str) -> None:
    def outcome(door: Door) -> Any:
        asked: list[Any] = []

        def judge(value: Any) -> bool:
            asked.append(value)
            return len(asked) < 3

        api = door.api
        errors = api.retry_if_exception_type(OSError)
        retry = {
            "retry_if_result": lambda: api.retry_if_result(judge),
            "retry_if_not_result": lambda: api.retry_if_not_result(lambda value: not judge(value)),
            "either": lambda: errors | api.retry_if_result(judge),
            "both": lambda: errors & api.retry_if_result(judge),
        }[condition]()
        return run(fresh(door, retry=retry)), asked

    assert outcome(ours) == outcome(PEER)


@pytest.mark.parametrize("hook", ["before", "after", "before_sleep", "retry_error_callback"])
def test_hooks_see_what_they_always_see(ours: Door, hook: str) -> None:
    def outcome(door: Door) -> Any:
        log: list[Any] = []

        def look(state: Any) -> None:
            log.append((state.attempt_number, state.outcome and state.outcome.failed))
            log.append(sorted(state.retry_object.statistics))

        retrying = fresh(door, stop=door.api.stop_after_attempt(2), **{hook: look})
        return outcome_of(lambda: run(retrying, failures=2))[:2], log

    assert outcome(ours) == outcome(PEER)


def test_keywords_of_a_block_are_a_dict_of_its_own(door: Door) -> None:
    retrying = fresh(door)
    states = []
    for _ in range(2):
        for attempt in retrying:
            with attempt:
                states.append(attempt.retry_state)
    first, second = states
    assert first.kwargs is first.kwargs
    assert first.kwargs == {}
    assert first.kwargs is not second.kwargs
    assert vars(second)["kwargs"] == {}
    first.kwargs["x"] = 1
    assert (first.kwargs, second.kwargs) == ({"x": 1}, {})
    first.kwargs = None
    assert first.kwargs is None
    del first.kwargs
    with pytest.raises(AttributeError):
        first.kwargs  # noqa: B018 - the look is the test


def test_copies_of_it_are_whole(ours: Door) -> None:
    with ours.active():
        retrying = fresh(ours)
        run(retrying)
        for again in (copy.copy(retrying), pickle.loads(pickle.dumps(retrying)), retrying.copy()):
            assert again.statistics == {}
            assert run(again, failures=2) == [1, 2, 3]
        assert retrying.statistics["attempt_number"] == 1
