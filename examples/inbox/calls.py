"""Where the libraries' own overhead is nearly the whole cost: cheap calls, and many of them.

Programs put policies around a cache look-up, a lock, an in-memory queue, which hardly ever fail and
wait for nothing. And they ask plugins in inner loops: about each line, each field, each node.
"""

from __future__ import annotations

from collections.abc import Generator

from pluggy import HookimplMarker, HookspecMarker, PluginManager
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_none

# One call in so many meets a busy slot on its first attempt.
BUSY_EVERY = 20


class Busy(Exception):
    """The slot was taken; it will be free the next time."""


def run_calls(count: int) -> tuple[int, int]:
    """Make `count` retried calls; returns the sum of their results and the attempts made."""
    attempts = 0
    busy_at = -1

    @retry(retry=retry_if_exception_type(Busy), stop=stop_after_attempt(3), wait=wait_none())
    def take(number: int) -> int:
        nonlocal attempts, busy_at
        attempts += 1
        if number % BUSY_EVERY == 0 and busy_at != number:
            busy_at = number
            raise Busy(number)
        return number & 7

    return sum(take(number) for number in range(count)), attempts


hookspec, hookimpl = HookspecMarker("calls"), HookimplMarker("calls")


class Weights:
    """The one hook that is called."""

    @hookspec
    def weigh(self, number: int, unit: str) -> int | None:
        """What a number weighs, or None for those who have no say."""


class Low:
    """Weighs by the lowest bits."""

    @hookimpl
    def weigh(self, number: int) -> int:
        """Between 0 and 7."""
        return number & 7


class Sparse:
    """Has a say about one number in four."""

    @hookimpl
    def weigh(self, number: int, unit: str) -> int | None:
        """The length of the unit, now and then."""
        return len(unit) if number & 3 == 0 else None


class One:
    """Weighs everything alike."""

    @hookimpl
    def weigh(self) -> int:
        """Always the same."""
        return 1


class Doubled:
    """Sees what the others said."""

    @hookimpl(wrapper=True)
    def weigh(self) -> Generator[None, list[int], list[int]]:
        """Everything twice."""
        weights = yield
        return weights + weights


def run_hooks(count: int) -> tuple[int, int]:
    """Call one hook `count` times; returns the sum of all weights and how many there were."""
    manager = PluginManager("calls")
    manager.add_hookspecs(Weights)
    for plugin in (Low(), Sparse(), One(), Doubled()):
        manager.register(plugin)
    total = answers = 0
    for number in range(count):
        weights = manager.hook.weigh(number=number, unit="gram")
        total += sum(weights)
        answers += len(weights)
    return total, answers
