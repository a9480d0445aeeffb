"""A class with a `statistics` of its own is asked for it as often as by the peer, and written to.

So is whatever a program puts in the place of a decorated function's statistics.
"""

from __future__ import annotations

from typing import Any

import pytest

from .doors import PEER, Door, drive, outcome_of


class Watched(dict[str, Any]):
    """Notes what is done to it."""

    def __init__(self, log: list[Any]) -> None:
        super().__init__()
        self.log = log

    def __setitem__(self, key: str, value: Any) -> None:
        self.log.append(("set", key))
        super().__setitem__(key, value)

    def clear(self) -> None:
        self.log.append("clear")
        super().clear()


class Failing:
    """Fails as often as it is told to."""

    def __init__(self, failures: int) -> None:
        self.left = failures

    def __call__(self) -> str:
        self.left -= 1
        if self.left >= 0:
            raise ValueError
        return "done"


async def no_sleep(seconds: float) -> None:
    """Let no time pass."""


def log_of(door: Door, way: str, failures: int) -> list[Any]:
    """What is asked of the statistics during one call, and what they hold in the end."""
    is_async = way.startswith("async")
    base = door.asynchronous.AsyncRetrying if is_async else door.api.Retrying
    log: list[Any] = []
    numbers = Watched(log)

    class Mine(base):  # type: ignore[misc]
        @property
        def statistics(self) -> Any:
            log.append("read")
            return numbers

    def no_sleep_at_all(seconds: float) -> None:
        pass

    sleep = no_sleep if is_async else no_sleep_at_all
    controller = Mine(stop=door.api.stop_after_attempt(3), sleep=sleep)
    function = Failing(failures)

    async def awaited() -> str:
        return function()

    def block() -> None:
        for attempt in controller:
            with attempt:
                function()

    async def async_block() -> None:
        async for attempt in controller:
            with attempt:
                function()

    ways = {
        "call": lambda: controller(function),
        "decorated": lambda: controller.wraps(function)(),
        "block": block,
        "async call": lambda: drive(controller(awaited)),
        "async decorated": lambda: drive(controller.wraps(awaited)()),
        "async block": lambda: drive(async_block()),
    }
    log.append(outcome_of(ways[way])[:2])
    del numbers["start_time"], numbers["delay_since_first_attempt"]
    return [*log, dict(numbers)]


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "way", ["call", "decorated", "block", "async call", "async decorated", "async block"]
)
def test_own_statistics_are_read_and_written_as_by_the_peer(
    ours: Door, way: str, failures: int
) -> None:
    assert log_of(ours, way, failures) == log_of(PEER, way, failures)


@pytest.mark.parametrize("value", [None, [], {"old": 1}.items(), 3])
def test_statistics_that_are_no_dict_fail_in_the_peers_words(ours: Door, value: Any) -> None:
    def outcome(door: Door) -> Any:
        decorated = door.api.retry(Failing(0))
        decorated.statistics = value
        return outcome_of(decorated)

    assert outcome(ours) == outcome(PEER)


def test_another_mapping_as_statistics_is_cleared_and_filled_as_by_the_peer(ours: Door) -> None:
    def log(door: Door) -> list[Any]:
        seen: list[Any] = []
        decorated = door.api.retry(Failing(0))
        decorated.statistics = Watched(seen)
        decorated()
        return seen

    assert log(ours) == log(PEER)
