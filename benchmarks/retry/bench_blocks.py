"""Blocks: `for attempt in policy: with attempt: ...`, with a policy made once or for each block."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import Door
from benchmarks.retry.policies import failing, no_op, typical

SUCCESS = "block, success"
FAILURES = "block, two failures"


def cases(door: Door) -> Iterator[Case]:
    """Policies made once, made for each block, and typical."""
    api = door.api
    yield Case(SUCCESS, "one policy", _blocks(api.Retrying()), path="native")
    yield Case(SUCCESS, "one typical policy", _blocks(api.Retrying(**typical(api))), path="native")
    yield Case(SUCCESS, "a policy for each block", _blocks_with_policy(api), path="native")
    yield Case(SUCCESS, "result set", _blocks_with_result(api.Retrying()), path="native")
    policy = api.Retrying(stop=api.stop_after_attempt(5), sleep=no_op)
    yield Case(FAILURES, "one policy", _failing_blocks(policy), path="native")


def by_hand() -> Iterator[Case]:
    """The loop people write instead."""

    def success(n: int) -> None:
        for _ in repeat(None, n):
            for _attempt in range(5):
                try:
                    work()
                    break
                except ConnectionError:
                    no_op(0.0)

    work: Any = str
    yield Case(SUCCESS, "one policy", success)
    yield Case(SUCCESS, "one typical policy", success)

    def failures(n: int) -> None:
        flaky = failing(2)
        for _ in repeat(None, n):
            for _attempt in range(5):
                try:
                    flaky()
                    break
                except ConnectionError:
                    no_op(0.0)

    yield Case(FAILURES, "one policy", failures)


def _blocks(policy: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for attempt in policy:
                with attempt:
                    pass

    return loop


def _blocks_with_policy(api: Any) -> Loop:
    stop = api.stop_after_attempt(5)

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for attempt in api.Retrying(stop=stop):
                with attempt:
                    pass

    return loop


def _blocks_with_result(policy: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for attempt in policy:
                with attempt:
                    result = "done"
                attempt.retry_state.set_result(result)

    return loop


def _failing_blocks(policy: Any) -> Loop:
    work = failing(2)

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            for attempt in policy:
                with attempt:
                    work()

    return loop
