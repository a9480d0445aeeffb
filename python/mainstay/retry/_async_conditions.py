"""The retry strategies that may await: the same behaviour with async predicates, for both doors."""

from __future__ import annotations

from abc import abstractmethod

from ._conditions import Condition, known_exception, known_outcome
from ._names import wrap_to_async_func

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["AsyncAllOf", "AsyncAnyOf", "AsyncCondition", "AsyncIfException", "AsyncIfResult"]


class AsyncCondition(Condition):
    """Base of the async retry strategies; combines with the ordinary ones and with callables."""

    @abstractmethod
    async def __call__(self, retry_state: Any) -> Any:
        """Return whether the attempt is to be repeated."""

    def __and__(self, other: Any) -> Any:
        return self._all(self, other)

    def __rand__(self, other: Any) -> Any:
        return self._all(other, self)

    def __or__(self, other: Any) -> Any:
        return self._any(self, other)

    def __ror__(self, other: Any) -> Any:
        return self._any(other, self)


class AsyncIfException(AsyncCondition):
    """Repeats after an exception for which `await predicate(exception)` is true."""

    def __init__(self, predicate: Any) -> None:
        self.predicate = predicate

    async def __call__(self, retry_state: Any) -> Any:
        outcome = known_outcome(retry_state)
        if outcome.failed:
            return await self.predicate(known_exception(outcome))
        return False


class AsyncIfResult(AsyncCondition):
    """Repeats after a result for which `await predicate(result)` is true."""

    def __init__(self, predicate: Any) -> None:
        self.predicate = predicate

    async def __call__(self, retry_state: Any) -> Any:
        outcome = known_outcome(retry_state)
        if outcome.failed:
            return False
        return await self.predicate(outcome.result())


class AsyncAnyOf(AsyncCondition):
    """Repeats when one of `retries` says so; those after it are not asked."""

    def __init__(self, *retries: Any) -> None:
        self.retries = retries

    async def __call__(self, retry_state: Any) -> Any:
        verdict: Any = False
        for retry in self.retries:
            verdict = await wrap_to_async_func(retry)(retry_state)
            if verdict:
                break
        return verdict

    def __ror__(self, other: Any) -> Any:
        before = other.retries if isinstance(other, AsyncAnyOf) else (other,)
        return self._any(*before, *self.retries)


class AsyncAllOf(AsyncCondition):
    """Repeats when all of `retries` say so; those after a refusal are not asked."""

    def __init__(self, *retries: Any) -> None:
        self.retries = retries

    async def __call__(self, retry_state: Any) -> Any:
        verdict: Any = True
        for retry in self.retries:
            verdict = await wrap_to_async_func(retry)(retry_state)
            if not verdict:
                break
        return verdict

    def __rand__(self, other: Any) -> Any:
        before = other.retries if isinstance(other, AsyncAllOf) else (other,)
        return self._all(*before, *self.retries)


# A coroutine that nobody awaited is reported by this name: of the doors' classes, not of these.
for _condition, _name in (
    (AsyncIfException, "retry_if_exception"),
    (AsyncIfResult, "retry_if_result"),
    (AsyncAnyOf, "retry_any"),
    (AsyncAllOf, "retry_all"),
):
    _condition.__call__.__qualname__ = f"{_name}.__call__"
