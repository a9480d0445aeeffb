"""Objects whose pickles cross between the peer and its drop-in: built the same way on either door.

Module-level functions, because pickles name them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .doors import Door, drive


def is_odd(value: Any) -> bool:
    """A predicate of results."""
    return value in (1, 3, 5)


def is_key_error(error: BaseException) -> bool:
    """A predicate of exceptions."""
    return isinstance(error, KeyError)


def seconds_of(error: BaseException) -> float:
    """A predicate of waits."""
    return 1.5


async def is_odd_async(value: Any) -> bool:
    """A coroutine predicate."""
    return is_odd(value)


def noop(*_: Any) -> None:
    """A hook, and a sleep."""


async def noop_async(*_: Any) -> None:
    """The same, awaited."""


def fail() -> None:
    """A function."""
    raise KeyError("k")


class Event:
    """A picklable event that is set."""

    def is_set(self) -> bool:
        """Always."""
        return True

    def wait(self, timeout: float | None) -> bool:
        """At once."""
        return True


STRATEGIES: dict[str, Callable[[Any], Any]] = {
    "stop_never": lambda api: api.stop_never,
    "stop_after_attempt": lambda api: api.stop_after_attempt(3),
    "stop_after_delay": lambda api: api.stop_after_delay(timedelta(seconds=2)),
    "stop_before_delay": lambda api: api.stop_before_delay(2.5),
    "stop_when_event_set": lambda api: api.stop_when_event_set(Event()),
    "stop_any": lambda api: api.stop_after_attempt(5) | api.stop_after_delay(1),
    "stop_all": lambda api: api.stop_after_attempt(5) & api.stop_never,
    "wait_none": lambda api: api.wait_none(),
    "wait_fixed": lambda api: api.wait_fixed(1.25),
    "wait_random": lambda api: api.wait_random(1, 2),
    "wait_incrementing": lambda api: api.wait_incrementing(1, 2, 9),
    "wait_exponential": lambda api: api.wait_exponential(0.5, 10, 3, 1),
    "wait_random_exponential": lambda api: api.wait_random_exponential(0.5, 10),
    "wait_full_jitter": lambda api: api.wait_full_jitter(max=7),
    "wait_exponential_jitter": lambda api: api.wait_exponential_jitter(max=9, jitter=2),
    "wait_exception": lambda api: api.wait_exception(seconds_of),
    "wait_chain": lambda api: api.wait_chain(api.wait_fixed(1), api.wait_random(0, 1)),
    "wait_combine": lambda api: api.wait_fixed(1) + api.wait_fixed(2) + api.wait_none(),
    "retry_always": lambda api: api.retry_always,
    "retry_never": lambda api: api.retry_never,
    "retry_if_exception": lambda api: api.retry_if_exception(is_key_error),
    "retry_if_exception_type": lambda api: api.retry_if_exception_type((KeyError, OSError)),
    "retry_if_not_exception_type": lambda api: api.retry_if_not_exception_type(OSError),
    "retry_unless_exception_type": lambda api: api.retry_unless_exception_type(OSError),
    "retry_if_exception_cause_type": lambda api: api.retry_if_exception_cause_type(OSError),
    "retry_if_exception_message": lambda api: api.retry_if_exception_message(message="'k'"),
    "retry_if_exception_match": lambda api: api.retry_if_exception_message(match="'[kl]"),
    "retry_if_not_exception_message": lambda api: api.retry_if_not_exception_message(match="x"),
    "retry_if_result": lambda api: api.retry_if_result(is_odd),
    "retry_if_not_result": lambda api: api.retry_if_not_result(is_odd),
    "retry_any": lambda api: api.retry_if_result(is_odd) | api.retry_if_exception_type(),
    "retry_all": lambda api: api.retry_if_exception(is_key_error) & api.retry_always,
    "sleep_using_event": lambda api: api.sleep_using_event(Event()),
}

ASYNC_STRATEGIES: dict[str, Callable[[Any], Any]] = {
    "async_retry_if_result": lambda asynchronous: asynchronous.retry_if_result(is_odd_async),
    "async_retry_if_exception": lambda asynchronous: asynchronous.retry_if_exception(is_odd_async),
    "async_retry_any": lambda asynchronous: asynchronous.retry_any(
        asynchronous.retry_if_result(is_odd_async), is_odd
    ),
    "async_retry_all": lambda asynchronous: asynchronous.retry_all(
        asynchronous.retry_if_result(is_odd_async)
    ),
}


def policy(api: Any) -> dict[str, Any]:
    """Arguments of a loop, one of each kind."""
    return {
        "stop": api.stop_after_attempt(3) | api.stop_after_delay(100),
        "wait": api.wait_fixed(0) + api.wait_exponential(max=0.0),
        "retry": api.retry_if_exception_type(KeyError) | api.retry_if_result(is_odd),
        "before": noop,
        "after": noop,
        "before_sleep": noop,
        "name": "job",
    }


def controllers(door: Door) -> dict[str, Any]:
    """Loops, fresh and used."""
    api = door.api
    used = api.Retrying(sleep=noop, **policy(api))
    ended(api, lambda: used(fail))
    used_async = api.AsyncRetrying(sleep=noop_async, **policy(api))
    ended(api, lambda: drive(used_async(fail)))
    in_a_block = api.Retrying(sleep=noop, **policy(api))
    for attempt in in_a_block:
        with attempt:
            pass
    return {
        "retrying": api.Retrying(),
        "async_retrying": api.AsyncRetrying(),
        "retrying_with_policy": api.Retrying(sleep=noop, **policy(api)),
        "retrying_used": used,
        "async_retrying_used": used_async,
        "retrying_used_in_a_block": in_a_block,
        "disabled": api.Retrying(enabled=False, reraise=True, retry_error_callback=noop),
    }


def ended(api: Any, call: Callable[[], Any]) -> Any:
    """The RetryError a call ends with."""
    try:
        call()
    except api.RetryError as error:
        return error
    raise AssertionError("the call succeeded")


def small_things(door: Door) -> dict[str, Any]:
    """What else a program may pickle."""
    api = door.api
    return {
        "try_again": api.TryAgain("once more"),
        "do_sleep": api.DoSleep(1.5),
        "do_attempt": api.DoAttempt(),
        "retry_action": api.RetryAction(2),
    }
