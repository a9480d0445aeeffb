"""Policies with Python in them: hooks, callables as strategies, subclasses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import in_each_async_shape, in_each_shape, shaped, shaped_async
from benchmarks.retry.policies import async_no_op, failing, no_op

HOOKS = "hooks before_sleep_log and after, two failures"
UNUSED_HOOKS = "hooks before_sleep_log and after, success at once"
CALLABLE = "a function of the user's as wait, two failures"
SUBCLASS = "a subclass of Retrying, success at once"
SUBCLASS_FAILING = "a subclass of Retrying, two failures"
SUBCLASS_OF_PARTS = "a subclass of Retrying with a method of the pass, two failures"
ASYNC_HOOKS = "async, hooks before_sleep_log and after, two failures"


def cases(door: Door) -> Iterator[Case]:
    """Calls that are observed: what is not the program's own is to be native."""
    api = door.api
    stop = api.stop_after_attempt(5)
    hooked = api.retry(
        stop=stop,
        sleep=no_op,
        before_sleep=api.before_sleep_log(_quiet_logger(), logging.WARNING),
        after=_look,
    )
    for variant, loop in in_each_shape(shaped(failing(2)), hooked):
        yield Case(HOOKS, variant, loop, path="native")
    for variant, loop in in_each_shape(shaped(lambda: "done"), hooked):
        yield Case(UNUSED_HOOKS, variant, loop, path="native")
    async_hooked = api.retry(
        stop=stop,
        sleep=async_no_op,
        before_sleep=api.before_sleep_log(_quiet_logger(), logging.WARNING),
        after=_look_later,
    )
    for variant, loop in in_each_async_shape(shaped_async(failing(2)), async_hooked):
        yield Case(ASYNC_HOOKS, variant, loop, path="native")
    computed = api.retry(stop=stop, sleep=no_op, wait=_linear)
    for variant, loop in in_each_shape(shaped(failing(2)), computed):
        yield Case(CALLABLE, variant, loop, path="native")

    class Watched(api.Retrying):  # type: ignore[misc, name-defined]
        """A controller as third parties write them: one method on the way is theirs."""

        def iter(self, retry_state: Any) -> Any:
            return super().iter(retry_state=retry_state)

    for variant, loop in in_each_shape(shaped(lambda: "done"), Watched(stop=stop).wraps):
        yield Case(SUBCLASS, variant, loop, path="native")
    watched = Watched(stop=stop, sleep=no_op).wraps
    for variant, loop in in_each_shape(shaped(failing(2)), watched):
        yield Case(SUBCLASS_FAILING, variant, loop, path="native")

    class Counting(api.Retrying):  # type: ignore[misc, name-defined]
        """One that has a say in what is done between two attempts."""

        def _run_wait(self, retry_state: Any) -> None:
            super()._run_wait(retry_state)

    counting = Counting(stop=stop, sleep=no_op).wraps
    for variant, loop in in_each_shape(shaped(failing(2)), counting):
        yield Case(SUBCLASS_OF_PARTS, variant, loop)


def _quiet_logger() -> logging.Logger:
    """Makes every record and drops it."""
    logger = logging.getLogger("benchmarks.retry")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


def _look(retry_state: Any) -> None:
    """A hook that looks at what hooks look at."""
    retry_state.outcome.exception()


async def _look_later(retry_state: Any) -> None:
    """The same, awaited."""
    retry_state.outcome.exception()


def _linear(retry_state: Any) -> float:
    return 0.5 * float(retry_state.attempt_number)
