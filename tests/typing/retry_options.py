"""A user's program, for the type checkers: methods, the options of `mainstay.retry` alone, testing.

Checked by strict mypy and by basedpyright. A remark `type: ignore` marks a line that must be an
error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mainstay.retry import (
    AsyncRetrying,
    BaseRetrying,
    RetryCallState,
    RetryError,
    Retrying,
    retry,
    stop_after_attempt,
    testing,
    wait_fixed,
)

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, kind: Any) -> Any:
        return value


# --- what a decorated function carries -----------------------------------------------------------


@retry(stop=stop_after_attempt(3), keep_exceptions=2)
def fetch(path: str, *, tries: int = 1) -> bytes:
    return path.encode() * tries


assert_type(fetch("x", tries=2), bytes)
assert_type(fetch.retry, BaseRetrying)
assert_type(fetch.retry.keep_exceptions, int)
assert_type(fetch.retry.statistics, dict[str, Any])
assert_type(fetch.retry_with(keep_exceptions=3, wait=wait_fixed(0))("x"), bytes)
fetch.retry.keep_exceptions = 4

if TYPE_CHECKING:
    fetch.retry_with(stops=stop_after_attempt(1))  # type: ignore[call-arg]
    fetch.retry_with(stop=3)  # type: ignore[arg-type]
    fetch.retry_with(keep_exceptions="3")  # type: ignore[arg-type]


# --- methods keep their parameters ---------------------------------------------------------------


class Service:
    @retry(stop=stop_after_attempt(2))
    def method(self, value: int) -> float:
        return value / 2

    @retry(attempt_timeout=timedelta(seconds=5))
    async def call(self, path: str) -> bytes:
        return path.encode()


service = Service()
assert_type(service.method(1), float)
assert_type(service.method(value=1), float)
assert_type(Service.method(service, 1), float)
assert_type(service.method.retry, BaseRetrying)
assert_type(service.method.retry_with(reraise=True)(service, 1), float)
halve: Callable[[int], float] = service.method

if TYPE_CHECKING:
    service.method("1")  # type: ignore[arg-type]
    service.method()  # type: ignore[call-arg]


# --- keep_exceptions -----------------------------------------------------------------------------


def look(state: RetryCallState) -> None:
    assert_type(state.exceptions, tuple[BaseException, ...])


try:
    Retrying(stop=stop_after_attempt(1), keep_exceptions=1, before_sleep=look)(int, "x")
except RetryError as error:
    assert_type(error.exceptions, tuple[BaseException, ...])

if TYPE_CHECKING:
    Retrying(keep_exceptions="1")  # type: ignore[arg-type]


# --- attempt_timeout -----------------------------------------------------------------------------


@retry(attempt_timeout=1.5, stop=stop_after_attempt(2))
async def soon(path: str) -> int:
    return len(path)


async def use() -> None:
    assert_type(await soon("x"), int)
    assert_type(await service.call("x"), bytes)
    assert_type(await soon.retry_with(attempt_timeout=None)("x"), int)
    async for attempt in AsyncRetrying(attempt_timeout=5):
        with attempt:
            pass
    if TYPE_CHECKING:
        await soon(1)  # type: ignore[arg-type]


if TYPE_CHECKING:
    Retrying(attempt_timeout=5)  # type: ignore[arg-type]
    AsyncRetrying(attempt_timeout="5")  # type: ignore[arg-type]

    @retry(attempt_timeout=5)  # type: ignore[arg-type]
    def ordinary() -> int:
        return 1


# --- testing -------------------------------------------------------------------------------------

with testing.quick(attempts=2) as switch, testing.no_waits():
    assert_type(switch, testing.quick)
    assert_type(switch.attempts, int | None)
    assert_type(testing.is_quick(), bool)
testing.set_quick(attempts=3)
testing.set_quick(False)
with testing.paths() as ways:
    fetch("x")
assert_type(ways.get("native", 0), int)
assert_type(testing.paths()["native"], int)

if TYPE_CHECKING:
    testing.quick("1")  # type: ignore[arg-type]
    testing.set_quick(3)  # type: ignore[arg-type]


if __name__ == "__main__":
    asyncio.run(use())
