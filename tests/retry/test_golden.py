"""The engine's golden traces, replayed by the Python loops of both doors and by the peer.

The C++ machine replays the same files: one machine, however it is driven.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from . import traces
from .doors import LENIENT, PEER, STRICT, Clock, Door, Draws, drive

TRACES = traces.read()


class NamedError(Exception):
    """What `error "NAME"` in a trace raises."""


class Replay:
    """One trace on one door: plays the outcomes, and takes down what the loop did."""

    def __init__(self, door: Door, trace: traces.Trace) -> None:
        self.api = door.api
        self.trace = trace
        self.clock = Clock()
        self.calls = 0
        self.verdicts: list[str] = []
        self.sums: dict[str, float] = {}

    def policy(self) -> dict[str, Any]:
        """The arguments of the loop, `sleep` apart."""
        return {
            "stop": self._stop(self.trace.stop),
            "wait": self._wait(self.trace.wait),
            "retry": self._when(self.trace.when),
        }

    def _stop(self, form: list[Any]) -> Any:
        head, *rest = form
        if head == "never":
            return self.api.stop_never
        if head == "after_attempt":
            return self.api.stop_after_attempt(int(rest[0]))
        if head in ("any", "all"):
            return getattr(self.api, f"stop_{head}")(*map(self._stop, rest))
        return getattr(self.api, f"stop_{head}")(*rest)

    def _wait(self, form: list[Any]) -> Any:
        head, *rest = form
        if head in ("chain", "combine"):
            return getattr(self.api, f"wait_{head}")(*map(self._wait, rest))
        make = getattr(self.api, f"wait_{head}")
        if rest and isinstance(rest[0], str):
            return make(
                **{key[1:]: value for key, value in zip(rest[::2], rest[1::2], strict=True)}
            )
        return make(*rest)

    def _when(self, form: list[Any]) -> Any:
        head, *rest = form
        if head == "exception":
            return self.api.retry_if_exception_type()
        if head == "always":
            return self.api.retry_always
        if head == "never":
            return self.api.retry_never
        if head == "error_named":
            return self.api.retry_if_exception_message(message=str(rest[0]))
        if head == "result_is":
            wanted = str(rest[0])
            return self.api.retry_if_result(lambda result: result == wanted)
        if head in ("any", "all"):
            return getattr(self.api, f"retry_{head}")(*map(self._when, rest))
        assert head == "not", form
        inner = self._when(rest[0])
        return lambda retry_state: not inner(retry_state)

    def attempt(self) -> str:
        """The function: comes to what the trace says. Past its last line it has been played."""
        if self.calls == len(self.trace.steps):
            raise Played
        step = self.trace.steps[self.calls]
        self.calls += 1
        self.clock.now = step.at
        if step.kind == "error":
            raise NamedError(step.text)
        if step.kind == "again":
            raise self.api.TryAgain
        return step.text

    async def attempt_async(self) -> str:
        """The same as a coroutine function."""
        return self.attempt()

    def sleep(self, seconds: float) -> None:
        """Takes the verdict down."""
        self.verdicts.append(f"sleep {float(seconds)!r}")

    async def sleep_async(self, seconds: float) -> None:
        """The same, awaited."""
        self.sleep(seconds)


class Played(BaseException):
    """The trace ends on a sleep, so the attempt it led to is not made."""


def by_call(replay: Replay) -> Any:
    retrying = replay.api.Retrying(sleep=replay.sleep, **replay.policy())
    return retrying, lambda: retrying(replay.attempt)


def by_decorator(replay: Replay) -> Any:
    decorated = replay.api.retry(sleep=replay.sleep, **replay.policy())(replay.attempt)
    return decorated, decorated


def by_block(replay: Replay) -> Any:
    retrying = replay.api.Retrying(sleep=replay.sleep, **replay.policy())

    def run() -> Any:
        value = None
        for attempt in retrying:
            with attempt:
                value = replay.attempt()
            if not attempt.retry_state.outcome.failed:
                attempt.retry_state.set_result(value)
        return value

    return retrying, run


def by_await(replay: Replay) -> Any:
    retrying = replay.api.AsyncRetrying(sleep=replay.sleep_async, **replay.policy())
    return retrying, lambda: drive(retrying(replay.attempt_async))


def by_async_block(replay: Replay) -> Any:
    retrying = replay.api.AsyncRetrying(sleep=replay.sleep_async, **replay.policy())

    async def run() -> Any:
        value = None
        attempts: AsyncIterator[Any] = aiter(retrying)
        async for attempt in attempts:
            with attempt:
                value = replay.attempt()
            if not attempt.retry_state.outcome.failed:
                attempt.retry_state.set_result(value)
        return value

    return retrying, lambda: drive(run())


LOOPS = [by_call, by_decorator, by_block, by_await, by_async_block]


def test_there_are_traces() -> None:
    assert len(TRACES) > 20


def expected(trace: traces.Trace) -> Iterator[str]:
    for step in trace.steps:
        kind, _, seconds = step.verdict.partition(" ")
        yield f"sleep {float(seconds)!r}" if kind == "sleep" else kind


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: str(loop.__name__))
@pytest.mark.parametrize("trace", TRACES, ids=str)
@pytest.mark.parametrize("door", [PEER, LENIENT, STRICT], ids=lambda door: door.name)
def test_the_loop_decides_as_the_engine_does(
    door: Door, trace: traces.Trace, loop: Callable[[Replay], Any]
) -> None:
    replay, draws = Replay(door, trace), Draws(*trace.random)
    holder, run = loop(replay)
    with replay.clock.patched(), draws.patched():
        try:
            value = run()
        except replay.api.RetryError as error:
            replay.verdicts.append("stop")
            assert error.last_attempt.attempt_number == len(trace.steps)
        except NamedError as error:
            replay.verdicts.append("give_back")
            assert str(error) == trace.steps[-1].text
        except Played:
            pass
        else:
            replay.verdicts.append("give_back")
            assert value == trace.steps[-1].text
    numbers = holder.statistics
    assert replay.verdicts == list(expected(trace))
    assert draws.answers == []
    assert numbers["attempt_number"] == trace.end["attempts"]
    assert numbers["idle_for"] == trace.end["idle"]
    if "stop" in replay.verdicts or "sleep" in replay.verdicts[-1]:
        # Published where the stop strategy is asked; a call that ends well does not get there.
        assert numbers["delay_since_first_attempt"] == trace.end["since_start"]
