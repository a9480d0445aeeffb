"""The policies and the functions that the benchmarks of retry have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from unittest import mock

Work = Callable[[], Any]


def no_op(seconds: float) -> None:
    """Sleeps not at all: what `sleep=` or `time.sleep` is replaced by."""


async def async_no_op(seconds: float) -> None:
    """The same for coroutines."""


def typical(api: Any) -> dict[str, Any]:
    """What services write: two limits, exponential waits with jitter, two kinds of errors."""
    return {
        "stop": api.stop_after_attempt(5) | api.stop_after_delay(30),
        "wait": api.wait_exponential(multiplier=1, max=10) + api.wait_random(0, 2),
        "retry": api.retry_if_exception_type((ConnectionError, TimeoutError)),
    }


@contextmanager
def patched_sleep() -> Iterator[None]:
    """`time.sleep` does nothing, as in a test suite that replaces it."""
    with mock.patch("time.sleep", no_op):
        yield


def failing(times: int) -> Work:
    """A function that raises ConnectionError so many times, succeeds once, and begins again."""
    left = times

    def work() -> str:
        nonlocal left
        if left:
            left -= 1
            raise ConnectionError
        left = times
        return "done"

    return work


def always_failing() -> str:
    """A function that never succeeds."""
    raise ConnectionError


def polling(attempts: int) -> Work:
    """A function that returns None until the last of so many attempts, and begins again."""
    left = attempts

    def work() -> str | None:
        nonlocal left
        left -= 1
        if left:
            return None
        left = attempts
        return "done"

    return work


def by_hand(attempts: int) -> Callable[[Any], Any]:
    """The loop people write instead of a policy, as a decorator: errors are tried again."""

    def decorate(function: Any) -> Any:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            for attempt in range(1, attempts + 1):
                try:
                    return function(*args, **kwargs)
                except ConnectionError:
                    if attempt == attempts:
                        raise
                    no_op(0.0)
            return None

        return call

    return decorate
