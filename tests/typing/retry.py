"""A user's program, for the type checkers: what decoration keeps, and which mistakes they find.

Checked by strict mypy and by basedpyright; runs as well (`python tests/typing/retry.py`), though
nothing here depends on what it does. A remark `type: ignore` marks a line that must be an error.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mainstay.retry import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    Retrying,
    TryAgain,
    retry,
    retry_base,
    retry_if_exception_message,
    retry_if_exception_type,
    retry_if_result,
    sleep_using_event,
    stop_after_attempt,
    stop_after_delay,
    stop_base,
    stop_when_event_set,
    wait_base,
    wait_chain,
    wait_exception,
    wait_exponential,
    wait_fixed,
    wait_none,
    wait_random,
)
from mainstay.retry.asyncio import retry_if_result as retry_if_awaited_result

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, kind: Any) -> Any:
        return value


# --- functions keep parameters and result ------------------------------------------------------


@retry
def plain(first: int, second: str = "b") -> str:
    return f"{first}{second}"


@retry(stop=stop_after_attempt(3), wait=wait_exponential(max=10), reraise=True)
def with_policy(first: int, *, flag: bool = False) -> list[int]:
    return [first, int(flag)]


assert_type(plain(1), str)
assert_type(plain(1, second="c"), str)
assert_type(with_policy(1, flag=True), list[int])

if TYPE_CHECKING:
    plain("1")  # type: ignore[arg-type]
    plain()  # type: ignore[call-arg]
    with_policy(1, True)  # type: ignore[call-arg]
    wrong: int = plain(1)  # type: ignore[assignment]

as_callable: Callable[[int], str] = plain


# --- and carry their policy ----------------------------------------------------------------------

assert_type(plain.statistics, dict[str, Any])
assert_type(plain.retry_with(stop=stop_after_attempt(1))(1, "c"), str)
assert_type(plain.__name__, str)
plain.retry.wait = wait_none()

if TYPE_CHECKING:
    plain.retry_with(stop=stop_after_attempt(1))("1")  # type: ignore[arg-type]
    print(plain.retries)  # type: ignore[attr-defined]


# --- methods -------------------------------------------------------------------------------------


class Service:
    @retry(stop=stop_after_attempt(2))
    def method(self, value: int) -> float:
        return value / 2

    @retry
    async def fetch(self, path: str) -> bytes:
        return path.encode()

    @staticmethod
    @retry
    def static(value: int) -> int:
        return value


service = Service()
assert_type(service.method(1), float)
assert_type(Service.static(1), int)
assert_type(service.method.statistics, dict[str, Any])
assert_type(service.method.retry_with(reraise=True)(service, 1), float)

if TYPE_CHECKING:
    text: str = service.method(1)  # type: ignore[assignment]


# --- coroutine functions -------------------------------------------------------------------------


@retry(wait=wait_random(0, timedelta(milliseconds=1)))
async def fetch(path: str) -> bytes:
    return path.encode()


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


@retry(sleep=pause)
async def stays_async(path: str) -> int:
    return len(path)


async def use() -> None:
    assert_type(await fetch("x"), bytes)
    assert_type(await stays_async("x"), int)
    assert_type(await service.fetch("x"), bytes)
    called: Coroutine[Any, Any, bytes] = fetch("x")
    await called
    async for attempt in AsyncRetrying(stop=stop_after_attempt(2)):
        with attempt:
            assert_type(attempt.retry_state.attempt_number, int)
    if TYPE_CHECKING:
        number: int = await fetch("x")  # type: ignore[assignment]
        print(number, await fetch(1))  # type: ignore[arg-type]
        retry(sleep=pause)(len)  # type: ignore[arg-type]


# --- the loops -----------------------------------------------------------------------------------

assert_type(Retrying()(plain, 1, "b"), str)
assert_type(Retrying().wraps(int)("42"), int)

for attempt in Retrying(stop=stop_after_attempt(3)):
    with attempt:
        assert_type(attempt.retry_state.attempt_number, int)

try:
    Retrying(stop=stop_after_attempt(1))(int, "x")
except RetryError as error:
    error.last_attempt.exception()

if TYPE_CHECKING:
    Retrying()(plain, "1")  # type: ignore[arg-type]
    Retrying(stop=3)  # type: ignore[arg-type]
    Retrying(wait=1.5)  # type: ignore[arg-type]
    Retrying(retry=KeyError)  # type: ignore[arg-type]
    Retrying(reraise=1)  # type: ignore[arg-type]
    Retrying(stop_after_attempt(3))  # type: ignore[arg-type]
    retry(stop_after=3)  # type: ignore[call-overload]


# --- strategies ----------------------------------------------------------------------------------

either: stop_base = stop_after_attempt(3) | stop_after_delay(timedelta(minutes=1))


def idle_too_long(state: RetryCallState) -> bool:
    return state.idle_for > 10


by_callable: stop_base = stop_after_attempt(3) | idle_too_long
total: wait_base = wait_fixed(1) + wait_random(0, 1)
chain: wait_base = wait_chain(wait_none(), wait_exception(lambda error: 1.0))
condition: retry_base = retry_if_exception_type((OSError, KeyError)) | retry_if_result(bool)
message: retry_base = retry_if_exception_message(match="x") & idle_too_long
event = threading.Event()
until: stop_base = stop_when_event_set(event)
assert_type(wait_fixed(1).wait_fixed, float)
assert_type(stop_after_attempt(3).max_attempt_number, int)


def log(state: RetryCallState) -> None:
    assert_type(state.attempt_number, int)
    assert_type(state.seconds_since_start, float | None)
    assert_type(state.get_fn_name(), str)


async def is_empty(value: bytes) -> bool:
    return not value


Retrying(before=log, after=log, before_sleep=log, sleep=sleep_using_event(event))
AsyncRetrying(retry=retry_if_awaited_result(is_empty), before=log)

if TYPE_CHECKING:
    stop_after_attempt("3")  # type: ignore[arg-type]
    stop_after_delay("1 minute")  # type: ignore[arg-type]
    wait_fixed(None)  # type: ignore[arg-type]
    retry_if_exception_type(3)  # type: ignore[arg-type]
    wait_chain(3)  # type: ignore[arg-type]
    stop_after_attempt(3) | 3  # type: ignore[operator]
    Retrying(before=3)  # type: ignore[arg-type]


@retry
def asks_again() -> int:
    raise TryAgain


if __name__ == "__main__":
    asyncio.run(use())
