"""Policies with Python in them: hooks, callables as strategies, subclasses; never below 1x."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from benchmarks.harness.case import Case
from benchmarks.harness.doors import Door
from benchmarks.harness.shapes import in_each_shape, shaped
from benchmarks.retry.policies import failing, no_op


def cases(door: Door) -> Iterator[Case]:
    """What the general path is for."""
    api = door.api
    stop = api.stop_after_attempt(5)
    hooked = api.retry(
        stop=stop,
        sleep=no_op,
        before_sleep=api.before_sleep_log(_quiet_logger(), logging.WARNING),
        after=_look,
    )
    for variant, loop in in_each_shape(shaped(failing(2)), hooked):
        yield Case("hooks before_sleep_log and after, two failures", variant, loop)
    computed = api.retry(stop=stop, sleep=no_op, wait=_linear)
    for variant, loop in in_each_shape(shaped(failing(2)), computed):
        yield Case("a function of the user's as wait, two failures", variant, loop)

    class Watched(api.Retrying):  # type: ignore[misc, name-defined]
        """A controller as third parties write them: one method on the way is theirs."""

        def iter(self, retry_state: Any) -> Any:
            return super().iter(retry_state=retry_state)

    for variant, loop in in_each_shape(shaped(lambda: "done"), Watched(stop=stop).wraps):
        yield Case("a subclass of Retrying, success at once", variant, loop)
    watched = Watched(stop=stop, sleep=no_op).wraps
    for variant, loop in in_each_shape(shaped(failing(2)), watched):
        yield Case("a subclass of Retrying, two failures", variant, loop)


def _quiet_logger() -> logging.Logger:
    """Makes every record and hands it to nobody."""
    logger = logging.getLogger("benchmarks.retry")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


def _look(retry_state: Any) -> None:
    """A hook that looks at what hooks look at."""
    retry_state.outcome.exception()


def _linear(retry_state: Any) -> float:
    return 0.5 * float(retry_state.attempt_number)
